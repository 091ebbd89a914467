/** Values that stand in one header field with commas between them (RFC 3261, 7.3.1). */
import { endOfQuoted } from './quoted-string.js';
import { trimmed } from './white-space.js';

/** The values between the commas; a comma within quotes or angle brackets separates nothing, and empty values are none. */
export function splitList(text: string): readonly string[] {
  if (!text.includes(',')) return text === '' ? [] : [text];
  const values: string[] = [];
  let start = 0;
  let at = 0;
  let bracketed = false;
  const take = (end: number): void => {
    const value = trimmed(text, start, end);
    if (value !== '') values.push(value);
    start = end + 1;
  };
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === 0x22 && !bracketed) {
      const end = endOfQuoted(text, at);
      // A quote that is never closed holds all that follows it; whoever reads the value will refuse it.
      at = end < 0 ? text.length : end;
      continue;
    }
    if (code === 0x3c) bracketed = true;
    else if (code === 0x3e) bracketed = false;
    else if (code === 0x2c && !bracketed) take(at);
    at += 1;
  }
  take(text.length);
  return values;
}

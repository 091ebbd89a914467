/** White space around and within values (RFC 3261, 25.1, LWS). Only space and tab: Unicode's other spaces are data. */

/** Whether the character code is a space or a tab. */
export function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

/** Where the white space that begins at `from` ends. */
export function skipSpace(text: string, from: number, end = text.length): number {
  let at = from;
  while (at < end && isSpace(text.charCodeAt(at))) at += 1;
  return at;
}

/** Where the text from `from` to `end` ends when the white space behind it is left out. */
export function endOfText(text: string, from: number, end: number): number {
  let at = end;
  while (at > from && isSpace(text.charCodeAt(at - 1))) at -= 1;
  return at;
}

/** The text without white space at both ends. */
export function trimmed(text: string, from = 0, end = text.length): string {
  const start = skipSpace(text, from, end);
  return text.slice(start, endOfText(text, start, end));
}

/** The value with each fold as one space (RFC 3261, 7.3.1): of one at its end the white space may be gone already. */
export function unfolded(value: string): string {
  return trimmed(value.replaceAll(/\r\n[ \t]*/g, ' '));
}

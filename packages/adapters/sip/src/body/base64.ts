/** base64 as bodies and header fields have it (RFC 4648, 4): padded or not. */
import { fromBase64url } from '../passport/base64url.js';

/** The octets that a text stands for; undefined where it stands for none. */
export function fromBase64(text: string): Uint8Array | undefined {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const digits = padding === 0 ? text : text.slice(0, -padding);
  return fromBase64url(digits.replaceAll('+', '-').replaceAll('/', '_'));
}

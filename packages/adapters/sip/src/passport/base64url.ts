/** base64url, without padding (RFC 4648, 5; RFC 7515, 2): one text for each sequence of octets, and no other. */

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const VALUES = new Uint8Array(128).fill(0xff);
for (let value = 0; value < DIGITS.length; value += 1) VALUES[DIGITS.charCodeAt(value)] = value;

/** The octets that a text stands for; undefined where it stands for none, or another text would be their only one. */
export function fromBase64url(text: string): Uint8Array | undefined {
  const rest = text.length % 4;
  if (rest === 1) return undefined;
  const octets = new Uint8Array(Math.floor((text.length * 3) / 4));
  let length = 0;
  let bits = 0;
  let held = 0;
  for (let at = 0; at < text.length; at += 1) {
    const value = VALUES[text.charCodeAt(at)] ?? 0xff;
    if (value === 0xff) return undefined;
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    octets[length] = (held >> bits) & 0xff;
    length += 1;
  }
  return (held & ((1 << bits) - 1)) === 0 ? octets : undefined;
}

/** The text that stands for these octets. */
export function toBase64url(octets: Uint8Array): string {
  let text = '';
  let bits = 0;
  let held = 0;
  for (const octet of octets) {
    held = ((held << 8) | octet) & 0xffff;
    bits += 8;
    while (bits >= 6) {
      bits -= 6;
      text += DIGITS.charAt((held >> bits) & 63);
    }
  }
  return bits === 0 ? text : text + DIGITS.charAt((held << (6 - bits)) & 63);
}

/** Octets as text and back, one character for each; and put together. */

const encoder = new TextEncoder();

/** The octets as text, one character for each. */
export function latin1({ buffer, byteOffset, length }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, length).toString('latin1');
}

/** The octets that a text stands for, one for each character. */
export function octetsOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'));
}

/** Text as UTF-8. */
export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** All of them, one behind the other. */
export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Whether both are the same. */
export function sameOctets(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at += 1) if (a[at] !== b[at]) return false;
  return true;
}

/** A number that is told by the octets alone (FNV-1a). */
export function hashOf(octets: Uint8Array): number {
  let hash = 0x811c_9dc5;
  for (const octet of octets) hash = Math.imul(hash ^ octet, 0x0100_0193);
  return hash >>> 0;
}

/** Names that are nobody else's (RFC 9562). */

/** Sixteen octets as a UUID of no other kind (RFC 9562, 5.8). */
export function uuidOf(octets: Uint8Array): string {
  const hex = Array.from(octets.subarray(0, 16), (octet, index) => {
    const value = index === 6 ? (octet & 0x0f) | 0x80 : index === 8 ? (octet & 0x3f) | 0x80 : octet;
    return value.toString(16).padStart(2, '0');
  }).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

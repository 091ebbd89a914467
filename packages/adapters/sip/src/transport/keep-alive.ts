/** Signs of life between messages (RFC 5626, 3.5.1). */

/** The answer to a ping: one CRLF. */
export const PONG: Uint8Array = Uint8Array.of(13, 10);

/**
 * Whether a whole datagram or WebSocket message is a sign of life instead of a SIP message. `ping`: a double CRLF, to be
 * answered with PONG on a connection. `pong`: other line ends or octets of zero, nothing to do.
 */
export function keepAlive(bytes: Uint8Array): 'ping' | 'pong' | undefined {
  if (bytes.length > 16) return undefined;
  for (const octet of bytes) if (octet !== 13 && octet !== 10 && octet !== 0) return undefined;
  const [a, b, c, d] = bytes;
  return bytes.length === 4 && a === 13 && b === 10 && c === 13 && d === 10 ? 'ping' : 'pong';
}

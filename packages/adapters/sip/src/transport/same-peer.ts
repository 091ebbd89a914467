/** Whether two messages came from one peer, as far as the flows on which they came can tell. */
import type { Flow, FlowIdentity } from '@usher/core/adapter';

/** How hard it is to feign a remote address: not at all by datagram, a handshake by connection, a key besides by TLS. */
const ASSURANCE = new Map([
  ['udp', 0],
  ['tcp', 1],
  ['ws', 1],
  ['tls', 2],
  ['wss', 2],
]);

/** How much the remote address of a flow can be relied on; the more, the higher. */
export function assuranceOf({ transport }: Flow): number {
  return ASSURANCE.get(transport) ?? 0;
}

/**
 * Whether `from` leads to the peer that `known` leads to: by the same connection, by a certificate of the same name, or from the
 * same address. The port does not count: an address translator gives a peer another one whenever it likes, and somebody who
 * can send from the address of another can send from each of its ports.
 * @param least the assurance that is asked for: what began on a connection does not go on by datagrams.
 */
export function isSamePeer(known: Flow, from: Flow, least = assuranceOf(known)): boolean {
  if (known === from) return true;
  if (known.connection !== undefined && known.connection === from.connection) return true;
  if (assuranceOf(from) < least) return false;
  // Whoever has shown who he is shows it again, wherever he is now.
  if (known.identity !== undefined) return isShared(known.identity, from.identity);
  return known.remote.address === from.remote.address;
}

function isShared(known: FlowIdentity, other: FlowIdentity | undefined): boolean {
  return other?.names.some((name) => known.names.includes(name)) === true;
}

/** Which way a request within a dialog goes: back by the flow on which the peer came, or to where it says that it is. */
import type { Flow } from '@usher/core/adapter';

import { parseUri } from '../syntax/uri.js';
import { numericAddress } from '../transport/numeric-address.js';
import { isNarrower } from './scope.js';

/**
 * Whether the flow is the way to this hop.
 * @param hop the URI of the first route, or of the peer's Contact.
 * @param flow alive; the way that the peer's last message came.
 * @param direct whether nobody stands between.
 */
export function isWayBack(hop: string, flow: Flow, direct: boolean): boolean {
  const uri = parseUri(hop);
  // RFC 7118, 5.1; RFC 5626, 5.1: such a peer can be reached where it came from and nowhere else.
  if (uri === undefined || uri.host.endsWith('.invalid') || uri.params.has('ob')) return true;
  const address = numericAddress(uri.params.get('maddr') ?? uri.host);
  if (flow.connection === undefined) {
    // A peer behind an address translator names a place that only its own network knows; nor do we let a stranger send us
    // where only we can go.
    return address !== undefined && isNarrower(address, flow.remote.address, direct);
  }
  // RFC 7118, 5.3: a browser does not listen. And RFC 3261, 18: what came on a connection goes back on it.
  if (direct || flow.transport === 'ws' || flow.transport === 'wss') return true;
  return address === flow.remote.address;
}

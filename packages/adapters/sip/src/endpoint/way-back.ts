/** Which way a request within a dialog goes: back by the flow on which the peer came, or to where it says that it is. */
import type { Flow } from '@usher/core/adapter';

import { parseUri, type SipUri } from '../syntax/uri.js';
import { locateNumeric } from '../transport/locate.js';
import { numericAddress } from '../transport/numeric-address.js';
import { isNarrower } from './scope.js';

/** What is known of the flow of a dialog. */
export interface Known {
  /** The way that the peer's last message came. */
  readonly flow: Flow;
  /** Whether bytes can still go there. */
  readonly alive: boolean;
  /** Whether nobody stands between. */
  readonly direct: boolean;
}

/**
 * The way to this hop; undefined where a name has to be looked up.
 * @param hop the URI of the first route, or of the peer's Contact.
 * @param transports those that we have.
 */
export function wayBack(
  hop: string,
  known: Known,
  transports: readonly string[],
): Flow | undefined {
  const { flow } = known;
  const uri = parseUri(hop);
  if (known.alive && (uri === undefined || isWayBack(uri, known))) return flow;
  if (uri === undefined) return undefined;
  const { scheme, port, params } = uri;
  const host = params.get('maddr') ?? uri.host;
  const transport = params.get('transport')?.toLowerCase();
  const found = locateNumeric({ scheme, host, port, transport }, transports);
  if (found === undefined) return undefined;
  const remote = { address: found.address, port: found.port };
  // From the socket that the peer knows, where there are several.
  const local = found.transport === flow.transport ? flow.local : undefined;
  return { transport: found.transport, remote, ...(local !== undefined && { local }) };
}

function isWayBack(uri: SipUri, { flow, direct }: Known): boolean {
  // RFC 7118, 5.1; RFC 5626, 5.1: such a peer can be reached where it came from and nowhere else.
  if (uri.host.endsWith('.invalid') || uri.params.has('ob')) return true;
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

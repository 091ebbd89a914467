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
  const { flow, direct } = known;
  const uri = parseUri(hop);
  if (known.alive && (uri === undefined || isWayBack(uri, known))) return flow;
  if (uri === undefined) return undefined;
  // Whoever has closed the connection does not get us to where only we can go, either.
  if (leadsInward(uri, flow, direct)) return flow;
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

/** Those of the ways that a look-up found which do not lead to where only we can go: a name may stand for any address. */
export function outward(ways: readonly Flow[], flow: Flow | undefined): readonly Flow[] {
  if (flow === undefined) return ways;
  return ways.filter(({ remote }) => !isNarrower(remote.address, flow.remote.address, false));
}

/**
 * Whether a dialog may go on at another Contact than before, as a further INVITE wants it: what was protected stays so, and
 * nobody leads us to where only we can go.
 */
export function mayMove(before: string, after: string, flow: Flow): boolean {
  if (before === after) return true;
  const [one, other] = [parseUri(before), parseUri(after)];
  if (other === undefined) return false;
  if (isSecure(flow) && one !== undefined && isProtected(one, flow) && !isProtected(other, flow)) {
    return false;
  }
  return !leadsInward(other, flow, true) || (one !== undefined && leadsInward(one, flow, true));
}

function isSecure({ transport }: Flow): boolean {
  return transport === 'tls' || transport === 'wss';
}

/** Whether what goes to this URI goes over TLS. A WebSocket is named alike with and without it (RFC 7118, 5.4). */
function isProtected({ scheme, host, params }: SipUri, { transport: over }: Flow): boolean {
  const transport = params.get('transport')?.toLowerCase();
  if (scheme === 'sips' || transport === 'tls' || transport === 'wss') return true;
  return host.endsWith('.invalid') || params.has('ob') || (transport === 'ws' && over === 'wss');
}

/** Whether an address stands there that nobody who is where the peer is can mean. */
function leadsInward(uri: SipUri, { remote }: Flow, direct: boolean): boolean {
  const address = numericAddress(uri.params.get('maddr') ?? uri.host);
  return address !== undefined && isNarrower(address, remote.address, direct);
}

function isWayBack(uri: SipUri, { flow, direct }: Known): boolean {
  // RFC 7118, 5.1; RFC 5626, 5.1: such a peer can be reached where it came from and nowhere else.
  if (uri.host.endsWith('.invalid') || uri.params.has('ob')) return true;
  // A peer behind an address translator names a place that only its own network knows; nor do we let a stranger send us
  // where only we can go.
  if (leadsInward(uri, flow, direct)) return true;
  if (flow.connection === undefined) return false;
  // RFC 7118, 5.3: a browser does not listen. And RFC 3261, 18: what came on a connection goes back on it.
  if (direct || flow.transport === 'ws' || flow.transport === 'wss') return true;
  return numericAddress(uri.params.get('maddr') ?? uri.host) === flow.remote.address;
}

/** The ways by which the host of a URI may be reached (RFC 3263). */
import type { Chance, Flow } from '@usher/core/adapter';

import { flowTo } from '../endpoint/request-sender.js';
import { isSecure } from '../node/connection.js';
import type { SipUri } from '../syntax/uri.js';
import { type Hop, locate } from '../transport/locate.js';
import type { Resolver } from '../transport/resolver.js';

/** The ways to the host of this URI by these transports, the best first; none where it is not found. */
export async function findWays(
  { scheme, host, port, params }: SipUri,
  transports: readonly string[],
  resolver: Resolver | undefined,
  chance: Chance,
): Promise<readonly Flow[]> {
  if (resolver === undefined) return [];
  const name = params.get('maddr') ?? host;
  const transport = params.get('transport')?.toLowerCase();
  try {
    const hops = await locate(
      { scheme, port, host: name, transport },
      transports,
      resolver,
      chance,
    );
    // RFC 5922, 7.3: whoever is there must be who was sought, whatever names the DNS gave on the way.
    const flowOf = (hop: Hop): Flow =>
      isSecure(hop.transport) ? { ...flowTo(hop), name } : flowTo(hop);
    return hops.map(flowOf);
  } catch {
    return [];
  }
}

/** Where a trusted edge says that a request comes from: `ms-edge-proxy-message-trust` (MS-SIPRE, 2.2.15). */
import type { SourceNetwork } from '@usher/core';

import { parameterOf } from '../body/multipart.js';

/** The header field; hidden where no trusted peer says it, since anybody could. */
export const EDGE_TRUST = 'ms-edge-proxy-message-trust';

const FEDERATED = new Set(['autofederation', 'directpartner']);

/** The network that its value names; undefined where it names none of the three. */
export function sourceNetworkOf(value: string): SourceNetwork | undefined {
  const said = `;${value.slice(0, 1_024)}`;
  const network = parameterOf(said, 'ms-source-network')?.toLowerCase();
  if (network === 'publiccloud') return 'federated-public';
  const type = parameterOf(said, 'ms-source-type')?.toLowerCase() ?? '';
  if (network === 'federation' || FEDERATED.has(type)) return 'federated-enterprise';
  // One of ours, from outside.
  return type === 'internetuser' ? 'company' : undefined;
}

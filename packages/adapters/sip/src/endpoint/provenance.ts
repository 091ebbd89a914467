/** Where a request comes from, as far as the edge knows: found out once, and carried along as a value. */
import { Address, type Identity } from '@usher/core';
import type { Flow, FlowIdentity } from '@usher/core/adapter';

import type { SipRequest } from '../syntax/message.js';
import { toAddress } from '../syntax/uri.js';
import { flat } from '../dialog/flat.js';
import { assertedIn } from './asserted-in.js';
import { wantsPrivacy } from './wants-privacy.js';

/** How a request was let in. */
export interface Admitted {
  /** Whether it came from a trusted peer, whose word about others counts. */
  readonly trusted: boolean;
  /** The address that a password has proved. */
  readonly verified?: Address;
}

/** Where a request comes from. */
export interface Provenance {
  /** Whether it came from a trusted peer, whose word about others counts. */
  readonly trusted: boolean;
  /** Whether whoever sends it wants to be known to nobody. */
  readonly private: boolean;
  /** Whether the sender has proved it in person: by a password, or by a certificate that names this very user. */
  readonly proven: boolean;
  /** Who sends it, as far as that is known: what a peer proves of itself goes before what another one says of it. */
  readonly identity: Identity;
}

/** What is found of a sender. */
type Found = Pick<Provenance, 'proven' | 'identity'>;

const NOBODY: Found = { proven: false, identity: { how: 'none' } };
const NOWHERE: Provenance = { trusted: false, private: false, ...NOBODY };

/** Where this request comes from, which came in by this flow and was let in like this. */
export function provenanceOf(request: SipRequest, flow: Flow, admitted: Admitted): Provenance {
  const { trusted } = admitted;
  const found = find(request, flow, admitted);
  const hides = wantsPrivacy(request);
  if (found === NOBODY && !trusted && !hides) return NOWHERE;
  const { proven, identity } = found;
  return {
    trusted,
    private: hides,
    proven,
    identity: hides && found !== NOBODY ? { ...identity, private: true } : identity,
  };
}

function find(request: SipRequest, flow: Flow, { trusted, verified }: Admitted): Found {
  if (verified !== undefined) {
    return { proven: true, identity: { how: 'digest', address: verified } };
  }
  const named = flow.identity && namedBy(flow.identity, request);
  if (named?.by === 'user') {
    return { proven: true, identity: { how: 'tls', address: named.address } };
  }
  // RFC 3325, 5: a proxy that is trusted knows better than its certificate which of the domain's users it speaks for.
  const asserted = trusted ? assertedIn(request) : undefined;
  if (asserted !== undefined) {
    return { proven: false, identity: { how: 'asserted', address: asserted } };
  }
  return named === undefined
    ? NOBODY
    : { proven: false, identity: { how: 'tls', address: named.address } };
}

/** The address of From, where the certificate speaks for it: as for this very user, or for all of the domain (RFC 5922, 4). */
function namedBy(
  { names }: FlowIdentity,
  { from }: SipRequest,
): { readonly by: 'user' | 'domain'; readonly address: Address } | undefined {
  const address = toAddress(flat(from.uri));
  if (address === undefined || !(address.scheme === 'sip' || address.scheme === 'sips')) {
    return undefined;
  }
  let domain = false;
  for (const name of names) {
    const named = Address.from(name);
    if (named?.host !== address.host) continue;
    if (named.user === address.user) return { by: named.user === '' ? 'domain' : 'user', address };
    domain ||= named.user === '';
  }
  return domain ? { by: 'domain', address } : undefined;
}

/** Who invites and who is invited, out of header fields. */
import { Address, type Identity, type Party } from '@usher/core';
import type { FlowIdentity } from '@usher/core/adapter';

import { flat } from '../dialog/flat.js';
import type { NameAddr } from '../syntax/name-addr.js';
import { toAddress } from '../syntax/uri.js';

/** Who nobody can be: stands for what names no address. */
const NOBODY = Address.parse('sip:anonymous@anonymous.invalid');

const NOTHING: Identity = { how: 'none' };

/** The address that a URI names, in memory of its own; RFC 3323, 4.1.1.3, has a name for who has none. */
export function addressOf(uri: string): Address {
  return toAddress(flat(uri)) ?? NOBODY;
}

/**
 * The party that a header field names; who it says it is.
 * @param proven the address that a password has proved; or what its connection has proved: where that covers the address, it
 * is its proof.
 */
export function partyOf({ uri, displayName }: NameAddr, proven?: FlowIdentity | Address): Party {
  const address = addressOf(uri);
  return {
    address,
    ...(displayName !== undefined && displayName !== '' && { displayName: flat(displayName) }),
    userAtHost: address.userAtHost,
    identity: identityOf(address, proven),
  };
}

function identityOf(address: Address, proven: FlowIdentity | Address | undefined): Identity {
  if (proven === undefined) return NOTHING;
  if (proven instanceof Address) return { how: 'digest', address: proven };
  return covers(proven, address) ? { how: 'tls', address } : NOTHING;
}

/** Whether it may speak for this address: as this very user, or for all of the domain (RFC 5922, 4). */
function covers({ names }: FlowIdentity, { scheme, user, host }: Address): boolean {
  if (scheme !== 'sip' && scheme !== 'sips') return false;
  return names.some((name) => {
    const named = Address.from(name);
    return named?.host === host && (named.user === '' || named.user === user);
  });
}

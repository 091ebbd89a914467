/** Who invites and who is invited, out of header fields. */
import { Address, type Identity, type Party } from '@usher/core';

import { flat } from '../dialog/flat.js';
import type { NameAddr } from '../syntax/name-addr.js';
import { toAddress } from '../syntax/uri.js';

/** Who nobody can be: stands for what names no address. */
const NOBODY = Address.parse('sip:anonymous@anonymous.invalid');

/** The address that a URI names, in memory of its own; RFC 3323, 4.1.1.3, has a name for who has none. */
export function addressOf(uri: string): Address {
  return toAddress(flat(uri)) ?? NOBODY;
}

/** The party that a header field names: who it says it is, and what is known of that. */
export function partyOf({ uri, displayName }: NameAddr, identity: Identity): Party {
  const address = addressOf(uri);
  return {
    address,
    ...(displayName !== undefined && displayName !== '' && { displayName: flat(displayName) }),
    userAtHost: flat(address.userAtHost),
    identity,
  };
}

/** Who invites and who is invited, out of header fields. */
import { Address, type Identity, type Party, RemoteProtocolError } from '@usher/core';

import { flat } from '../dialog/flat.js';
import { type NameAddr, parseNameAddr } from '../syntax/name-addr.js';
import { toAddress } from '../syntax/uri.js';

/** Who nobody can be: stands for what names no address. */
const NOBODY = Address.parse('sip:anonymous@anonymous.invalid');

/** The address that a URI names, in memory of its own; RFC 3323, 4.1.1.3, has a name for who has none. */
export function addressOf(uri: string): Address {
  return toAddress(flat(uri)) ?? NOBODY;
}

/** The address in Referred-By (RFC 3892, 3); undefined where it is malformed: it is a hint, and no proof. */
export function referrerOf(value: string): Address | undefined {
  try {
    return toAddress(flat(parseNameAddr(value).uri));
  } catch (error) {
    if (error instanceof RemoteProtocolError) return undefined;
    throw error;
  }
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

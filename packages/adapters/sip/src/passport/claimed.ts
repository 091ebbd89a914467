/** Who a PASSporT says that somebody is: a telephone number, or a URI (RFC 8225, 5.2.1). */
import type { Address } from '@usher/core';

import { parseUri } from '../syntax/uri.js';
import { toAddress } from '../syntax/uri.js';
import { canonicalNumber, telephoneNumberIn } from './telephone-number.js';

/** Who somebody is said to be. */
export type Claimed = { readonly tn: string } | { readonly uri: string };

/** How a signer names whom this URI names, in the form in which it is signed (RFC 8224, 8); undefined where it names nobody. */
export function claimOf(uri: string): Claimed | undefined {
  const number = telephoneNumberIn(uri);
  if (number?.certain === true) return { tn: number.digits };
  const plain = plainUri(uri);
  return plain === undefined ? undefined : { uri: plain };
}

/** The address of this URI, where the claim is of that; undefined where it is of somebody else. */
export function addressClaimed(claimed: Claimed, uri: string): Address | undefined {
  if ('tn' in claimed) {
    const number = telephoneNumberIn(uri);
    // Only the number was signed: nothing is known of the host behind it.
    return number?.digits === canonicalNumber(claimed.tn) ? number?.address : undefined;
  }
  const plain = plainUri(uri);
  if (plain === undefined || plain !== plainUri(claimed.uri)) return undefined;
  return toAddress(plain);
}

/** An address-of-record in one way of writing (RFC 8224, 8.5): neither port, password, parameters nor headers. */
function plainUri(uri: string): string | undefined {
  const parsed = parseUri(uri);
  if (parsed?.user === undefined) return undefined;
  return `${parsed.scheme}:${parsed.user}@${parsed.host}`;
}

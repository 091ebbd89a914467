/** Who a trusted peer says that a request comes from: P-Asserted-Identity (RFC 3325, 9.1). */
import { type Address, RemoteProtocolError } from '@usher/core';

import { flat } from '../dialog/flat.js';
import type { SipRequest } from '../syntax/message.js';
import { parseNameAddr } from '../syntax/name-addr.js';
import { toAddress } from '../syntax/uri.js';

/**
 * The address that this request asserts; undefined where it asserts none, or what no proxy may write. Two are a SIP address and
 * a telephone number of one user, and the former is taken: two of a kind are of two users, one of whom slipped in.
 */
export function assertedIn(request: SipRequest): Address | undefined {
  if (request.get('P-Asserted-Identity') === undefined) return undefined;
  let sip: Address | undefined;
  let tel: Address | undefined;
  for (const value of request.list('P-Asserted-Identity')) {
    const address = addressIn(value);
    if (address?.scheme === 'tel' && tel === undefined) tel = address;
    else if ((address?.scheme === 'sip' || address?.scheme === 'sips') && sip === undefined) {
      sip = address;
    } else return undefined;
  }
  return sip ?? tel;
}

function addressIn(value: string): Address | undefined {
  try {
    return toAddress(flat(parseNameAddr(value).uri));
  } catch (error) {
    if (error instanceof RemoteProtocolError) return undefined;
    throw error;
  }
}

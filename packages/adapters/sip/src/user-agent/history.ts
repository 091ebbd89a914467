/** The addresses that an invitation tried before ours: History-Info (RFC 7044), or Diversion (RFC 5806) where there is none. */
import { type Address, RemoteProtocolError, type Retargeting } from '@usher/core';

import { flat } from '../dialog/flat.js';
import type { SipRequest } from '../syntax/message.js';
import { type NameAddr, parseNameAddr } from '../syntax/name-addr.js';
import { parseReason } from '../syntax/reason.js';
import { parseUri, toAddress } from '../syntax/uri.js';
import { addressOf } from './party.js';

/** However long the history is, so much of its end is told. */
const MOST = 16;
const NONE: readonly Retargeting[] = [];

/** The earlier targets, the first one first. What is malformed counts as not said: it is a hint, and no proof. */
export function historyOf(request: SipRequest): readonly Retargeting[] {
  if (request.get('History-Info') !== undefined) {
    // The last entry is how the request came to us.
    return entries(request.list('History-Info')).map(retargeting).slice(0, -1);
  }
  if (request.get('Diversion') === undefined) return NONE;
  // RFC 5806, 4.1: the latest diversion comes first.
  return entries(request.list('Diversion')).map(diversion).toReversed();
}

/**
 * Which address of ours is invited: whom To names, unless the invitation was sent on from there. RFC 3261, 8.1.3.4: To stays as
 * it was, and the Request-URI alone tells whom the inviter went on to.
 */
export function endpointOf(request: SipRequest, history: readonly Retargeting[]): Address {
  const endpoint = addressOf(request.to.uri);
  if (history === NONE) return endpoint;
  const left = history.some(({ address }) => address.equals(endpoint));
  return left ? addressOf(request.uri) : endpoint;
}

function entries(values: readonly string[]): NameAddr[] {
  const parsed: NameAddr[] = [];
  for (const value of values.slice(-MOST - 1)) {
    try {
      const entry = parseNameAddr(value);
      if (toAddress(entry.uri) !== undefined) parsed.push(entry);
    } catch (error) {
      if (!(error instanceof RemoteProtocolError)) throw error;
    }
  }
  return parsed;
}

/** RFC 7044, 5: the reason why this target was left stands as a header in its URI. */
function retargeting({ uri }: NameAddr): Retargeting {
  const reason = parseUri(uri)?.headers.get('reason');
  return { address: addressOf(uri), ...(reason !== undefined && reasonOf(reason)) };
}

function reasonOf(escaped: string): Partial<Retargeting> {
  try {
    const { cause, text } = parseReason(decodeURIComponent(escaped));
    return {
      ...(cause !== undefined && cause >= 300 && cause <= 699 && { status: cause }),
      ...(text !== undefined && { reason: flat(text) }),
    };
  } catch {
    return {};
  }
}

function diversion({ uri, params }: NameAddr): Retargeting {
  const reason = params.get('reason');
  return { address: addressOf(uri), ...(reason !== undefined && { reason: flat(reason) }) };
}

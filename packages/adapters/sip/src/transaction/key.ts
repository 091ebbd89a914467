/** The texts by which the server transaction of a request is found (RFC 3261, 17.2.3). */
import type { SipRequest } from '../syntax/message.js';

/** What every branch of RFC 3261 begins with; one with nothing behind it identifies nothing (RFC 4475, 3.2.1). */
const COOKIE = 'z9hG4bK';

/** Whether the peer names its transactions by branches (RFC 3261, 8.1.1.7); otherwise it is one of RFC 2543. */
export function hasBranch(request: SipRequest): boolean {
  const branch = request.via.branch;
  return branch !== undefined && branch.length > COOKIE.length && branch.startsWith(COOKIE);
}

/**
 * The key of the transaction of this request, or of that which an ACK or CANCEL is about where `method` is INVITE.
 * With a branch: branch, sent-by and method. Without, as in RFC 2543: Request-URI, To tag, From tag, Call-ID, CSeq, top Via.
 * Such an ACK has the To tag of our answer, and is found by `oldAckKey`.
 */
export function serverKey(request: SipRequest, method: string): string {
  const via = request.via;
  // Method first: no key of the one kind can be taken for one of the other, which begin with a space.
  // Joined into one piece, as it is kept for as long as the transaction is: a text of parts would keep the message alive.
  if (hasBranch(request)) return [method, ' ', via.host, ':', via.port, ' ', via.branch].join('');
  return [` ${method}`, ...oldKey(request, request.toTag)].join(' ');
}

/** The key of an ACK of RFC 2543 to the answer with this To tag. */
export function oldAckKey(request: SipRequest, toTag: string | undefined): string {
  return [' ACK', ...oldKey(request, toTag)].join(' ');
}

/**
 * The key under which a request shows that came before on another way: From tag, Call-ID and CSeq (RFC 3261, 8.2.2.2). The URI
 * of From is in it as well, because there are peers that make equal tags and Call-IDs when they start in the same second.
 */
export function mergeKey(request: SipRequest): string {
  const { cseq, method, callId, fromTag, from } = request;
  return [cseq.number, ' ', method, ' ', callId, ' ', fromTag, ' ', from.uri].join('');
}

function oldKey(request: SipRequest, toTag: string | undefined): readonly unknown[] {
  const { uri, fromTag, callId, cseq, via } = request;
  return [cseq.number, uri, toTag, fromTag, callId, via.raw];
}

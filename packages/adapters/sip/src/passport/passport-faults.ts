/** What can be wrong with a PASSporT, and the answer to each (RFC 8224, 6.2.2). */
import { RemoteProtocolError } from '@usher/core';

/** None is there that could be looked at, and one was required. */
export function missing(why: string): RemoteProtocolError {
  return new RemoteProtocolError('no-passport', why, 428);
}

/** The certificate is not to be had from where it is said to be. */
export function unacquired(why: string): RemoteProtocolError {
  return new RemoteProtocolError('bad-identity-info', why, 436);
}

/** The certificate is there, and is not one that we believe in this. */
export function unsupported(why: string): RemoteProtocolError {
  return new RemoteProtocolError('unsupported-credential', why, 437);
}

/** It cannot be read, was not signed like that, or is about another request. */
export function invalid(why: string): RemoteProtocolError {
  return new RemoteProtocolError('bad-identity', why, 438);
}

/** It is too old, or was used before. */
export function stale(why: string): RemoteProtocolError {
  return new RemoteProtocolError('stale-passport', why, 403);
}

/** Of several PASSporTs that came to nothing, the answer is that to the one that came farthest. */
const FARTHEST = [438, 403, 437, 436];

/** The fault of a request all of whose PASSporTs came to nothing. */
export function worstOf(faults: readonly RemoteProtocolError[]): RemoteProtocolError | undefined {
  return faults.toSorted(
    (one, other) => FARTHEST.indexOf(one.status) - FARTHEST.indexOf(other.status),
  )[0];
}

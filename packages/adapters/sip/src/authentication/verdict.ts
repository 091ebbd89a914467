/** What a digest server finds of a request. */
import type { Address } from '@usher/core';

/** Why a request is challenged, for whoever operates the house; the peer hears none of it. */
export type ChallengeReason =
  /** None for our realm. */
  | 'no-credentials'
  | 'bad-credentials'
  | 'algorithm-not-offered'
  | 'qop-not-offered'
  /** The digest-uri is not the Request-URI. */
  | 'other-uri'
  /** Not of our making, or made for another source, or before we were started. */
  | 'unknown-nonce'
  /** The password is wrong, or there is no such user: nobody is to know which. */
  | 'wrong-response'
  | 'old-nonce'
  /** The same nonce and count once more, or so late that it could be. */
  | 'replayed';

/** What a digest server finds of a request. */
export type Verdict =
  | {
      readonly type: 'verified';
      /** The address-of-record of From, which the user may come as. */
      readonly address: Address;
      readonly username: string;
      readonly realm: string;
    }
  /** Answer 401 with a challenge. */
  | {
      readonly type: 'challenge';
      /** Whether the response was right, and only the nonce will not do any more. */
      readonly stale: boolean;
      readonly why: ChallengeReason;
    }
  /** Answer 403: the password is right, but another one would not help (RFC 3261, 21.4.4). */
  | {
      readonly type: 'forbidden';
      /** From has an address that this user may not come as. */
      readonly why: 'other-address';
      readonly username: string;
    };

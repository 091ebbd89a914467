/** Where a digest server learns its users. */
import type { Address } from '@usher/core';

import type { DigestAlgorithm } from './digest-algorithm.js';

/** What is known of one user. */
export type Secret = (
  | {
      /** H(A1) in lower case (RFC 7616, 3.4.2): as good as the password, but in this realm only. */
      readonly ha1: string;
    }
  | { readonly password: string }
) & {
  /** The addresses-of-record that this user may come as; at least one. */
  readonly addresses: readonly Address[];
};

/**
 * Where a digest server learns its users. It is asked in the middle of a request and answers at once: a machine does not
 * wait. What lives in a directory elsewhere is read into memory beforehand. How long the answer takes should not depend on
 * whether there is such a user.
 */
export interface Credentials {
  /** What is known of a user in a realm, for this algorithm; undefined where nothing is. */
  lookup(username: string, realm: string, algorithm: DigestAlgorithm): Secret | undefined;
  /**
   * Somebody else, to compute with in the place of who is not there, so that this takes as long as for who is: what is asked for
   * seldom has to be fetched from afar. Nobody comes in by it.
   */
  decoy?(username: string, algorithm: DigestAlgorithm): Secret | undefined;
}

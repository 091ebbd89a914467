/** Who tells whether a PASSporT was signed by somebody who may speak for its origin. */
import type { Instant, RemoteProtocolError } from '@usher/core';

import type { Passport } from './passport.js';

/** Fetches the certificate of a PASSporT, and tells whether the signature is by it and it is one to be believed in this. */
export interface PassportVerifier {
  /** Undefined where all of it holds; or why not: `bad-identity-info`, `unsupported-credential` or `bad-identity`. Never rejects. */
  verify(
    passport: Pick<Passport, 'input' | 'signature' | 'info' | 'orig'>,
    now: Instant,
  ): Promise<RemoteProtocolError | undefined>;
}

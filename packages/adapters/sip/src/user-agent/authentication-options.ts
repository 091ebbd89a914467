/** Who has to prove who they are before they may knock, and who may come in. */
import { type Duration, LocalProtocolError, milliseconds } from '@usher/core';
import type { Chance } from '@usher/core/adapter';

import type { Authentication } from '../authentication/authentication.js';
import {
  ConfiguredCredentials,
  type ConfiguredUser,
} from '../authentication/configured-credentials.js';
import type { DigestAlgorithm } from '../authentication/digest-algorithm.js';
import type { DigestHash } from '../authentication/digest-hash.js';
import { DigestServer } from '../authentication/digest-server.js';

/** Digest authentication of whoever invites us, or sends a message outside any dialog (RFC 3261, 22; RFC 7616; RFC 8760). */
export interface AuthenticationOptions {
  /** For whose users: the domain that their addresses are of, unless they have addresses of their own. */
  readonly realm: string;
  readonly users: readonly ConfiguredUser[];
  /** The preferred one first; `SHA-256` alone unless given. */
  readonly algorithms?: readonly DigestAlgorithm[];
  /** How long a challenge can be answered: 30 to 300 seconds; two minutes unless given. */
  readonly lifetime?: Duration;
  /** How many wrong proofs of one source are borne; 10 unless given. */
  readonly failures?: number;
  /** How long nothing new is heard from a source after those; five minutes unless given. */
  readonly silence?: Duration;
}

/**
 * What an endpoint authenticates by.
 * @throws LocalProtocolError `bad-authentication`, `bad-user` or `bad-address`, which say what to write.
 */
export function authenticationOf(
  { realm, users, algorithms = ['SHA-256'], lifetime, failures, silence }: AuthenticationOptions,
  hash: DigestHash | undefined,
  chance: Chance,
): Authentication {
  if (hash === undefined) {
    const message =
      'authentication needs hashes; give `digestHash`, or make the user agent by `sip`';
    throw new LocalProtocolError('bad-authentication', message);
  }
  if (users.length === 0) {
    throw new LocalProtocolError(
      'bad-authentication',
      'there are no users, so that nobody could come in',
    );
  }
  const credentials = new ConfiguredCredentials(users, { realm, algorithms, hash });
  const server = new DigestServer({ realm, credentials, hash, chance, algorithms, lifetime });
  if (failures !== undefined && !(Number.isSafeInteger(failures) && failures >= 1)) {
    throw new LocalProtocolError('bad-authentication', `failures is 1 or more, not ${failures}`);
  }
  return {
    server,
    hash,
    failures,
    silence: silence === undefined ? undefined : milliseconds(silence),
  };
}

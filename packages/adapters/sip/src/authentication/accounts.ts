/** Who we are, by realm: of a password only its hashes are kept, unless it is for any realm. */
import { LocalProtocolError } from '@usher/core';

import type { Account } from './account.js';
import { quotedParameter } from './auth-parameters.js';
import type { DigestAlgorithm } from './digest-algorithm.js';
import type { DigestHash } from './digest-hash.js';
import { hashedPassword } from './digest-response.js';

/** One of them, as the answer to a challenge needs it. */
export interface Known {
  readonly username: string;
  /** Those that policy allows. */
  readonly algorithms: readonly DigestAlgorithm[];
  /** H(A1) in this realm. */
  hashed(algorithm: DigestAlgorithm, realm: string): string;
}

const USUAL: readonly DigestAlgorithm[] = ['SHA-256', 'SHA-512-256'];

/** Who we are, by realm. */
export class Accounts {
  readonly #byRealm = new Map<string, Known>();
  #anywhere: Known | undefined;

  /** @throws LocalProtocolError `bad-account`, which says what to write. */
  constructor(accounts: readonly Account[], hash: DigestHash) {
    for (const account of accounts) {
      check(account);
      const { realm } = account;
      const taken = realm === undefined ? this.#anywhere : this.#byRealm.get(realm);
      if (taken !== undefined) throw bad(account, 'there are two for this realm');
      if (realm === undefined) this.#anywhere = anywhere(account, hash);
      else this.#byRealm.set(realm, inRealm(account, realm, hash));
    }
  }

  /** Who we are in this realm; undefined where we are nobody. */
  in(realm: string): Known | undefined {
    return this.#byRealm.get(realm) ?? this.#anywhere;
  }
}

function inRealm(account: Account, realm: string, hash: DigestHash): Known {
  const { username, password, algorithms = USUAL } = account;
  const hashes = new Map(
    algorithms.map((one) => [one, hashedPassword(hash, one, username, realm, password)]),
  );
  return { username, algorithms, hashed: (algorithm) => hashes.get(algorithm) ?? '' };
}

function anywhere({ username, password, algorithms = USUAL }: Account, hash: DigestHash): Known {
  const hashed: Known['hashed'] = (algorithm, realm) =>
    hashedPassword(hash, algorithm, username, realm, password);
  return { username, algorithms, hashed };
}

function check(account: Account): void {
  const { username, password, realm, algorithms } = account;
  if (username === '') throw bad(account, 'it needs a username');
  if (password === '') throw bad(account, 'it needs a password');
  if (realm === '') throw bad(account, 'its realm is empty');
  if (algorithms?.length === 0) throw bad(account, 'it allows no algorithm; name SHA-256');
  try {
    quotedParameter('username', username);
  } catch {
    throw bad(account, 'a character of its username cannot stand in a message');
  }
}

function bad({ username, realm }: Account, why: string): LocalProtocolError {
  const where = realm === undefined ? '' : ` in the realm ${JSON.stringify(realm)}`;
  return new LocalProtocolError(
    'bad-account',
    `the credentials of ${JSON.stringify(username)}${where}: ${why}`,
  );
}

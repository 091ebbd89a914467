/** The users of a realm, as a configuration lists them. */
import { Address, LocalProtocolError } from '@usher/core';

import type { Credentials, Secret } from './credentials.js';
import { type DigestAlgorithm, isDigest } from './digest-algorithm.js';
import type { DigestHash } from './digest-hash.js';
import { hashedPassword } from './digest-response.js';

/** One user, as a configuration has it. */
export interface ConfiguredUser {
  readonly username: string;
  /** Not needed where `ha1` has a hash for each algorithm in use. */
  readonly password?: string | undefined;
  /** H(A1), the hash of `username:realm:password`, by algorithm and in hexadecimal digits. */
  readonly ha1?: { readonly [algorithm in DigestAlgorithm]?: string | undefined } | undefined;
  /** The addresses-of-record that this user may come as; `sip:username@realm` unless given. */
  readonly addresses?: readonly (string | Address)[] | undefined;
}

/** For which realm, and with which algorithms, users are kept. */
export interface ConfiguredCredentialsOptions {
  readonly realm: string;
  /** Those that the server offers. */
  readonly algorithms: readonly DigestAlgorithm[];
  readonly hash: DigestHash;
}

/** The users of a realm, as a configuration lists them. Of a password only its hashes are kept. */
export class ConfiguredCredentials implements Credentials {
  readonly #realm: string;
  readonly #secrets = new Map<string, ReadonlyMap<DigestAlgorithm, Secret>>();
  /** The same, by number. */
  readonly #all: ReadonlyMap<DigestAlgorithm, Secret>[] = [];

  /** @throws LocalProtocolError `bad-user`, which names the user and says what to write; `bad-address`. */
  constructor(users: readonly ConfiguredUser[], options: ConfiguredCredentialsOptions) {
    this.#realm = options.realm;
    for (const user of users) {
      if (user.username === '') throw bad(user, 'it is empty');
      if (this.#secrets.has(user.username)) throw bad(user, 'it is there twice');
      const secrets = secretsOf(user, options);
      this.#secrets.set(user.username, secrets);
      this.#all.push(secrets);
    }
  }

  lookup(username: string, realm: string, algorithm: DigestAlgorithm): Secret | undefined {
    const secret = this.#secrets.get(username)?.get(algorithm);
    return realm === this.#realm ? secret : undefined;
  }

  decoy(username: string, algorithm: DigestAlgorithm): Secret | undefined {
    const end = username.length - 1;
    const number = username.charCodeAt(end) * 37 + username.charCodeAt(end >> 1) * 7 + end;
    return this.#all[number % this.#all.length]?.get(algorithm);
  }
}

function secretsOf(
  user: ConfiguredUser,
  { realm, algorithms, hash }: ConfiguredCredentialsOptions,
): ReadonlyMap<DigestAlgorithm, Secret> {
  const addresses = addressesOf(user, realm);
  const { username, password } = user;
  return new Map(
    algorithms.map((algorithm) => {
      const given = user.ha1?.[algorithm]?.toLowerCase();
      if (given !== undefined && !isDigest(given, algorithm)) {
        throw bad(user, `its ha1 is no digest by ${algorithm}`);
      }
      const ha1 =
        given ??
        (password === undefined || password === ''
          ? undefined
          : hashedPassword(hash, algorithm, username, realm, password));
      if (ha1 === undefined) {
        // Whoever is offered an algorithm picks it, and could never come in by it.
        throw bad(user, `it needs a password, or an ha1 for ${algorithm}`);
      }
      return [algorithm, { ha1, addresses }];
    }),
  );
}

function addressesOf(user: ConfiguredUser, realm: string): readonly Address[] {
  if (user.addresses === undefined) {
    const address = Address.from(`sip:${user.username}@${realm}`);
    if (address !== undefined) return [address];
    throw bad(user, `it needs addresses: with the realm ${JSON.stringify(realm)} it makes none`);
  }
  if (user.addresses.length === 0) throw bad(user, 'its list of addresses is empty');
  return user.addresses.map((address) =>
    typeof address === 'string' ? Address.parse(address) : address,
  );
}

function bad({ username }: ConfiguredUser, why: string): LocalProtocolError {
  return new LocalProtocolError('bad-user', `the user ${JSON.stringify(username)}: ${why}`);
}

/** Proves who we are to those who ask for a password, without ever sending it (RFC 3261, 22.2, 22.3; RFC 8760, 2.4). */
import { LocalProtocolError } from '@usher/core';
import type { Chance } from '@usher/core/adapter';

import { quotedParameter } from './auth-parameters.js';
import type { DigestAlgorithm } from './digest-algorithm.js';
import { DigestExchange, type ExchangedRequest, REALMS } from './digest-exchange.js';
import type { DigestHash } from './digest-hash.js';
import type { Account, KeptChallenge } from './kept-challenge.js';

/** How a digest client is set up. */
export interface DigestClientOptions {
  readonly hash: DigestHash;
  readonly chance: Chance;
  /** Who we are, by realm. */
  readonly accounts: readonly Account[];
  /** The algorithms that policy allows; `SHA-256` and `SHA-512-256` unless given. Name `MD5` to allow it. */
  readonly algorithms?: readonly DigestAlgorithm[] | undefined;
}

/** So many places are remembered. */
const SPACES = 1_000;

/** Proves who we are. What a place challenged us with is kept, and answered at once in what is sent there next. */
export class DigestClient {
  readonly #hash: DigestHash;
  readonly #chance: Chance;
  readonly #accounts: readonly Account[];
  readonly #algorithms: readonly DigestAlgorithm[];
  readonly #spaces = new Map<string, Map<string, KeptChallenge>>();

  /** @throws LocalProtocolError `bad-authentication` where an account has no username or password, or no algorithm is allowed; `unprintable`. */
  constructor(options: DigestClientOptions) {
    this.#hash = options.hash;
    this.#chance = options.chance;
    this.#accounts = options.accounts;
    this.#algorithms = options.algorithms ?? ['SHA-256', 'SHA-512-256'];
    if (this.#algorithms.length === 0) {
      throw new LocalProtocolError('bad-authentication', 'no algorithm is allowed; name SHA-256');
    }
    for (const { username, password } of this.#accounts) {
      if (username === '' || password === '') {
        throw new LocalProtocolError(
          'bad-authentication',
          'an account has a username and a password',
        );
      }
      quotedParameter('username', username);
    }
  }

  /**
   * A request of ours is made.
   * @param space names where it goes, such as the host of the next hop: what was kept for one place is sent to no other.
   */
  begin(request: ExchangedRequest, space: string): DigestExchange {
    const kept = this.#keptFor(space);
    return new DigestExchange(
      {
        hash: this.#hash,
        chance: this.#chance,
        accounts: this.#accounts,
        algorithms: this.#algorithms,
        kept,
      },
      request,
    );
  }

  #keptFor(space: string): Map<string, KeptChallenge> {
    let kept = this.#spaces.get(space);
    if (kept === undefined) kept = new Map();
    else this.#spaces.delete(space);
    // What was used last goes last. A place that brings up ever new realms is begun anew.
    if (kept.size >= REALMS) kept.clear();
    this.#spaces.set(space, kept);
    if (this.#spaces.size > SPACES) {
      for (const oldest of this.#spaces.keys()) {
        this.#spaces.delete(oldest);
        break;
      }
    }
    return kept;
  }
}

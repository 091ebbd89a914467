/** Nonces that carry all that is to be known of them, so that a challenge leaves nothing behind that a flood could fill. */
import type { Instant } from '@usher/core';
import type { Chance } from '@usher/core/adapter';

import type { DigestHash } from './digest-hash.js';

const KEY_OCTETS = 32;
/** Milliseconds since 1970 to the base of 36, up to the year 5188. */
const STAMP = 9;
/** 40 bits of chance: two peers behind one address who are challenged in the same millisecond must not share a nonce. */
const SALT = 8;
/** 132 bits of the authentication code. */
const MAC = 22;
const LENGTH = STAMP + SALT + MAC;

/** A nonce of ours that came back. */
export interface KnownNonce {
  /** When it was made. */
  readonly made: Instant;
  /** What tells it from any other, in memory of its own. */
  readonly key: string;
}

/**
 * Makes nonces and knows them again. Each holds for one source: the numeric address, so that whoever answers has been seen
 * to receive there. The port is left out, since address translators change it while a peer stays the same one.
 */
export class Nonces {
  readonly #hash: DigestHash;
  readonly #chance: Chance;
  readonly #key: Uint8Array;

  constructor(hash: DigestHash, chance: Chance) {
    this.#hash = hash;
    this.#chance = chance;
    this.#key = chance.octets(KEY_OCTETS);
  }

  /** A fresh nonce for this source. */
  make(source: string, now: Instant): string {
    const stamp = Math.floor(now).toString(36).padStart(STAMP, '0');
    const head = stamp + this.#chance.token().slice(0, SALT);
    return head + this.#mac(head, source);
  }

  /** What we know of a nonce; undefined where it is not ours, or was made for another source. */
  read(nonce: string, source: string): KnownNonce | undefined {
    if (nonce.length !== LENGTH) return undefined;
    const head = nonce.slice(0, STAMP + SALT);
    const key = this.#mac(head, source);
    if (!this.#hash.equal(key, nonce.slice(STAMP + SALT))) return undefined;
    return { made: Number.parseInt(nonce.slice(0, STAMP), 36), key };
  }

  #mac(head: string, source: string): string {
    return this.#hash.mac(this.#key, `${head} ${source}`).slice(0, MAC);
  }
}

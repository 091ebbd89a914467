/** Nonces that carry all that is to be known of them, so that a challenge leaves nothing behind that a flood could fill. */
import type { Instant } from '@usher/core';
import type { Chance } from '@usher/core/adapter';

import type { DigestHash } from './digest-hash.js';

const KEY_OCTETS = 32;
/** The digits of base64url (RFC 4648, 5). A challenge is not to be larger than what it answers, so that numbers are short. */
const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const BASE = DIGITS.length;
/** Milliseconds since 1970, up to the year 2109. */
const STAMP = 7;
/** Two peers behind one address who are challenged in the same millisecond must not share a nonce. */
const NUMBER = 2;
const NUMBERS = BASE ** NUMBER;
/** 96 bits of the authentication code. */
const MAC = 16;
const LENGTH = STAMP + NUMBER + MAC;

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
  readonly #key: Uint8Array;
  #number = 0;

  constructor(hash: DigestHash, chance: Chance) {
    this.#hash = hash;
    this.#key = chance.octets(KEY_OCTETS);
  }

  /** A fresh nonce for this source. */
  make(source: string, now: Instant): string {
    this.#number = (this.#number + 1) % NUMBERS;
    const head = digitsOf(Math.floor(now), STAMP) + digitsOf(this.#number, NUMBER);
    return head + this.#mac(head, source);
  }

  /** What we know of a nonce; undefined where it is not ours, or was made for another source. */
  read(nonce: string, source: string): KnownNonce | undefined {
    if (nonce.length !== LENGTH) return undefined;
    const head = nonce.slice(0, STAMP + NUMBER);
    const key = this.#mac(head, source);
    if (!this.#hash.equal(key, nonce.slice(STAMP + NUMBER))) return undefined;
    return { made: numberOf(head.slice(0, STAMP)), key };
  }

  #mac(head: string, source: string): string {
    return this.#hash.mac(this.#key, `${head} ${source}`).slice(0, MAC);
  }
}

/** A number in so many digits; what does not fit is cut off at the front. */
function digitsOf(number: number, length: number): string {
  let text = '';
  let rest = number;
  for (let digit = 0; digit < length; digit += 1) {
    text = DIGITS.charAt(rest % BASE) + text;
    rest = Math.floor(rest / BASE);
  }
  return text;
}

function numberOf(digits: string): number {
  let number = 0;
  for (const digit of digits) number = number * BASE + DIGITS.indexOf(digit);
  return number;
}

/** Chance that repeats itself: the same seed gives the same octets, so that a failing test fails again. */
import type { Chance } from '../ports/clock.js';

const LETTERS = 'abcdefghijklmnopqrstuvwxyz234567';

/** A small generator (sfc32, 128 bits of state) for tests and simulations; nothing that has to be unguessable. */
export class SeededChance implements Chance {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed = 1) {
    this.#a = seed | 0;
    this.#b = Math.floor(seed / 2 ** 32) | 0;
    this.#c = 0x9e37_79b9;
    // Seeds that lie close together give much the same until they have been stirred.
    for (let round = 0; round < 16; round += 1) this.#next();
  }

  octets(count: number): Uint8Array {
    const octets = new Uint8Array(count);
    for (let index = 0; index < count; index += 1) octets[index] = this.#next() & 0xff;
    return octets;
  }

  /** 26 letters and digits of 5 bits each. */
  token(): string {
    let token = '';
    for (let index = 0; index < 26; index += 1) token += LETTERS.charAt(this.#next() & 31);
    return token;
  }

  /** A whole number from 0 up to but not including `below`. */
  integer(below: number): number {
    return Math.floor((this.#next() / 2 ** 32) * below);
  }

  /** True as often as `probability` says: 0 never, 1 always. */
  chance(probability: number): boolean {
    return this.#next() / 2 ** 32 < probability;
  }

  /** One of these. */
  pick<T>(choices: readonly [T, ...T[]]): T {
    return choices[this.integer(choices.length)] ?? choices[0];
  }

  /** 32 bits, unsigned. */
  #next(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }
}

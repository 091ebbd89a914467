/** Nonces, and the counts of them that were used. */
import { describe, expect, test } from '@jest/globals';
import { SeededChance } from '@usher/core/testing';
import { array, integer, property } from 'fast-check';

import { NonceCounts } from '../../src/authentication/nonce-counts.js';
import { Nonces } from '../../src/authentication/nonces.js';
import { nodeDigestHash } from '../../src/node/node-digest-hash.js';
import { exceptionTo } from '../syntax/arbitraries.js';
import { SOURCE, START } from './stage.js';

const noncesOf = (seed: number): Nonces => new Nonces(nodeDigestHash, new SeededChance(seed));

describe('a nonce', () => {
  const nonces = noncesOf(1);
  const nonce = nonces.make(SOURCE, START + 0.75);

  test('is known again with the millisecond in which it was made', () => {
    expect(nonces.read(nonce, SOURCE)?.made).toBe(START);
  });

  test('is no other one, made for the same source in the same millisecond', () => {
    const made = new Set(Array.from({ length: 1_000 }, () => nonces.make(SOURCE, START)));
    expect(made.size).toBe(1_000);
    const keys = new Set([...made].map((one) => nonces.read(one, SOURCE)?.key));
    expect(keys.size).toBe(1_000);
  });

  test('is nothing to another source', () => {
    for (const source of ['192.0.2.8', '192.0.2.77', '92.0.2.7', '', '::ffff:192.0.2.7']) {
      expect(nonces.read(nonce, source)).toBeUndefined();
    }
  });

  test('is nothing to who has another key', () => {
    expect(noncesOf(2).read(nonce, SOURCE)).toBeUndefined();
  });

  test('is nothing with any one of its characters changed, left out or doubled', () => {
    for (let at = 0; at < nonce.length; at += 1) {
      const [before, here, after] = [nonce.slice(0, at), nonce.charAt(at), nonce.slice(at + 1)];
      const other = here === 'a' ? 'b' : 'a';
      expect(nonces.read(before + other + after, SOURCE)).toBeUndefined();
      expect(nonces.read(before + after, SOURCE)).toBeUndefined();
      expect(nonces.read(before + here + here + after, SOURCE)).toBeUndefined();
      expect(nonces.read(before + here.toUpperCase() + after, SOURCE) === undefined).toBe(
        here !== here.toUpperCase(),
      );
    }
  });

  test('is short, since a challenge is not to be larger than what it answers', () => {
    expect(nonce).toMatch(/^[\w-]{25}$/);
  });
});

/** Counts by the plainest means: every count that was used is kept. */
class PlainCounts {
  readonly #used = new Set<number>();
  #highest = 0;

  use(count: number): boolean {
    if (count < 1 || this.#used.has(count) || count <= this.#highest - 32) return false;
    this.#used.add(count);
    this.#highest = Math.max(this.#highest, count);
    return true;
  }
}

describe('the counts of a nonce', () => {
  const countsOf = (most = 10): NonceCounts => new NonceCounts(120_000, most);

  test('each is good once, in any order within 32 of the highest', () => {
    const near = array(integer({ min: 0, max: 100 }), { maxLength: 80 });
    const far = array(integer({ min: 0, max: 0xff_ff_ff_ff }), { maxLength: 20 });
    for (const numbers of [near, far]) {
      expect(
        exceptionTo(
          property(numbers, (used) => {
            const [counts, plain] = [countsOf(), new PlainCounts()];
            const seen = used.map((count) => counts.use('k', START, count, START));
            expect(seen).toEqual(used.map((count) => plain.use(count)));
          }),
        ),
      ).toBeUndefined();
    }
  });

  test('the 31st below the highest is still good, the 32nd is not', () => {
    const counts = countsOf();
    expect(counts.use('k', START, 100, START)).toBe(true);
    expect(counts.use('k', START, 69, START)).toBe(true);
    expect(counts.use('k', START, 69, START)).toBe(false);
    expect(counts.use('k', START, 68, START)).toBe(false);
  });

  test('that are 32 and more behind are forgotten, and those between stay good', () => {
    const counts = countsOf();
    for (const count of [1, 2, 34, 33, 3]) {
      expect(counts.use('k', START, count, START)).toBe(true);
    }
    for (const count of [1, 2, 3, 33, 34]) {
      expect(counts.use('k', START, count, START)).toBe(false);
    }
  });

  test('of one nonce say nothing of another', () => {
    const counts = countsOf();
    expect(counts.use('k', START, 1, START)).toBe(true);
    expect(counts.use('l', START, 1, START)).toBe(true);
  });

  test('a full table lets its oldest nonce go, which is then good for nothing, nor is any that is as old', () => {
    const counts = countsOf(2);
    expect(counts.use('a', START + 1, 1, START + 10)).toBe(true);
    expect(counts.use('b', START + 2, 1, START + 10)).toBe(true);
    expect(counts.use('c', START + 3, 1, START + 10)).toBe(true);
    expect(counts.size).toBe(2);
    expect(counts.use('a', START + 1, 1, START + 11)).toBe(false);
    expect(counts.use('a', START + 1, 2, START + 11)).toBe(false);
    expect(counts.use('unused', START, 1, START + 11)).toBe(false);
    expect(counts.use('b', START + 2, 2, START + 11)).toBe(true);
    expect(counts.use('fresh', START + 4, 1, START + 11)).toBe(true);
  });

  test('are forgotten a lifetime after their first use, when nobody can use them any more', () => {
    const counts = countsOf();
    counts.use('a', START, 1, START + 500);
    counts.use('b', START + 700, 1, START + 1_000);
    // One alarm a second is enough for any number of them.
    expect(counts.deadline).toBe(START + 121_000);
    counts.elapse(START + 120_499);
    expect(counts.size).toBe(2);
    counts.elapse(START + 120_500);
    expect(counts.size).toBe(1);
    counts.elapse(START + 121_000);
    expect(counts.size).toBe(0);
    expect(counts.deadline).toBeUndefined();
  });
});

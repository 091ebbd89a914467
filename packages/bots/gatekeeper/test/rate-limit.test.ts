import { describe, expect, it } from '@jest/globals';

import { RateLimit } from '../src/rate-limit.js';

describe('a rate limit', () => {
  it('lets somebody come so many times, and again exactly when the first of them is so long ago', () => {
    const limit = new RateLimit(3, 60_000, 10);
    expect([0, 10_000, 20_000].map((at) => limit.visit('alice', at))).toEqual([0, 0, 0]);
    expect(limit.visit('alice', 20_001)).toBe(39_999);
    expect(limit.visit('alice', 59_999)).toBe(1);
    expect(limit.visit('alice', 60_000)).toBe(0);
    expect(limit.visit('alice', 60_001)).toBe(9_999);
  });

  it('does not count what it turned away', () => {
    const limit = new RateLimit(1, 1_000, 10);
    limit.visit('alice', 0);
    for (let at = 1; at < 1_000; at += 1) expect(limit.visit('alice', at)).toBe(1_000 - at);
    expect(limit.visit('alice', 1_000)).toBe(0);
  });

  it('counts each by itself', () => {
    const limit = new RateLimit(1, 1_000, 10);
    expect(limit.visit('alice', 0)).toBe(0);
    expect(limit.visit('bob', 0)).toBe(0);
    expect(limit.visit('alice', 0)).toBe(1_000);
  });

  it('remembers no more than its bound, and forgets whoever was quiet for longest', () => {
    const limit = new RateLimit(1, 1_000_000, 100);
    for (let number = 0; number < 100; number += 1) limit.visit(`inviter ${number}`, number);
    expect(limit.size).toBe(100);
    limit.visit('one more', 100);
    expect(limit.size).toBe(100);
    expect(limit.visit('inviter 1', 101)).toBeGreaterThan(0);
    expect(limit.visit('inviter 0', 101)).toBe(0);
    // Who was turned away was not quiet: 2 is forgotten for 0, and 1 is not.
    limit.visit('another', 102);
    expect(limit.visit('inviter 1', 102)).toBeGreaterThan(0);
  });
});

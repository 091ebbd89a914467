/** Rates, in a table that cannot grow. */
import { describe, expect, it } from '@jest/globals';

import { TokenBuckets } from '../../src/overload/token-buckets.js';

/** How often out of a hundred times one may take a token at this moment. */
function taken(buckets: TokenBuckets, key: string, now: number): number {
  let count = 0;
  for (let time = 0; time < 100; time += 1) {
    if (buckets.take(buckets.of(key, now), now)) count += 1;
  }
  return count;
}

describe('a rate', () => {
  it('lets its burst through at once, and no more', () => {
    expect(taken(new TokenBuckets({ perSecond: 5, burst: 10 }, 100), 'a', 0)).toBe(10);
  });

  it('comes back by so many a second, up to the burst', () => {
    const buckets = new TokenBuckets({ perSecond: 5, burst: 10 }, 100);
    taken(buckets, 'a', 0);
    expect(taken(buckets, 'a', 1_000)).toBe(5);
    expect(taken(buckets, 'a', 60_000)).toBe(10);
  });

  it('of one has nothing to do with that of another', () => {
    const buckets = new TokenBuckets({ perSecond: 5, burst: 10 }, 100);
    taken(buckets, 'a', 0);
    expect(taken(buckets, 'b', 0)).toBe(10);
  });
});

describe('the table', () => {
  it('never holds more than it may', () => {
    const buckets = new TokenBuckets({ perSecond: 5, burst: 10 }, 100);
    for (let key = 0; key < 10_000; key += 1) {
      buckets.of(`${key}`, key);
      if (key % 3 === 0) buckets.settle(`${key}`, key);
      expect(buckets.size).toBeLessThanOrEqual(100);
    }
  });

  it('lets go of one that has not asked for much, so that nobody wins a new burst', () => {
    const buckets = new TokenBuckets({ perSecond: 1, burst: 10 }, 8);
    expect(taken(buckets, 'greedy', 0)).toBe(10);
    for (let key = 0; key < 1_000; key += 1) buckets.of(`${key}`, 1);
    expect(taken(buckets, 'greedy', 2)).toBe(0);
  });

  it('keeps whoever has proved to be there, however many strangers come', () => {
    const buckets = new TokenBuckets({ perSecond: 5, burst: 10 }, 100);
    buckets.of('known', 0);
    buckets.settle('known', 0);
    for (let key = 0; key < 10_000; key += 1) buckets.of(`${key}`, key);
    expect(buckets.get('known')?.settled).toBe(true);
  });

  it('takes nobody for settled who was never seen', () => {
    const buckets = new TokenBuckets({ perSecond: 5, burst: 10 }, 100);
    buckets.settle('nobody', 0);
    expect(buckets.get('nobody')).toBeUndefined();
  });
});

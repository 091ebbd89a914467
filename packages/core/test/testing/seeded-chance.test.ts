import { describe, expect, it } from '@jest/globals';

import { SeededChance } from '../../src/testing/index.js';

describe('seeded chance', () => {
  it('repeats itself for the same seed, and not for the next one', () => {
    const draw = (seed: number): string => new SeededChance(seed).token();
    expect(draw(7)).toBe(draw(7));
    expect(draw(7)).not.toBe(draw(8));
    expect(draw(0)).not.toBe(draw(1));
  });

  it('makes tokens of 26 letters and digits, which is 130 bits', () => {
    const chance = new SeededChance(1);
    const tokens = new Set<string>();
    for (let count = 0; count < 1_000; count += 1) {
      const token = chance.token();
      expect(token).toMatch(/^[a-z2-7]{26}$/);
      tokens.add(token);
    }
    expect(tokens.size).toBe(1_000);
  });

  it('draws octets of every value', () => {
    const octets = new SeededChance(2).octets(10_000);
    expect(octets).toHaveLength(10_000);
    expect(new Set(octets).size).toBe(256);
  });

  it('draws whole numbers below a bound, each about as often as the others', () => {
    const chance = new SeededChance(3);
    const drawn = Array.from({ length: 10_000 }, () => chance.integer(5));
    for (const number of [0, 1, 2, 3, 4]) {
      const count = drawn.filter((one) => one === number).length;
      expect(Math.abs(count - 2_000)).toBeLessThan(200);
    }
    expect(new Set(drawn).size).toBe(5);
  });

  it('is true as often as the probability says, never at 0 and always at 1', () => {
    const chance = new SeededChance(4);
    const often = (probability: number): number => {
      let count = 0;
      for (let draw = 0; draw < 10_000; draw += 1) if (chance.chance(probability)) count += 1;
      return count;
    };
    expect(often(0)).toBe(0);
    expect(often(1)).toBe(10_000);
    expect(Math.abs(often(0.25) - 2_500)).toBeLessThan(200);
  });

  it('picks each of several', () => {
    const chance = new SeededChance(5);
    const picked = new Set<string>();
    for (let draw = 0; draw < 100; draw += 1) picked.add(chance.pick(['one', 'two', 'three']));
    expect(picked).toEqual(new Set(['one', 'two', 'three']));
  });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { planOf } from '../src/plan.js';
import { simulate } from '../src/simulate.js';

/** Seeds that once found something. */
interface Found {
  readonly seed: number;
  readonly found: string;
}

const SEEDS = Number(process.env['SEEDS'] ?? 60);

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a file of our own
const found = JSON.parse(readFileSync(join(__dirname, '../seeds.json'), 'utf8')) as Found[];

/** What this seed breaks, and how to see it again. */
async function broken(seed: number): Promise<readonly string[]> {
  const outcome = await simulate(seed);
  return outcome.broken.map((rule) => `${rule} (npm run simulate -- --seed ${seed} --trace)`);
}

describe('a simulated house and its peers', () => {
  it(`keep every rule, whatever goes wrong (${SEEDS} seeds)`, async () => {
    for (let seed = 1; seed <= SEEDS; seed += 1) expect(await broken(seed)).toEqual([]);
  }, 60_000);

  it(`break no rule that a seed has found broken (${found.length} of them)`, async () => {
    for (const { seed } of found) expect(await broken(seed)).toEqual([]);
  }, 60_000);

  it('do exactly the same for the same seed, whatever was simulated between', async () => {
    const seeds = [3, 14, 15, 92, 65, 35];
    const once: string[] = [];
    for (const seed of seeds) once.push((await simulate(seed)).digest);
    const again: string[] = [];
    for (const seed of seeds.toReversed()) again.unshift((await simulate(seed, true)).digest);
    expect(again).toEqual(once);
    expect(new Set(once).size).toBe(seeds.length);
  });

  it('meet every kind of mishap within a hundred seeds', () => {
    const kinds = new Set<string>();
    for (let seed = 1; seed <= 100; seed += 1) {
      for (const { type } of planOf(seed).faults) kinds.add(type);
    }
    expect([...kinds].toSorted()).toEqual([
      'burst',
      'clog',
      'cut',
      'drain',
      'half-open',
      'house-crash',
      'leap',
      'partition',
      'peer-crash',
      'stall',
      'weather',
    ]);
  });
});

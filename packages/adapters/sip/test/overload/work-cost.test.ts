/** What work costs is learnt. */
import { expect, it } from '@jest/globals';

import { INVITING, WITHIN } from '../../src/overload/priority.js';
import { WorkCost } from '../../src/overload/work-cost.js';

it('what turns take tells what their messages cost, each class by itself', () => {
  const cost = new WorkCost();
  for (let turn = 0; turn < 2_000; turn += 1) {
    const counts = turn % 2 === 0 ? [0, 1, 3] : [0, 8, 1];
    cost.learn(counts, (counts[1] ?? 0) * 0.05 + (counts[2] ?? 0) * 4);
  }
  expect(cost.of(WITHIN)).toBeCloseTo(0.05, 1);
  expect(cost.of(INVITING)).toBeCloseTo(4, 0);
});

it('one pause teaches little', () => {
  const cost = new WorkCost();
  const before = cost.of(INVITING);
  cost.learn([0, 0, 2], 5_000);
  expect(cost.of(INVITING)).toBeLessThan(before * 1.5);
});

it('a turn with nothing in it teaches nothing, and nothing ever costs nothing', () => {
  const cost = new WorkCost();
  const before = cost.of(INVITING);
  cost.learn([0, 0, 0], 100);
  expect(cost.of(INVITING)).toBe(before);
  for (let turn = 0; turn < 1_000; turn += 1) cost.learn([0, 0, 1], 0);
  expect(cost.of(INVITING)).toBeGreaterThan(0);
});

/** How much new work is begun. */
import { describe, expect, it } from '@jest/globals';

import { AdmissionBudget } from '../../src/overload/admission-budget.js';

/** How many of these, asked for a millisecond apart, may be begun within a second. */
function begun(budget: AdmissionBudget, from: number, cost: number): number {
  let count = 0;
  for (let now = from; now < from + 1_000; now += 1) if (budget.admit(now, cost)) count += 1;
  return count;
}

describe('the admission budget', () => {
  it('is everything while all is well', () => {
    const budget = new AdmissionBudget();
    budget.sample(0, 50, 50);
    expect(budget.share).toBe(1);
    expect(begun(budget, 0, 1_000)).toBe(1_000);
  });

  it('is cut by three tenths when the event loop was late twice on end', () => {
    const budget = new AdmissionBudget();
    budget.sample(0, 0, 51);
    expect(budget.share).toBe(1);
    budget.sample(1_000, 0, 51);
    expect(budget.share).toBeCloseTo(0.7);
  });

  it('is not cut for single pauses, however often they come', () => {
    const budget = new AdmissionBudget();
    for (let now = 0; now < 60_000; now += 1_000)
      budget.sample(now, 0, now % 2_000 === 0 ? 500 : 9);
    expect(budget.share).toBe(1);
  });

  it('is cut when too much work waits on what has begun', () => {
    const budget = new AdmissionBudget();
    budget.sample(0, 51);
    expect(budget.share).toBeCloseTo(0.7);
  });

  it('is cut once for one trouble: a quarter of a second must pass, and a second where it was lateness', () => {
    const budget = new AdmissionBudget();
    for (let now = 0; now < 250; now += 10) budget.sample(now, 60);
    expect(budget.share).toBeCloseTo(0.7);
    budget.sample(250, 60);
    expect(budget.share).toBeCloseTo(0.49);
    budget.sample(500, 0, 60);
    budget.sample(1_000, 0, 60);
    budget.sample(1_900, 0, 60);
    expect(budget.share).toBeCloseTo(0.343);
  });

  it('grows by two fifths a second, and not beyond all there is', () => {
    const budget = new AdmissionBudget();
    for (let now = 0; now <= 2_500; now += 250) budget.sample(now, 60);
    const low = budget.share;
    for (let now = 2_600; now <= 3_500; now += 100) budget.sample(now, 0);
    expect(budget.share).toBeCloseTo(low + 0.4);
    for (let now = 3_600; now <= 9_000; now += 100) budget.sample(now, 0);
    expect(budget.share).toBe(1);
  });

  it('does not grow while the event loop was late when it was last told', () => {
    const budget = new AdmissionBudget();
    budget.sample(0, 0, 60);
    budget.sample(1_000, 0, 60);
    for (let now = 1_100; now < 2_000; now += 100) budget.sample(now, 0);
    expect(budget.share).toBeCloseTo(0.7);
    budget.sample(2_000, 0, 10);
    budget.sample(2_100, 0);
    expect(budget.share).toBeGreaterThan(0.7);
  });

  it('never becomes nothing', () => {
    const budget = new AdmissionBudget();
    for (let now = 0; now < 60_000; now += 100) budget.sample(now, 1_000, 1_000);
    expect(budget.share).toBeCloseTo(0.02);
    expect(begun(budget, 60_000, 2)).toBeGreaterThanOrEqual(9);
    expect(begun(budget, 61_000, 2)).toBeLessThanOrEqual(11);
  });

  it('lets one begin that costs more than all of it, after a time', () => {
    const budget = new AdmissionBudget();
    for (let now = 0; now < 60_000; now += 100) budget.sample(now, 1_000);
    expect(budget.admit(60_000, 10)).toBe(false);
    expect(budget.admit(60_600, 10)).toBe(true);
  });

  it('lets so much begin as its part of the time allows', () => {
    const budget = new AdmissionBudget();
    budget.sample(0, 60);
    begun(budget, 0, 2);
    // 0.7 of a second, in pieces of two milliseconds.
    expect(Math.abs(begun(budget, 1_000, 2) - 350)).toBeLessThanOrEqual(1);
  });
});

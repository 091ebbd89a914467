/** How much is refused. */
import { expect, it } from '@jest/globals';

import { ShedShare } from '../../src/overload/shed-share.js';

it('the part refused is that of the last second', () => {
  const share = new ShedShare();
  expect(share.share(0)).toBe(0);
  for (let now = 0; now < 1_000; now += 10) share.count(now, now % 40 === 0);
  expect(share.share(999)).toBeCloseTo(0.25);
  for (let now = 1_000; now < 2_000; now += 10) share.count(now, false);
  expect(share.share(1_999)).toBe(0);
  expect(share.share(9_999_999)).toBe(0);
});

it('what was asked for a second ago counts no more', () => {
  const share = new ShedShare();
  for (let count = 0; count < 3; count += 1) share.count(50, false);
  share.count(1_050, true);
  expect(share.share(1_050)).toBe(1);
});

it('what is refused only later counts, too', () => {
  const share = new ShedShare();
  share.count(0, false);
  share.count(0, false);
  share.shed(150);
  expect(share.share(150)).toBe(0.5);
});

it('since when something is refused in every second is told', () => {
  const share = new ShedShare();
  expect(share.since(0)).toBeUndefined();
  for (let now = 5_000; now <= 20_000; now += 900) share.count(now, true);
  expect(share.since(20_000)).toBe(5_000);
  expect(share.since(21_000)).toBeUndefined();
  share.count(30_000, true);
  expect(share.since(30_100)).toBe(30_000);
});

it('works in the time that clocks tell', () => {
  const share = new ShedShare();
  const now = Date.UTC(2026, 10, 22);
  share.count(now, true);
  share.count(now + 500.5, false);
  expect(share.share(now + 600)).toBe(0.5);
});

import { describe, expect, test } from '@jest/globals';

import { systemChance, systemClock } from '../../src/adapter.js';

describe('the system clock', () => {
  test('tells milliseconds since 1970, and never runs backwards', () => {
    const moments = Array.from({ length: 1000 }, () => systemClock.now());
    expect(moments.toSorted((a, b) => a - b)).toEqual(moments);
    expect(Math.abs(Date.now() - systemClock.now())).toBeLessThan(60_000);
  });

  test('calls a task once, never before its moment nor before `at` returned', async () => {
    const at = systemClock.now();
    let returned = false;
    const called = new Promise<[number, boolean]>((resolve) => {
      systemClock.at(at, () => resolve([systemClock.now(), returned]));
      returned = true;
    });
    const [moment, inTime] = await called;
    expect(moment).toBeGreaterThanOrEqual(at);
    expect(inTime).toBe(true);
  });

  test('does not call a task that was cancelled, and cancelling twice is harmless', async () => {
    let called = false;
    const cancel = systemClock.at(systemClock.now(), () => (called = true));
    cancel();
    cancel();
    await new Promise<void>((resolve) => {
      systemClock.at(systemClock.now(), resolve);
    });
    expect(called).toBe(false);
  });

  test('takes a moment that is farther away than a timer of Node can count', () => {
    let called = false;
    const cancel = systemClock.at(systemClock.now() + 2 ** 40, () => (called = true));
    cancel();
    expect(called).toBe(false);
  });
});

describe('the system chance', () => {
  test('gives as many octets as are asked for, also more than its pool has', () => {
    expect([0, 1, 26, 4096, 10_000].map((count) => systemChance.octets(count).length)).toEqual([
      0, 1, 26, 4096, 10_000,
    ]);
  });

  test('gives octets that nothing changes afterwards', () => {
    const octets = systemChance.octets(16);
    const copy = [...octets];
    for (let count = 0; count < 1000; count += 1) systemChance.octets(16);
    expect([...octets]).toEqual(copy);
    expect(copy.some((octet) => octet !== 0)).toBe(true);
  });

  test('gives tokens of 26 letters and digits, none of them twice', () => {
    const tokens = Array.from({ length: 2000 }, () => systemChance.token());
    expect(new Set(tokens).size).toBe(2000);
    for (const token of tokens) expect(token).toMatch(/^[a-z2-7]{26}$/);
  });
});

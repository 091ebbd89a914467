/** Sources whose proofs were wrong too often. */
import { describe, expect, test } from '@jest/globals';

import { Failures } from '../../src/authentication/failures.js';
import { SOURCE, START } from './stage.js';

const MINUTES = 60_000;

describe('a source that brings wrong proofs', () => {
  test('is heard until it has brought as many as are borne, and for five minutes not from then on', () => {
    const failures = new Failures(3, 5 * MINUTES);
    expect([1, 2, 3].map((second) => failures.fail(SOURCE, START + second))).toEqual([
      false,
      false,
      true,
    ]);
    expect(failures.isShunned(SOURCE, START + 4)).toBe(true);
    expect(failures.isShunned(SOURCE, START + 2 + 5 * MINUTES)).toBe(true);
    expect(failures.isShunned(SOURCE, START + 3 + 5 * MINUTES)).toBe(false);
    expect(failures.isShunned('192.0.2.8', START + 4)).toBe(false);
  });

  test('begins anew when its last one is forgotten', () => {
    const failures = new Failures(2, MINUTES);
    expect(failures.fail(SOURCE, START)).toBe(false);
    expect(failures.fail(SOURCE, START + MINUTES)).toBe(false);
    expect(failures.fail(SOURCE, START + 2 * MINUTES - 1)).toBe(true);
  });

  test('is forgotten in time, so that nothing is kept at rest', () => {
    const failures = new Failures(3, MINUTES);
    failures.fail('192.0.2.1', START);
    failures.fail('192.0.2.2', START + 10);
    failures.fail('192.0.2.1', START + 20);
    expect([failures.size, failures.deadline]).toEqual([2, START + 10 + MINUTES]);
    failures.elapse(START + 10 + MINUTES);
    expect([failures.size, failures.deadline]).toEqual([1, START + 20 + MINUTES]);
    failures.elapse(START + 20 + MINUTES);
    expect([failures.size, failures.deadline]).toEqual([0, undefined]);
  });

  test('is one of ten thousand at most: the one that failed longest ago goes', () => {
    const failures = new Failures(1, MINUTES);
    for (let source = 0; source <= 10_000; source += 1) failures.fail(String(source), START);
    expect(failures.size).toBe(10_000);
    expect([failures.isShunned('0', START), failures.isShunned('1', START)]).toEqual([false, true]);
  });
});

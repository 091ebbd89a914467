import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { type Timer, Timers } from '../../src/adapter.js';

describe('timers as data', () => {
  test('fire in the order in which they fall due, whatever their lengths', () => {
    const timers = new Timers<string>();
    timers.start(0, 500, 'T1');
    timers.start(0, 32_000, 'D');
    timers.start(100, 500, 'T1 of another');
    timers.start(200, 100, 'short');
    expect(timers.deadline).toBe(300);
    expect(timers.elapse(299)).toEqual([]);
    expect(timers.elapse(600)).toEqual(['short', 'T1', 'T1 of another']);
    expect(timers.deadline).toBe(32_000);
    expect(timers.elapse(32_000)).toEqual(['D']);
    expect(timers.deadline).toBeUndefined();
    expect(timers.empty).toBe(true);
  });

  test('fire once', () => {
    const timers = new Timers<string>();
    timers.start(0, 10, 'once');
    expect(timers.elapse(10)).toEqual(['once']);
    expect(timers.elapse(20)).toEqual([]);
  });

  test('do not fire once they are stopped, and stopping one that fired is harmless', () => {
    const timers = new Timers<string>();
    const one = timers.start(0, 10, 'one');
    const two = timers.start(0, 10, 'two');
    timers.stop(one);
    expect(timers.deadline).toBe(10);
    expect(timers.elapse(10)).toEqual(['two']);
    timers.stop(two);
    timers.stop(one);
    expect(timers.elapse(100)).toEqual([]);
  });

  test('do not fire either where another one that is due at the same moment stops them', () => {
    const timers = new Timers<string>();
    const fired: string[] = [];
    timers.start(0, 10, 'the end');
    const late = timers.start(0, 20, 'once more');
    timers.fire(100, (subject) => {
      fired.push(subject);
      timers.stop(late);
    });
    expect(fired).toEqual(['the end']);
    expect(timers.empty).toBe(true);
  });

  test('that were all stopped leave nothing to wake for', () => {
    const timers = new Timers<number>();
    const all = Array.from({ length: 3000 }, (_none, index) => timers.start(0, 500, index));
    for (const timer of all) timers.stop(timer);
    expect(timers.deadline).toBeUndefined();
    expect(timers.elapse(500)).toEqual([]);
  });

  test('agree with a plain list, whatever is started and stopped', () => {
    const step = fc.oneof(
      fc.record({
        do: fc.constant('start' as const),
        after: fc.constantFrom(50, 500, 4000, 32_000),
      }),
      fc.record({ do: fc.constant('stop' as const), which: fc.nat() }),
      fc.record({ do: fc.constant('elapse' as const), by: fc.nat(3000) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const timers = new Timers<number>();
        const started: Timer<number>[] = [];
        const plain = new Map<number, number>();
        let now = 0;
        for (const one of steps) {
          if (one.do === 'start') {
            plain.set(started.length, now + one.after);
            started.push(timers.start(now, one.after, started.length));
          } else if (one.do === 'stop') {
            const which = started.length > 0 ? one.which % started.length : -1;
            const timer = started[which];
            if (timer !== undefined) timers.stop(timer);
            plain.delete(which);
          } else {
            now += one.by;
            const due = [...plain].filter(([, at]) => at <= now).toSorted((a, b) => a[1] - b[1]);
            for (const [id] of due) plain.delete(id);
            const fired = timers.elapse(now);
            expect(fired.toSorted((a, b) => a - b)).toEqual(
              due.map(([id]) => id).toSorted((a, b) => a - b),
            );
          }
          const next = Math.min(...plain.values());
          expect(timers.deadline ?? Infinity).toBe(next);
        }
      }),
      { seed: 2, numRuns: 200 },
    );
  });
});

/** Whether more comes in than can be dealt with, told by the turns of an event loop. */
import { describe, expect, it } from '@jest/globals';

import { Pressure } from '../../src/overload/pressure.js';

/** An event loop that counts the turns asked of it. */
function loop(): { readonly pressure: Pressure; readonly asked: () => number } {
  let count = 0;
  const pressure = new Pressure(() => {
    count += 1;
  });
  return { pressure, asked: () => count };
}

/** So many messages at one moment; whether the last had better wait. */
function come(pressure: Pressure, count: number, now: number): boolean {
  let wait = false;
  for (let each = 0; each < count; each += 1) wait = pressure.came(now);
  return wait;
}

describe('pressure', () => {
  it('is none while turns are short and small', () => {
    const { pressure } = loop();
    for (let now = 0; now < 100; now += 1) {
      expect(come(pressure, 20, now)).toBe(false);
      pressure.turn(now + 0.5);
    }
  });

  it('looks at two turns on end every few milliseconds, and leaves the others alone', () => {
    const { pressure, asked } = loop();
    const looks: number[] = [];
    for (let step = 0; step < 250; step += 1) {
      pressure.came(step / 10);
      if (asked() === looks.length) continue;
      looks.push(step / 10);
      pressure.turn(step / 10);
    }
    // The first of two begins in the middle of a turn; the second sees a whole one.
    expect(looks).toEqual([0, 0.1, 10.1, 10.2, 20.2, 20.3]);
  });

  it('is there when one turn goes on for more than eight milliseconds', () => {
    const { pressure } = loop();
    expect(pressure.came(0)).toBe(false);
    expect(pressure.came(8)).toBe(false);
    expect(pressure.came(8.1)).toBe(true);
    pressure.turn(9);
    expect(pressure.came(9)).toBe(false);
  });

  it('is there when the socket was read in full three times on end, and goes when it was not', () => {
    const { pressure } = loop();
    for (let turn = 0; turn < 3; turn += 1) {
      expect(come(pressure, 32, turn)).toBe(false);
      pressure.turn(turn + 0.9);
    }
    expect(come(pressure, 32, 3)).toBe(true);
    pressure.turn(3.9);
    expect(come(pressure, 5, 4)).toBe(true);
    pressure.turn(4.9);
    expect(come(pressure, 5, 5)).toBe(false);
  });

  it('makes turns short while the socket has more, and takes back what they do too much', () => {
    const { pressure } = loop();
    come(pressure, 10, 0);
    expect(pressure.turn(1)).toBe(4);
    pressure.turned(-3);
    come(pressure, 32, 2);
    expect(pressure.turn(3)).toBe(1);
    pressure.turned(-1.5);
    come(pressure, 32, 4);
    expect(pressure.turn(5)).toBe(-0.5);
    pressure.turned(-0.5);
    come(pressure, 32, 6);
    expect(pressure.turn(7)).toBe(0.5);
    come(pressure, 3, 8);
    expect(pressure.turn(9)).toBe(4);
  });

  it('asks for one turn at a time', () => {
    const { pressure, asked } = loop();
    pressure.arrange(0);
    pressure.arrange(1);
    pressure.came(2);
    expect(asked()).toBe(1);
  });
});

import { beforeEach, describe, expect, it } from '@jest/globals';

import { LocalClock, VirtualClock } from '../../src/testing/index.js';

describe('the clock of one party', () => {
  let world: VirtualClock;
  let clock: LocalClock;
  let ran: [string, number][];
  const note = (name: string) => () => {
    ran.push([name, world.now()]);
  };

  beforeEach(() => {
    world = new VirtualClock(0);
    clock = new LocalClock(world);
    ran = [];
  });

  it('goes with the world', () => {
    clock.at(10, note('task'));
    world.elapse(10);
    expect(ran).toEqual([['task', 10]]);
    expect(clock.now()).toBe(10);
    expect(clock.waiting).toBe(0);
  });

  it('that leaps is ahead from then on, and what it leapt over is due at once', () => {
    clock.at(50, note('over'));
    clock.at(150, note('beyond'));
    clock.leap(100);
    expect(clock.now()).toBe(100);
    world.elapse(0);
    expect(ran).toEqual([['over', 0]]);
    world.elapse(50);
    expect(ran.at(-1)).toEqual(['beyond', 50]);
    expect(clock.delayed).toBe(100);
  });

  it('that stalls lets everything wait until it goes on, and then come in order', () => {
    clock.at(30, note('second'));
    clock.at(20, note('first'));
    clock.stall(100);
    clock.at(10, note('while it stalled'));
    world.elapse(99);
    expect(ran).toEqual([]);
    world.elapse(1);
    expect(ran).toEqual([
      ['first', 100],
      ['second', 100],
      ['while it stalled', 100],
    ]);
  });

  it('that has stopped runs nothing any more, of itself or of what is asked of it', () => {
    clock.at(10, note('before'));
    clock.stop();
    clock.at(20, note('after'))();
    expect(world.waiting).toBe(0);
    expect(clock.waiting).toBe(0);
  });

  it('does not run what was cancelled, also after a leap', () => {
    const cancel = clock.at(10, note('cancelled'));
    clock.leap(5);
    cancel();
    cancel();
    world.elapse(100);
    expect(ran).toEqual([]);
  });
});

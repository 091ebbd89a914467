import { describe, expect, it } from '@jest/globals';

import { VirtualClock } from '../../src/testing/index.js';

describe('a virtual clock', () => {
  it('stands still until it is moved', async () => {
    const clock = new VirtualClock(1_000);
    await clock.settle();
    expect(clock.now()).toBe(1_000);
    await clock.advance(250);
    expect(clock.now()).toBe(1_250);
  });

  it('runs what falls due in the order of the instants, each at exactly its own', async () => {
    const clock = new VirtualClock(0);
    const ran: [string, number][] = [];
    clock.at(30, () => ran.push(['third', clock.now()]));
    clock.at(10, () => ran.push(['first', clock.now()]));
    clock.at(10, () => ran.push(['second', clock.now()]));
    clock.at(31, () => ran.push(['too late', clock.now()]));
    await clock.advance(30);
    expect(ran).toEqual([
      ['first', 10],
      ['second', 10],
      ['third', 30],
    ]);
    expect(clock.waiting).toBe(1);
    expect(clock.next).toBe(31);
  });

  it('never runs a task before the arranging of it has returned, even one that is overdue', async () => {
    const clock = new VirtualClock(100);
    let ran = 0;
    clock.at(50, () => (ran += 1));
    expect(ran).toBe(0);
    await clock.advance(0);
    expect(ran).toBe(1);
    expect(clock.now()).toBe(100);
  });

  it('does not run what was cancelled, and a late cancel is harmless', async () => {
    const clock = new VirtualClock(0);
    const ran: string[] = [];
    const cancelSecond = clock.at(20, () => ran.push('second'));
    const cancelFirst = clock.at(10, () => {
      ran.push('first');
      cancelSecond();
      expect(clock.waiting).toBe(0);
    });
    await clock.advance(100);
    cancelFirst();
    expect(ran).toEqual(['first']);
    expect(clock.waiting).toBe(0);
  });

  it('lets a long chain of promises settle between two tasks', async () => {
    const clock = new VirtualClock(0);
    const seen: number[] = [];
    clock.at(1, () => {
      void (async () => {
        let chain = Promise.resolve();
        for (let step = 0; step < 100; step += 1) chain = chain.then(() => undefined);
        await chain;
        seen.push(clock.now());
        // What a promise arranges on the way is part of the same stretch of time.
        clock.at(5, () => seen.push(clock.now()));
      })();
    });
    clock.at(10, () => seen.push(clock.now()));
    await clock.advance(10);
    expect(seen).toEqual([1, 5, 10]);
  });

  it('lets promises settle between two tasks of the same instant', async () => {
    const clock = new VirtualClock(0);
    const seen: string[] = [];
    clock.at(1, () => {
      void (async () => {
        await Promise.resolve();
        seen.push('promise of the first');
      })();
    });
    clock.at(1, () => seen.push('second'));
    await clock.advance(1);
    expect(seen).toEqual(['promise of the first', 'second']);
  });

  it('lets those settle who themselves yield to the event loop', async () => {
    const clock = new VirtualClock(0);
    let settled = false;
    void (async () => {
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
      settled = true;
    })();
    await clock.advance(0);
    expect(settled).toBe(true);
  });

  it('moves at once, without a pause for promises, where a machine is tested', () => {
    const clock = new VirtualClock(0);
    const ran: number[] = [];
    clock.at(5, () => {
      ran.push(clock.now());
      clock.at(7, () => ran.push(clock.now()));
    });
    clock.elapse(7);
    expect(ran).toEqual([5, 7]);
  });

  it('says so when a task arranges itself for the present for ever', () => {
    const clock = new VirtualClock(0);
    const again = (): void => {
      clock.at(clock.now(), again);
    };
    again();
    expect(() => clock.elapse(1)).toThrow('time stands still');
  });

  it('runs from task to task until none waits, promises having settled between them', async () => {
    const clock = new VirtualClock(0);
    const ran: string[] = [];
    clock.at(10, () => {
      ran.push('task');
      void Promise.resolve().then(() => {
        ran.push('promise');
        clock.at(clock.now(), () => ran.push('arranged by it'));
      });
    });
    clock.at(10, () => ran.push('next task'));
    clock.at(3_600_000, () => ran.push('an hour later'));
    await clock.run();
    expect(ran).toEqual(['task', 'promise', 'next task', 'arranged by it', 'an hour later']);
    expect(clock.now()).toBe(3_600_000);
  });

  it('runs no further than it is told, and not behind what somebody who looks on throws', async () => {
    const clock = new VirtualClock(0);
    const ran: number[] = [];
    for (const at of [1, 2, 3]) clock.at(at, () => ran.push(at));
    await clock.run(1);
    expect(ran).toEqual([1]);
    const looking = (): void => {
      if (ran.length === 2) throw new Error('enough');
    };
    await expect(clock.run(Infinity, looking)).rejects.toThrow('enough');
    expect(ran).toEqual([1, 2]);
  });

  it('leaps over what falls due, which then runs late', async () => {
    const clock = new VirtualClock(0);
    const ran: number[] = [];
    clock.at(10, () => ran.push(clock.now()));
    clock.leap(500);
    await clock.run();
    expect(ran).toEqual([500]);
  });
});

import { describe, expect, it } from '@jest/globals';
import { VirtualClock } from '@usher/core/testing';

import { Liveness } from '../../src/health/liveness.js';

describe('whether the process lives', () => {
  it('is so as long as the event loop turns', () => {
    const clock = new VirtualClock();
    const liveness = new Liveness(clock);
    clock.elapse(60_000);
    expect(liveness.alive).toBe(true);
    expect(liveness.still).toBeLessThanOrEqual(500);
    liveness.stop();
  });

  it('is no longer so where the loop has not turned for five seconds, and is again once it does', () => {
    let now = 0;
    let beat: () => void = () => undefined;
    const liveness = new Liveness({
      now: () => now,
      at(_instant, task) {
        beat = task;
        return () => undefined;
      },
    });
    now = 5_000;
    expect(liveness.alive).toBe(true);
    now = 5_001;
    expect(liveness.alive).toBe(false);
    expect(liveness.still).toBe(5_001);
    beat();
    expect(liveness.alive).toBe(true);
  });

  it('leaves nothing behind when it is stopped', () => {
    const clock = new VirtualClock();
    const liveness = new Liveness(clock);
    clock.elapse(1_234);
    liveness.stop();
    expect(clock.waiting).toBe(0);
  });
});

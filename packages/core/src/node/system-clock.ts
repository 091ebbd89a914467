/** The real time and real chance. */
import { randomFillSync } from 'node:crypto';
import { performance } from 'node:perf_hooks';

import type { Cancel, Chance, Clock } from '../ports/clock.js';

/** `setTimeout` counts in 31 bits of milliseconds; a longer wait is made of several. */
const LONGEST = 2 ** 31 - 1;

/** The system's monotonic clock, counted from 1970. */
export const systemClock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  at(instant, task): Cancel {
    let timer: NodeJS.Timeout;
    const wait = (): void => {
      const left = Math.ceil(instant - systemClock.now());
      timer = left > LONGEST ? setTimeout(wait, LONGEST) : setTimeout(task, Math.max(left, 0));
    };
    wait();
    return () => clearTimeout(timer);
  },
};

const pool = new Uint8Array(4096);
let used = pool.length;
const LETTERS = 'abcdefghijklmnopqrstuvwxyz234567';

/** The system's cryptographic chance, drawn a pool at a time. */
export const systemChance: Chance = {
  octets(count) {
    if (count > pool.length) return randomFillSync(new Uint8Array(count));
    if (used + count > pool.length) {
      randomFillSync(pool);
      used = 0;
    }
    const octets = pool.slice(used, used + count);
    // What was handed out must not be found in memory again.
    pool.fill(0, used, used + count);
    used += count;
    return octets;
  },
  /** 26 letters and digits of 5 bits each. */
  token() {
    const octets = systemChance.octets(26);
    let token = ' ';
    for (const octet of octets) token += LETTERS[octet & 31];
    // To cut from it makes it one piece: left as it is, it would keep each of its beginnings alive.
    return token.slice(1);
  },
};

/** The real time and real chance. */
import { randomFillSync } from 'node:crypto';
import { performance } from 'node:perf_hooks';

import type { Cancel, Chance, Clock } from '../ports/clock.js';

/** `setTimeout` counts in 31 bits of milliseconds; a longer wait is made of several. */
const LONGEST = 2 ** 31 - 1;

/**
 * Alarms ring at multiples of so many milliseconds, so that many ring together: a busy house would be woken for each
 * millisecond by itself, and no protocol here asks for any better.
 */
const GRAIN = 10;
const ORIGIN = performance.timeOrigin;

/** The system's monotonic clock, counted from 1970. */
export const systemClock: Clock = {
  now: () => ORIGIN + performance.now(),
  at(instant, task): Cancel {
    let timer: NodeJS.Timeout;
    const wait = (): void => {
      const now = systemClock.now();
      const left = instant <= now ? 0 : Math.ceil(Math.ceil(instant / GRAIN) * GRAIN - now);
      timer = left > LONGEST ? setTimeout(wait, LONGEST) : setTimeout(task, left);
    };
    wait();
    return () => clearTimeout(timer);
  },
};

const pool = new Uint8Array(4096);
let used = pool.length;
/** Letters and digits of 5 bits each, by their codes. */
const LETTERS = Array.from('abcdefghijklmnopqrstuvwxyz234567', (letter) => letter.charCodeAt(0));
/** Letters of a token: 130 bits. */
const LENGTH = 26;
const codes = Array.from({ length: LENGTH }, () => 0);

/** The system's cryptographic chance, drawn a pool at a time. */
export const systemChance: Chance = {
  octets(count) {
    if (count > pool.length) return randomFillSync(new Uint8Array(count));
    refill(count);
    const octets = pool.slice(used, used + count);
    // What was handed out must not be found in memory again.
    pool.fill(0, used, used + count);
    used += count;
    return octets;
  },
  token() {
    refill(LENGTH);
    for (let index = 0; index < LENGTH; index += 1) {
      codes[index] = LETTERS[(pool[used] ?? 0) & 31] ?? 0;
      pool[used] = 0;
      used += 1;
    }
    // In one piece: put together of letters, it would keep each of its beginnings alive.
    return String.fromCharCode(...codes);
  },
};

function refill(count: number): void {
  if (used + count <= pool.length) return;
  randomFillSync(pool);
  used = 0;
}

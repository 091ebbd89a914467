/** How long to wait until a registration is tried again (RFC 5626, 4.5). */
import type { Chance } from '@usher/core/adapter';

/** The longest pause, in milliseconds. */
export const LONGEST_PAUSE = 1_800_000;

/**
 * Milliseconds until the next attempt: twice as long after each failure, and by chance no less than half of that, so that
 * those who lost one proxy together do not come back together.
 * @param failures in a row.
 * @param base what it begins with.
 */
export function pauseAfter(failures: number, base: number, chance: Chance): number {
  // Above 2^30 times anything it is the longest one in any case.
  const most = Math.min(LONGEST_PAUSE, base * 2 ** Math.min(failures, 30));
  return between(most / 2, most, chance);
}

/** A length from one to another by chance, in whole milliseconds. */
export function between(least: number, most: number, chance: Chance): number {
  const [high = 0, low = 0] = chance.octets(2);
  return Math.round(least + ((most - least) * (high * 256 + low)) / 65_535);
}

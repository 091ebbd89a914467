/** Which counts of which nonces were used: each is good for one request (RFC 7616, 3.4, nc). */
import type { Instant } from '@usher/core';

/** How far a request may be overtaken by others with the same nonce. */
const WINDOW = 32;
/** Nobody has to be woken for each nonce by itself. */
const WAKE = 1_000;

/** One nonce that is in use. */
interface Counts {
  readonly made: Instant;
  /** When it can be forgotten. */
  readonly until: Instant;
  highest: number;
  /** The counts up to the highest one: bit n is set where `highest - n` was used. */
  used: number;
}

/**
 * Which counts of which nonces were used. A nonce gets in by a right response only, so that no stranger can fill the table;
 * where it is full, the oldest goes, and with it every nonce that is as old and unused: nothing is ever good twice.
 */
export class NonceCounts {
  readonly #lifetime: number;
  readonly #most: number;
  /** The first one is always the next to be forgotten, since all are kept for the same time. */
  readonly #nonces = new Map<string, Counts>();
  /** Whatever was made up to here, and is not in the table, may have been used. */
  #floor: Instant = -Infinity;

  /**
   * @param lifetime of a nonce, in milliseconds.
   * @param most how many there may be in use at a time.
   */
  constructor(lifetime: number, most: number) {
    this.#lifetime = lifetime;
    this.#most = most;
  }

  /** How many nonces are in use. */
  get size(): number {
    return this.#nonces.size;
  }

  /** When to call `elapse`; undefined while the table is empty. */
  get deadline(): Instant | undefined {
    for (const { until } of this.#nonces.values()) return Math.ceil(until / WAKE) * WAKE;
    return undefined;
  }

  /** Forgets the nonces whose time is over. */
  elapse(now: Instant): void {
    for (const [key, { until }] of this.#nonces) {
      if (until > now) return;
      this.#nonces.delete(key);
    }
  }

  /**
   * Uses a count of a nonce that is within its lifetime; false where it was used before, or cannot be told to be unused.
   * @param key tells the nonce from others.
   * @param made when the nonce was made.
   */
  use(key: string, made: Instant, count: number, now: Instant): boolean {
    if (count < 1) return false;
    const counts = this.#nonces.get(key);
    if (counts !== undefined) return useCount(counts, count);
    if (made <= this.#floor) return false;
    this.elapse(now);
    if (this.#nonces.size >= this.#most) this.#evict();
    this.#nonces.set(key, { made, until: now + this.#lifetime, highest: count, used: 1 });
    return true;
  }

  #evict(): void {
    for (const [key, { made }] of this.#nonces) {
      this.#nonces.delete(key);
      this.#floor = Math.max(this.#floor, made);
      return;
    }
  }
}

function useCount(counts: Counts, count: number): boolean {
  const ahead = count - counts.highest;
  if (ahead > 0) {
    counts.used = ahead < WINDOW ? (counts.used << ahead) | 1 : 1;
    counts.highest = count;
    return true;
  }
  if (ahead <= -WINDOW) return false;
  const bit = 1 << -ahead;
  if ((counts.used & bit) !== 0) return false;
  counts.used |= bit;
  return true;
}

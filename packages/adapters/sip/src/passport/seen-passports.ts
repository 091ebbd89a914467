/** The PASSporTs that were taken: each is good for one request (RFC 8224, 12.1). */
import type { Instant } from '@usher/core';

/** So many are remembered: more than five hundred a second for all the time that one could be taken again. */
const MOST = 65_536;
/** Nobody has to be woken for each by itself. */
const WAKE = 1_000;
/** Of a signature, the first number tells it from others. The second one can be replaced by its opposite, and holds as well. */
const FIRST = 32;

/**
 * The PASSporTs that were taken. Whoever gets in here has been signed for by an authority; where there are too many all the
 * same, the oldest goes, and with it all that were signed as early: nothing is ever taken twice.
 */
export class SeenPassports {
  readonly #keep: number;
  /** Those first that are the first to be forgotten. */
  readonly #seen = new Map<string, { readonly signed: Instant; readonly until: Instant }>();
  /** Whatever was signed up to here, and is not in the table, may have been taken. */
  #floor: Instant = -Infinity;

  /** @param keep milliseconds for which one is remembered. */
  constructor(keep: number) {
    this.#keep = keep;
  }

  get size(): number {
    return this.#seen.size;
  }

  /** When to call `elapse`; undefined while the table is empty. */
  get deadline(): Instant | undefined {
    for (const { until } of this.#seen.values()) return Math.ceil(until / WAKE) * WAKE;
    return undefined;
  }

  /** Forgets those whose time is over. */
  elapse(now: Instant): void {
    for (const [key, { until }] of this.#seen) {
      if (until > now) return;
      this.#seen.delete(key);
    }
  }

  /** Whether this signature was taken. */
  has(signature: Uint8Array): boolean {
    return this.#seen.has(keyOf(signature));
  }

  /**
   * Takes a signature; false where it was taken before, or cannot be told not to have been.
   * @param signed when it was made.
   */
  take(signature: Uint8Array, signed: Instant, now: Instant): boolean {
    const key = keyOf(signature);
    if (this.#seen.has(key) || signed <= this.#floor) return false;
    this.elapse(now);
    if (this.#seen.size >= MOST) this.#evict();
    this.#seen.set(key, { signed, until: now + this.#keep });
    return true;
  }

  #evict(): void {
    for (const [key, { signed }] of this.#seen) {
      this.#seen.delete(key);
      this.#floor = Math.max(this.#floor, signed);
      return;
    }
  }
}

function keyOf(signature: Uint8Array): string {
  return String.fromCharCode(...signature.subarray(0, FIRST));
}

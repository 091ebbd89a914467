/** How many characters may leave now: evenly, and no more in any ten seconds than the peer can read (RFC 4103, 6). */
import type { Instant } from '@usher/core';

/** Milliseconds over which characters are counted. */
const WINDOW = 10_000;
/** Milliseconds after which what could have left is not made up for. */
const BURST = 300;

/** How many characters may leave now. */
export class Pace {
  readonly #perMillisecond: number;
  readonly #left: { readonly at: Instant; readonly count: number }[] = [];
  /** How many have left within the window. */
  #sum = 0;
  /** How many are due, parts of one included, as of then. */
  #due: number;
  #asOf: Instant | undefined;

  /** @param perSecond characters that the peer takes in a second, on average. */
  constructor(perSecond: number) {
    this.#perMillisecond = perSecond / 1_000;
    this.#due = this.#most;
  }

  /** How many may leave now. */
  allowance(now: Instant): number {
    const passed = now - (this.#asOf ?? now);
    this.#due = Math.min(this.#most, this.#due + passed * this.#perMillisecond);
    this.#asOf = now;
    for (let [first] = this.#left; first !== undefined; [first] = this.#left) {
      if (first.at > now - WINDOW) break;
      this.#left.shift();
      this.#sum -= first.count;
    }
    const room = WINDOW * this.#perMillisecond - this.#sum;
    return Math.max(0, Math.floor(Math.min(this.#due, room)));
  }

  /** When the next one may leave, where none may now. */
  get freeAt(): Instant {
    const due = (this.#asOf ?? 0) + Math.ceil((1 - this.#due) / this.#perMillisecond);
    return this.#due >= 1 ? (this.#left[0]?.at ?? 0) + WINDOW : due;
  }

  /** So many have left. */
  leave(count: number, now: Instant): void {
    if (count === 0) return;
    this.#left.push({ at: now, count });
    this.#sum += count;
    this.#due -= count;
  }

  /** What may leave at once after a silence. */
  get #most(): number {
    return Math.max(1, BURST * this.#perMillisecond);
  }
}

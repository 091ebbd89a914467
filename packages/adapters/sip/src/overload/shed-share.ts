/** How much of what was asked for was refused: over the last second, and for how long without a break. */
import type { Instant } from '@usher/core';

/** The second is seen in pieces of so many milliseconds. */
const PIECE = 100;
const PIECES = 10;

/** How much of what was asked for was refused. */
export class ShedShare {
  readonly #asked = new Float64Array(PIECES);
  readonly #shed = new Float64Array(PIECES);
  /** The number of the present piece, counted from the beginning of time. */
  #piece = 0;
  #since: Instant | undefined;
  #last = -Infinity;

  /** Something new was asked for, and refused or not. */
  count(now: Instant, shed: boolean): void {
    this.#move(now);
    const slot = this.#piece % PIECES;
    this.#asked[slot] = (this.#asked[slot] ?? 0) + 1;
    if (shed) this.shed(now);
  }

  /** Something that was counted when it came is refused after all. */
  shed(now: Instant): void {
    this.#move(now);
    const slot = this.#piece % PIECES;
    this.#shed[slot] = (this.#shed[slot] ?? 0) + 1;
    if (now - this.#last > PIECE * PIECES) this.#since = now;
    this.#last = now;
  }

  /** The part that was refused during the last second: 0 to 1. */
  share(now: Instant): number {
    this.#move(now);
    let asked = 0;
    let shed = 0;
    for (let slot = 0; slot < PIECES; slot += 1) {
      asked += this.#asked[slot] ?? 0;
      shed += this.#shed[slot] ?? 0;
    }
    // Some were asked for longer ago, and refused now.
    const all = Math.max(asked, shed);
    return all === 0 ? 0 : shed / all;
  }

  /** Since when something is refused in every second; undefined where the last second was without. */
  since(now: Instant): Instant | undefined {
    return now - this.#last > PIECE * PIECES ? undefined : this.#since;
  }

  #move(now: Instant): void {
    const piece = Math.floor(now / PIECE);
    if (piece <= this.#piece) return;
    const passed = Math.min(piece - this.#piece, PIECES);
    for (let step = 1; step <= passed; step += 1) {
      const slot = (this.#piece + step) % PIECES;
      this.#asked[slot] = 0;
      this.#shed[slot] = 0;
    }
    this.#piece = piece;
  }
}

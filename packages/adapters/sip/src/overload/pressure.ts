/** Whether more comes in than can be dealt with at once, told by how the turns of the event loop go, at next to no cost. */
import type { Instant } from '@usher/core';

/** While all goes well, so many milliseconds go by without a look at the turns. */
const STRIDE = 10;
/** A turn that goes on for longer has too much to do. */
const LONG = 8;
/** So many messages in one turn are as many as a socket is read at once: there are likely more. */
const FULL = 32;
/** A socket that is read in full so many times on end is not read empty. */
const STREAK = 3;

/** Milliseconds of work for a turn; and for one while the socket has more, as what is read late is sorted late. */
const TURN = 4;
const HASTY_TURN = 1;

/** Whether more comes in than can be dealt with at once. */
export class Pressure {
  readonly #arrange: () => void;
  /** Since when a turn has been arranged; undefined where none is. */
  #arranged: Instant | undefined;
  /** When the next look at a turn begins, and whether it will see the whole of one: the first begins in the middle. */
  #next: Instant = -Infinity;
  #whole = false;
  /** How many messages came since a turn was arranged; and how often on end that was as many as are read at once. */
  #came = 0;
  #streak = 0;
  /** Whether the last turn was one of many on end; and how many milliseconds of work it did beyond its own. */
  #hasty = false;
  #owed = 0;

  /** @param arrange asks for a turn: after what the sockets have ready was read, and before they are read again. */
  constructor(arrange: () => void) {
    this.#arrange = arrange;
  }

  /** A message came; returns whether it had better wait, so that those more urgent behind it can go first. */
  came(now: Instant): boolean {
    if (this.#arranged === undefined && now >= this.#next) this.arrange(now);
    this.#came += 1;
    if (this.#streak >= STREAK) return true;
    return this.#arranged !== undefined && now - this.#arranged > LONG;
  }

  /** A turn is wanted. */
  arrange(now: Instant): void {
    if (this.#arranged !== undefined) return;
    this.#arranged = now;
    this.#came = 0;
    this.#arrange();
  }

  /** A turn has come; returns how many milliseconds of work it may do, which may be none. */
  turn(now: Instant): number {
    this.#hasty = this.#came >= FULL;
    this.#streak = this.#hasty ? this.#streak + 1 : 0;
    this.#next = this.#hasty || !this.#whole ? now : now + STRIDE;
    this.#whole = this.#hasty || !this.#whole;
    this.#arranged = undefined;
    return this.#hasty ? HASTY_TURN - this.#owed : TURN;
  }

  /** So much of what the turn was to do is left; less than nothing, where it did more. */
  turned(left: number): void {
    // A message cannot be dealt with by halves: what a hasty turn does too much, the next ones do less.
    this.#owed = this.#hasty ? Math.max(0, -left) : 0;
  }
}

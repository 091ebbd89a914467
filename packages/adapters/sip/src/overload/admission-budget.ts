/** How much new work is begun: more, bit by bit, while all is well, and much less at once while it is not. */
import type { Instant } from '@usher/core';

/** What an admission budget goes by. */
export interface AdmissionOptions {
  /** Milliseconds of work on what has begun that may wait; 50 unless given. */
  readonly work?: number;
  /** Milliseconds by which the event loop may be late, once in a hundred; 50 unless given. */
  readonly delay?: number;
}

const WORK = 50;
const DELAY = 50;
/** The part of the time that is for new work when all is well; and how little it ever becomes. */
const ALL = 1;
const LEAST = 0.02;
/** What it grows by in a second without trouble, and what is left of it after a sign of trouble. */
const GROWTH = 0.4;
const LEFT = 0.7;
/** Signs within so many milliseconds are of one trouble: a cut has to show first what it did. */
const SETTLING = 250;
/** One lateness stands in what is told for a second. */
const DELAY_SETTLING = 1_000;
/** A lateness that was told is believed for so long, where nothing newer is. */
const STALE = 1_500;
/** Milliseconds of new work that may come at once. */
const BURST = 100;

/** The part of our time that may be spent on beginning something new, told by AIMD: additive increase, multiplicative decrease. */
export class AdmissionBudget {
  readonly #work: number;
  readonly #delay: number;
  #share = ALL;
  #credit = BURST;
  #at: Instant | undefined;
  #sampled: Instant | undefined;
  /** No further cut before; and no growth, as the event loop was late. */
  #cuttable = -Infinity;
  #lateUntil = -Infinity;
  /** Whether the event loop was late when it was told last: a single pause is no trouble yet. */
  #wasLate = false;

  constructor({ work = WORK, delay = DELAY }: AdmissionOptions = {}) {
    this.#work = work;
    this.#delay = delay;
  }

  /** The part of the time that is for new work: 1 when all is well, never zero. */
  get share(): number {
    return this.#share;
  }

  /**
   * What was seen at this moment.
   * @param work milliseconds of work that waits, on what has begun already.
   * @param delay milliseconds by which the event loop was late once in a hundred during the last second, where that was told.
   */
  sample(now: Instant, work: number, delay?: number): void {
    const since = this.#sampled ?? now;
    this.#sampled = now;
    const isLate = delay !== undefined && delay > this.#delay;
    const late = isLate && this.#wasLate;
    if (delay !== undefined) {
      this.#lateUntil = isLate ? now + STALE : now;
      this.#wasLate = isLate;
    }
    if (late || work > this.#work) {
      if (now < this.#cuttable) return;
      this.#share = Math.max(LEAST, this.#share * LEFT);
      this.#credit = Math.min(this.#credit, BURST * this.#share);
      this.#cuttable = now + (late ? DELAY_SETTLING : SETTLING);
    } else if (now >= this.#lateUntil) {
      // However long nobody looked: it grows by what can be vouched for.
      const seconds = Math.min(now - since, DELAY_SETTLING) / 1_000;
      this.#share = Math.min(ALL, this.#share + GROWTH * seconds);
    }
  }

  /** Whether something new that costs so many milliseconds may be begun; if so, it is accounted for. */
  admit(now: Instant, cost: number): boolean {
    if (this.#share === ALL) return true;
    const since = this.#at ?? now;
    this.#at = now;
    const most = Math.max(BURST * this.#share, cost);
    this.#credit = Math.min(most, this.#credit + (now - since) * this.#share);
    if (this.#credit < cost) return false;
    this.#credit -= cost;
    return true;
  }
}

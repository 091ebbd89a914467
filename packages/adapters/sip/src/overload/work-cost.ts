/** What the work on a message of each class costs, learnt from how long turns take. */
import {
  CONCLUDING,
  INVITING,
  OTHER,
  PAGING,
  PRIORITIES,
  type Priority,
  WITHIN,
} from './priority.js';

/** Milliseconds taken for granted until something was learnt. */
const GUESSES: readonly (readonly [Priority, number])[] = [
  [CONCLUDING, 0.1],
  [WITHIN, 0.3],
  [INVITING, 1],
  [PAGING, 0.5],
  [OTHER, 0.1],
];
const LEAST = 0.005;
const MOST = 1_000;
/** How much of what a turn teaches is believed. */
const BELIEF = 0.1;
/** A turn that took so many times as long as expected teaches no more than one of this many: it may have been a pause. */
const SURPRISE = 4;

/** What the work on a message of each class costs. */
export class WorkCost {
  readonly #costs = new Float64Array(PRIORITIES.length);

  constructor() {
    for (const [priority, cost] of GUESSES) this.#costs[priority] = cost;
  }

  /** Milliseconds that a message of this class is expected to take. */
  of(priority: Priority): number {
    return this.#costs[priority] ?? 0;
  }

  /** A turn with so many messages of each class took so long, with all that it brought about. */
  learn(counts: readonly number[], took: number): void {
    let expected = 0;
    for (const priority of PRIORITIES) expected += (counts[priority] ?? 0) * this.of(priority);
    if (expected === 0) return;
    const surprise = Math.min(Math.max(took / expected, 1 / SURPRISE), SURPRISE) - 1;
    for (const priority of PRIORITIES) {
      // Each class answers for as much of the error as it had of the work.
      const share = ((counts[priority] ?? 0) * this.of(priority)) / expected;
      const learnt = this.of(priority) * (1 + BELIEF * share * surprise);
      this.#costs[priority] = Math.min(Math.max(learnt, LEAST), MOST);
    }
  }
}

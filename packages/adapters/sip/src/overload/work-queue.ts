/** Messages that wait, by class: the most urgent goes first, and each class is bounded by room and by time. */
import type { Instant } from '@usher/core';

import { Lane, type LaneLimits, type Waiting } from './lane.js';
import { INVITING, OTHER, PAGING, PRIORITIES, type Priority } from './priority.js';
import type { WorkCost } from './work-cost.js';

/** The bounds of each class, the most urgent first. */
export type QueueLimits = readonly [LaneLimits, LaneLimits, LaneLimits, LaneLimits, LaneLimits];

const MEGA = 1_048_576;
/** What has begun is let wait rather than let go; what has not is told so soon, that it can be tried elsewhere. */
export const QUEUE_LIMITS: QueueLimits = [
  { places: 20_000, octets: 16 * MEGA, patience: 4_000 },
  { places: 10_000, octets: 16 * MEGA, patience: 2_000 },
  { places: 1_000, octets: 4 * MEGA, patience: 100 },
  { places: 1_000, octets: 4 * MEGA, patience: 200 },
  { places: 200, octets: MEGA, patience: 200 },
];

/** So many of one class may wait; and more, where all of them together take no longer than this. */
const PLACES = 40;
const QUEUED_WORK = 80;
/** The part of the time that the last two classes get in any case: who never hears of his OPTIONS takes us for dead. */
const SURE = 0.02;
/** Milliseconds of it that can be saved up. */
const MOST_DUE = 10;

/** Messages that wait. */
export class WorkQueue {
  readonly #lanes: readonly Lane[];
  readonly #cost: WorkCost;
  #size = 0;
  /** Milliseconds of work that the last two classes have coming to them. */
  #due = 0;

  constructor(cost: WorkCost, limits: QueueLimits = QUEUE_LIMITS) {
    this.#cost = cost;
    this.#lanes = limits.map((each) => new Lane(each));
  }

  /** How many wait. */
  get size(): number {
    return this.#size;
  }

  /** How many of a class wait. */
  waiting(priority: Priority): number {
    return this.#lanes[priority]?.size ?? 0;
  }

  /** Milliseconds of work that waits in this class and those before it. */
  work(priority: Priority): number {
    let work = 0;
    for (const each of PRIORITIES) {
      if (each <= priority) work += this.waiting(each) * this.#cost.of(each);
    }
    return work;
  }

  /** How many of a class may wait, as long as their work is what it costs at present. */
  places(priority: Priority): number {
    const most = this.#lanes[priority]?.limits.places ?? 0;
    if (priority < INVITING) return most;
    return Math.min(most, Math.max(PLACES, Math.floor(QUEUED_WORK / this.#cost.of(priority))));
  }

  /** Whether a message of this class finds room; and, where it begins something new, is likely dealt with in time. */
  admits(priority: Priority, octets: number): boolean {
    const lane = this.#lanes[priority];
    if (lane?.holds(octets) !== true) return false;
    if (priority < INVITING) return true;
    return lane.size < this.places(priority) && this.work(priority) <= lane.limits.patience;
  }

  put(waiting: Waiting): void {
    this.#lanes[waiting.priority]?.push(waiting);
    this.#size += 1;
  }

  /** The next to be dealt with: the first of the most urgent class. */
  take(): Waiting | undefined {
    for (const priority of [OTHER, PAGING] as const) {
      const cost = this.#cost.of(priority);
      if (this.waiting(priority) === 0 || this.#due < Math.min(cost, MOST_DUE)) continue;
      this.#due -= cost;
      return this.#shift(priority);
    }
    for (const priority of PRIORITIES) {
      if (this.waiting(priority) === 0) continue;
      this.#due = Math.min(this.#due + SURE * this.#cost.of(priority), MOST_DUE);
      return this.#shift(priority);
    }
    return undefined;
  }

  /** One that has waited too long to be dealt with. */
  takeLate(now: Instant): Waiting | undefined {
    for (const priority of PRIORITIES) {
      if (this.#lanes[priority]?.late(now) === true) return this.#shift(priority);
    }
    return undefined;
  }

  #shift(priority: Priority): Waiting | undefined {
    this.#size -= 1;
    return this.#lanes[priority]?.shift();
  }
}

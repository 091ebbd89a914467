/** Messages that wait, in lanes: the most urgent goes first, and each lane is bounded by room and by time. */
import type { Instant } from '@usher/core';

import { Lane, type LaneLimits, type Waiting, type WaitingLimits } from './lane.js';
import {
  CONCLUDING,
  INVITING,
  OTHER,
  PAGING,
  PRIORITIES,
  type Priority,
  WITHIN,
} from './priority.js';
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

/** Bounds of those who wait for something new. */
export interface NewWaiting {
  /** Invitations: 1,000 for 100 milliseconds at most unless given, and no more than can be served in about that time. */
  readonly invitations?: WaitingLimits;
  /** Messages outside any dialog: 1,000 for 200 milliseconds at most unless given, and likewise. */
  readonly pages?: WaitingLimits;
}

/** The bounds of each class, where those of what is new are set. */
export function queueLimits({ invitations, pages }: NewWaiting): QueueLimits {
  const [concluding, within, inviting, paging, other] = QUEUE_LIMITS;
  const asked = { ...inviting, ...invitations };
  return [concluding, within, asked, { ...paging, ...pages }, other];
}

/** So many in one lane may wait all the time; and more, where together they take no longer than this part of their patience. */
const PLACES = 40;
const QUEUED = 0.8;
/** Until it is known that more comes than can be done, each waits so many times longer, and is not refused for a guess. */
const PATIENT = 10;
/** The part of the invitations that are of strangers, while others wait, too (see `Sources`). */
const FIFTH = 0.2;
/** The part of the time that the last two classes get in any case: who never hears of his OPTIONS takes us for dead. */
const SURE = 0.02;
/** Milliseconds of it that can be saved up. */
const MOST_DUE = 10;

/** The lane of invitations of strangers, beside that of the others. Each class has the lane of its number. */
export const STRANGERS = 5;

/** Where a message waits. */
export type LaneId = Priority | typeof STRANGERS;

/** Messages that wait. */
export class WorkQueue {
  readonly #lanes: readonly Lane[];
  readonly #cost: WorkCost;
  readonly #keys = new Set<string>();
  #size = 0;
  /** Milliseconds of work that the last two classes have coming to them. */
  #due = 0;
  /** Invitations that strangers have coming to them. */
  #strangersDue = 0;

  constructor(cost: WorkCost, limits: QueueLimits = QUEUE_LIMITS) {
    this.#cost = cost;
    this.#lanes = [...limits, limits[INVITING]].map((each) => new Lane(each));
  }

  /** How many wait. */
  get size(): number {
    return this.#size;
  }

  /** Whether a message of this transaction waits. */
  has(key: string | undefined): boolean {
    return key !== undefined && this.#keys.has(key);
  }

  /** How many wait in a lane. */
  waiting(id: LaneId): number {
    return this.#lanes[id]?.size ?? 0;
  }

  /** Milliseconds of work that is done before one that is put there now. */
  work(id: LaneId): number {
    if (id === CONCLUDING) return this.#own(id);
    const begun = this.#own(CONCLUDING) + this.#own(WITHIN);
    if (id === WITHIN) return begun;
    const inviting = this.#own(INVITING);
    const strangers = this.#own(STRANGERS);
    if (id === INVITING) return begun + inviting;
    // They wait for all others; or, where there are many, for their turn of every fifth.
    if (id === STRANGERS) return begun + Math.min(inviting + strangers, strangers / FIFTH);
    const before = begun + inviting + strangers + this.#own(PAGING);
    return id === PAGING ? before : before + this.#own(OTHER);
  }

  /** How many may wait in a lane: all that it has room for, or what can be done in time where there are always some. */
  places(id: LaneId, now: Instant): number {
    const lane = this.#lanes[id];
    if (lane === undefined) return 0;
    const { places: most, patience } = lane.limits;
    if (id < INVITING || !lane.isStanding(now)) return most;
    const queued = Math.floor((QUEUED * patience) / this.#cost.of(classOf(id)));
    return Math.min(most, Math.max(PLACES, queued));
  }

  /** Whether a message finds room; and, where it begins something new, is likely dealt with in time. */
  admits(id: LaneId, octets: number, now: Instant): boolean {
    const lane = this.#lanes[id];
    if (lane?.holds(octets) !== true) return false;
    if (id < INVITING || !lane.isStanding(now)) return true;
    return lane.size < this.places(id, now) && this.work(id) <= lane.limits.patience;
  }

  /** A message waits; as long as those of its class do, wherever it stands. */
  put(id: LaneId, waiting: Omit<Waiting, 'until'>, now: Instant): void {
    const { bytes, flow, priority, bucket, own, key } = waiting;
    const lane = this.#lanes[id];
    const patience = this.#lanes[priority]?.limits.patience ?? 0;
    const times = id < INVITING || lane?.isStanding(now) === true ? 1 : PATIENT;
    const until = now + patience * times;
    lane?.push({ bytes, flow, priority, bucket, own, key, until }, now);
    this.#size += 1;
    if (key !== undefined) this.#keys.add(key);
  }

  /** The next to be dealt with: the first of the most urgent class. */
  take(): Waiting | undefined {
    for (const id of [OTHER, PAGING] as const) {
      const first = this.#lanes[id]?.first;
      const cost = first === undefined ? Infinity : this.#cost.of(first.priority);
      if (first === undefined || this.#due < Math.min(cost, MOST_DUE)) continue;
      this.#due -= cost;
      return this.#shift(id);
    }
    for (const priority of PRIORITIES) {
      const id = priority === INVITING ? this.#inviting() : priority;
      if (this.waiting(id) === 0) continue;
      this.#due = Math.min(this.#due + SURE * this.#cost.of(priority), MOST_DUE);
      return this.#shift(id);
    }
    return undefined;
  }

  /** One that has waited too long to be dealt with. */
  takeLate(now: Instant): Waiting | undefined {
    for (const [id, lane] of this.#lanes.entries()) {
      if (lane.late(now)) return this.#shift(id);
    }
    return undefined;
  }

  /** Whose invitation is next. */
  #inviting(): LaneId {
    if (this.waiting(STRANGERS) === 0) return INVITING;
    if (this.waiting(INVITING) > 0 && this.#strangersDue < 1) {
      this.#strangersDue += FIFTH / (1 - FIFTH);
      return INVITING;
    }
    this.#strangersDue = Math.max(this.#strangersDue - 1, 0);
    return STRANGERS;
  }

  /** Milliseconds of work that waits in a lane. */
  #own(id: LaneId): number {
    return this.waiting(id) * this.#cost.of(classOf(id));
  }

  #shift(id: number): Waiting | undefined {
    const waiting = this.#lanes[id]?.shift();
    if (waiting === undefined) return undefined;
    this.#size -= 1;
    if (waiting.key !== undefined) this.#keys.delete(waiting.key);
    return waiting;
  }
}

function classOf(id: LaneId): Priority {
  return id === STRANGERS ? INVITING : id;
}

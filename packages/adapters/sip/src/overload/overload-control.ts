/** Overload control: what comes in goes straight through while there is time for all of it; else the most urgent goes first. */
import type { Instant } from '@usher/core';
import type { Flow } from '@usher/core/adapter';

import { AdmissionBudget } from './admission-budget.js';
import { classify, type Known } from './classify.js';
import { printFeedback } from './feedback.js';
import { glanceAt } from './glance.js';
import type { Waiting } from './lane.js';
import type { OverloadOptions } from './overload-options.js';
import type { OverloadState } from './overload-state.js';
import { Pressure } from './pressure.js';
import {
  CONCLUDING,
  EMERGENCY,
  INVITING,
  OTHER,
  PRIORITIES,
  type Priority,
  WITHIN,
} from './priority.js';
import type { StatelessResponse } from './refusal-of.js';
import { Refusals } from './refusals.js';
import { glanceOf, standsAt, textOf } from './scan.js';
import { ShedShare } from './shed-share.js';
import { Sources } from './sources.js';
import { WorkCost } from './work-cost.js';
import { type LaneId, queueLimits, STRANGERS, WorkQueue } from './work-queue.js';

/**
 * What becomes of a message.
 * - `pass`: deal with it now.
 * - `wait`: it is kept, and comes out of `take`.
 * - `drop`: forget it; no answer is due.
 * - a StatelessResponse: send that, and forget it.
 */
export type Verdict = 'pass' | 'wait' | 'drop' | StatelessResponse;

/** What there is to do in a turn. */
export interface Turn {
  /** Answers to messages that have waited too long. */
  readonly refusals: readonly StatelessResponse[];
  /** Messages to deal with, in this order. */
  readonly work: readonly Waiting[];
}

const LETTER_A = 0x41;
/** What goes on is nobody's to answer for. */
const NOBODY = { bucket: undefined, own: false, key: undefined } as const;
/** A loop that waits for something to do for longer than the rest of the time has time to spare. */
const BUSY = 0.75;
/** Milliseconds between looks at how things stand. */
const LOOK = 100;
/** So many late ones are answered in one turn, so that no turn is about nothing else. */
const MOST_LATE = 200;

/** Overload control of one endpoint. */
export class OverloadControl {
  readonly #known: Known | undefined;
  /** The key that was last asked for: that of the message which is looked at. */
  #key: string | undefined;
  readonly #refusals: Refusals;
  readonly #emergencies: boolean;
  readonly #pressure: Pressure;
  readonly #sources: Sources;
  readonly #budget: AdmissionBudget;
  readonly #cost = new WorkCost();
  readonly #queue: WorkQueue;
  readonly #shed = new ShedShare();
  /** What the last turn gave out; and when that was, where there was more, so that there was no pause since. */
  readonly #given: number[] = PRIORITIES.map(() => 0);
  #turned: Instant | undefined;
  #looked: Instant = -Infinity;
  #feedback = '';
  #waited = 0;

  constructor(options: OverloadOptions) {
    this.#known = noting(options.known, (key) => {
      this.#key = key;
    });
    this.#refusals = new Refusals(options.tag);
    this.#emergencies = options.emergencies ?? true;
    this.#pressure = new Pressure(options.arrange);
    this.#sources = new Sources(options);
    this.#budget = new AdmissionBudget(options);
    this.#queue = new WorkQueue(this.#cost, queueLimits(options));
  }

  /** How many messages wait. */
  get size(): number {
    return this.#queue.size;
  }

  /** A message has come, a whole one. */
  put(bytes: Uint8Array, flow: Flow, now: Instant): Verdict {
    const pressed = this.#pressure.came(now);
    if (bytes[0] === LETTER_A && this.#isSpent(bytes, flow, now)) return this.#refusals.drop();
    return pressed || this.#queue.size > 0
      ? this.#keep(bytes, flow, now)
      : this.#pass(bytes, flow, now);
  }

  /** A turn has come: what there is to do in it. Where something is left to do after it, another one is asked for. */
  take(now: Instant): Turn {
    let left = this.#pressure.turn(now);
    this.#look(now);
    if (this.#turned !== undefined) this.#cost.learn(this.#given, now - this.#turned);
    this.#given.fill(0);
    const refusals = this.#late(now);
    const work: Waiting[] = [];
    while (left > 0) {
      const next = this.#queue.take();
      if (next === undefined) break;
      work.push(next);
      this.#given[next.priority] = (this.#given[next.priority] ?? 0) + 1;
      left -= this.#cost.of(next.priority);
    }
    this.#pressure.turned(left);
    this.#turned = this.#queue.size > 0 ? now : undefined;
    if (this.#turned !== undefined) this.#pressure.arrange(now);
    return { refusals, work };
  }

  /**
   * The event loop was late by so many milliseconds, once in a hundred, during the last second.
   * @param busy the part of that second in which it did not wait for anything to do.
   */
  sample(now: Instant, delay: number, busy = 1): void {
    // Whoever has time to spare is not late for having too much to do.
    this.#budget.sample(now, this.#queue.work(WITHIN), busy < BUSY ? 0 : delay);
  }

  /** Whoever sends on this flow has proved to be there: what we sent him came back, as a nonce does. ACKs are seen by themselves. */
  settle(flow: Flow, now: Instant): void {
    this.#sources.settle(flow, now);
  }

  /** Whether somebody who has proved to be this one may ask for something new: as long as he keeps to his rate, or nobody waits. */
  admits(identity: string, now: Instant): boolean {
    const within = this.#sources.admits(identity, now);
    return within || (this.#queue.size === 0 && this.#budget.share === 1);
  }

  /** What clients that take part in overload control are told in the top Via of an answer (see `withFeedback`). */
  feedback(now: Instant): string {
    this.#look(now);
    return this.#feedback;
  }

  /** Since when something new is refused in every second for want of capacity; undefined where nothing is. */
  sheddingSince(now: Instant): Instant | undefined {
    return this.#shed.since(now);
  }

  /** How things stand. */
  state(now: Instant): OverloadState {
    return {
      waiting: PRIORITIES.map(
        (priority) =>
          this.#queue.waiting(priority) +
          (priority === INVITING ? this.#queue.waiting(STRANGERS) : 0),
      ),
      places: PRIORITIES.map((priority) => this.#queue.places(priority, now)),
      admission: this.#budget.share,
      shed: this.#shed.share(now),
      sheddingSince: this.sheddingSince(now),
      waited: this.#waited,
      dropped: this.#refusals.dropped,
      refused: [...this.#refusals.given],
    };
  }

  /** Nobody waits: it is dealt with at once, but for something new while too much that is new was begun already. */
  #pass(bytes: Uint8Array, flow: Flow, now: Instant): Verdict {
    const priority = this.#classify(bytes);
    if (priority < INVITING) return 'pass';
    const own = this.#sources.pass(flow, now);
    const admitted =
      priority === EMERGENCY ||
      this.#mayBegin(priority, now) ||
      // What was begun already comes again.
      (this.#known !== undefined && classify(bytes, this.#known) < INVITING);
    if (!own) this.#count(priority, !admitted, now);
    return admitted ? 'pass' : this.#refuse(bytes, flow, priority, now);
  }

  /** It waits, where it finds room. */
  #keep(bytes: Uint8Array, flow: Flow, now: Instant): Verdict {
    const priority = this.#classify(bytes, this.#known);
    if (priority === CONCLUDING || priority === WITHIN) {
      return this.#queue.admits(priority, bytes.length, now)
        ? this.#wait(priority, { ...NOBODY, bytes, flow, priority }, now)
        : this.#refuse(bytes, flow, priority, now);
    }
    const key = this.#key;
    // RFC 3261, 17.2.1: of a request that awaits its answer, a retransmission is none of anybody's business.
    if (this.#queue.has(key)) return this.#refusals.drop();
    const kind = priority === EMERGENCY ? INVITING : priority;
    const places = this.#queue.places(kind, now);
    const { lane, bucket, own } = this.#sources.seat(bytes, flow, priority, places, now);
    const admitted =
      lane !== undefined &&
      this.#queue.admits(lane, bytes.length, now) &&
      (lane === WITHIN || this.#mayBegin(kind, now));
    if (!own) this.#count(kind, !admitted, now);
    if (!admitted) return this.#refuse(bytes, flow, kind, now);
    return this.#wait(lane, { bytes, flow, priority: kind, bucket, own, key }, now);
  }

  #wait(lane: LaneId, waiting: Omit<Waiting, 'until'>, now: Instant): Verdict {
    this.#queue.put(lane, waiting, now);
    this.#pressure.arrange(now);
    this.#waited += 1;
    return 'wait';
  }

  #refuse(
    bytes: Uint8Array,
    flow: Flow,
    priority: Priority | typeof EMERGENCY,
    now: Instant,
  ): StatelessResponse | 'drop' {
    const kind = priority === EMERGENCY ? INVITING : priority;
    return this.#refusals.refuse(bytes, flow, kind, this.feedback(now), now);
  }

  #late(now: Instant): StatelessResponse[] {
    const refusals: StatelessResponse[] = [];
    for (let count = 0; count < MOST_LATE; count += 1) {
      const late = this.#queue.takeLate(now);
      if (late === undefined) break;
      const { bytes, flow, priority, own } = late;
      if (!own && isNew(priority)) this.#shed.shed(now);
      const refusal = this.#refuse(bytes, flow, priority, now);
      if (refusal !== 'drop') refusals.push(refusal);
    }
    return refusals;
  }

  #count(priority: Priority | typeof EMERGENCY, shed: boolean, now: Instant): void {
    if (isNew(priority)) this.#shed.count(now, shed);
  }

  /** Whether there is time to begin something new. What costs next to nothing is begun at any time. */
  #mayBegin(priority: Priority, now: Instant): boolean {
    if (priority === OTHER) return true;
    this.#look(now);
    return this.#budget.admit(now, this.#cost.of(priority));
  }

  /** Whether this is an ACK to an answer without state. Any other shows that its sender is there. */
  #isSpent(bytes: Uint8Array, flow: Flow, now: Instant): boolean {
    if (!this.#refusals.areAcknowledged(now) && this.#sources.isSettled(flow)) return false;
    const head = glanceOf(bytes);
    const glance = standsAt(head, 0, 'ack ') ? glanceAt(head, 0) : undefined;
    if (glance === undefined || glance.tag < 0) return false;
    const tag = textOf(head, glance.tag, glance.end);
    if (this.#refusals.have(tag)) return true;
    if (this.#known?.dialog(tag) !== false) this.#sources.settle(flow, now);
    return false;
  }

  #classify(bytes: Uint8Array, known?: Known): Priority | typeof EMERGENCY {
    this.#key = undefined;
    const priority = classify(bytes, known);
    return priority === EMERGENCY && !this.#emergencies ? INVITING : priority;
  }

  #look(now: Instant): void {
    if (now - this.#looked < LOOK) return;
    this.#looked = now;
    this.#budget.sample(now, this.#queue.work(WITHIN));
    this.#feedback = printFeedback(this.#shed.share(now), now);
  }
}

/** The same as what is known, telling of each key that is asked for. */
function noting(known: Known | undefined, note: (key: string) => void): Known | undefined {
  if (known === undefined) return undefined;
  return {
    transaction: (key) => {
      note(key);
      return known.transaction(key);
    },
    dialog: (tag) => known.dialog(tag),
    request: (branch) => known.request(branch),
  };
}

/** Whether it asks for something that is worth to be counted. */
function isNew(priority: Priority | typeof EMERGENCY): boolean {
  return priority >= INVITING && priority !== OTHER;
}

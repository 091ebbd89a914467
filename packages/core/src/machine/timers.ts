/** Timers as data inside a machine: lanes of equal length, so that starting and stopping one costs the same among a million. */
import type { Instant } from '../words/duration.js';

/** A timer that was started. */
export interface Timer<T> {
  readonly at: Instant;
  /** What it stands for; undefined once it was stopped or has fired. */
  subject: T | undefined;
}

/** The timers of equal length, in the order in which they were started: the first is always the next to fire. */
interface Lane<T> {
  timers: (Timer<T> | undefined)[];
  head: number;
}

/**
 * The timers of one machine. Protocols have few lengths of timers and many timers of each, so each length has a lane of its
 * own: a queue, sorted by itself because time does not run backwards.
 */
export class Timers<T> {
  readonly #lanes = new Map<number, Lane<T>>();
  /** The next to fire, as long as it runs: nobody has to look for it at each message. */
  #next: Timer<T> | undefined;

  /** When the next timer fires; undefined while none is running. */
  get deadline(): Instant | undefined {
    if (this.#next?.subject === undefined) this.#next = this.#soonest();
    return this.#next?.at;
  }

  /** Whether no timer is running. */
  get empty(): boolean {
    return this.deadline === undefined;
  }

  /** Starts a timer that fires `after` milliseconds from now. */
  start(now: Instant, after: number, subject: T): Timer<T> {
    const timer = { at: now + after, subject };
    const lane = this.#lanes.get(after);
    if (lane === undefined) this.#lanes.set(after, { timers: [timer], head: 0 });
    else lane.timers.push(timer);
    if (this.#next !== undefined && timer.at < this.#next.at) this.#next = timer;
    return timer;
  }

  /** Stops a timer; harmless when it has fired. */
  stop(timer: Timer<T>): void {
    timer.subject = undefined;
  }

  /** The subjects of all timers that are due, in the order in which they fall due; none of them fires again. */
  elapse(now: Instant): T[] {
    const subjects: T[] = [];
    this.fire(now, (subject) => subjects.push(subject));
    return subjects;
  }

  /**
   * Lets all timers fire that are due, in the order in which they fall due. One that is stopped by another of them does not
   * fire: after a standstill, many are due at once.
   */
  fire(now: Instant, ring: (subject: T) => void): void {
    for (const timer of this.#due(now)) {
      const { subject } = timer;
      if (subject === undefined) continue;
      timer.subject = undefined;
      ring(subject);
    }
  }

  #soonest(): Timer<T> | undefined {
    let next: Timer<T> | undefined;
    for (const lane of this.#lanes.values()) {
      const first = this.#first(lane);
      if (first !== undefined && (next === undefined || first.at < next.at)) next = first;
    }
    return next;
  }

  #due(now: Instant): Timer<T>[] {
    const due: Timer<T>[] = [];
    let lanes = 0;
    for (const [length, lane] of this.#lanes) {
      const before = due.length;
      for (
        let first = this.#first(lane);
        first !== undefined && first.at <= now;
        first = this.#first(lane)
      ) {
        due.push(first);
        this.#drop(lane);
      }
      if (due.length > before) lanes += 1;
      if (lane.head === lane.timers.length) this.#lanes.delete(length);
    }
    if (lanes > 1) due.sort((a, b) => a.at - b.at);
    return due;
  }

  /** The first timer of a lane that still runs; those stopped before it are dropped on the way. */
  #first(lane: Lane<T>): Timer<T> | undefined {
    while (lane.head < lane.timers.length) {
      const timer = lane.timers[lane.head];
      if (timer?.subject !== undefined) return timer;
      this.#drop(lane);
    }
    return undefined;
  }

  #drop(lane: Lane<T>): void {
    lane.timers[lane.head] = undefined;
    lane.head += 1;
    // Half of it is gone: let go of that half, so that each timer is moved once on average.
    if (lane.head > 1024 && lane.head * 2 > lane.timers.length) {
      lane.timers = lane.timers.slice(lane.head);
      lane.head = 0;
    }
  }
}

/** Time that moves by hand: a clock for tests, exact to the millisecond and free of waiting. */
/* oxlint-disable no-await-in-loop -- one after the other is the point of a clock */
import type { Cancel, Clock } from '../ports/clock.js';
import type { Instant } from '../words/duration.js';

/** One task and when it is due. */
interface Task {
  readonly at: Instant;
  /** Undefined once it has run or was cancelled. */
  run: (() => void) | undefined;
}

/** So many tasks at one instant mean that one of them arranges itself again and again. */
const STANDSTILL = 100_000;

/** Turns of the event loop that `settle` waits: one drains every microtask, the others those who yield to the loop themselves. */
const TURNS = 4;

/** A clock whose time stands still until a test moves it. */
export class VirtualClock implements Clock {
  /** Sorted by instant, and within one instant by arrival. */
  readonly #tasks: Task[] = [];
  #now: Instant;

  /** @param start the first instant: 2026-01-01T00:00:00Z unless said otherwise. */
  constructor(start: Instant = Date.UTC(2026, 0, 1)) {
    this.#now = start;
  }

  now(): Instant {
    return this.#now;
  }

  at(instant: Instant, run: () => void): Cancel {
    const task: Task = { at: instant, run };
    this.#tasks.splice(this.#indexAfter(instant), 0, task);
    return () => {
      if (task.run === undefined) return;
      task.run = undefined;
      const index = this.#tasks.indexOf(task);
      if (index >= 0) this.#tasks.splice(index, 1);
    };
  }

  /** How many tasks wait; zero when nobody wants to be woken any more. */
  get waiting(): number {
    return this.#tasks.length;
  }

  /** When the next task is due; undefined while none waits. */
  get next(): Instant | undefined {
    return this.#tasks[0]?.at;
  }

  /**
   * Lets time pass: runs what falls due in order, the time being exactly each task's own, and lets promises settle before,
   * between and after.
   */
  async advance(ms: number): Promise<void> {
    await this.settle();
    const until = this.#now + ms;
    const count = this.#counter();
    for (let task = this.#due(until); task !== undefined; task = this.#due(until)) {
      count(task);
      this.#run(task);
      await turn();
      // Only what the promises of this instant may still arrange for this very instant needs the longer wait.
      if ((this.next ?? Infinity) > this.#now) await this.settle();
    }
    this.#now = Math.max(this.#now, until);
    await this.settle();
  }

  /** Lets time pass at once, without a pause for promises: for machines, which have none. */
  elapse(ms: number): void {
    const until = this.#now + ms;
    const count = this.#counter();
    for (let task = this.#due(until); task !== undefined; task = this.#due(until)) {
      count(task);
      this.#run(task);
    }
    this.#now = Math.max(this.#now, until);
  }

  /**
   * Lets time pass from task to task until none waits, or the next one is later than `until`. All promises have settled
   * between one task and the next, except for those who yield to the event loop themselves; this takes one turn each, and so
   * is several times as fast as `advance`: for simulations. Where it ends before `until`, the time stays at the last task's.
   * @param after looked at behind each task; what it throws ends the run.
   */
  run(until: Instant = Infinity, after: () => void = () => {}): Promise<void> {
    const count = this.#counter();
    return new Promise((resolve, reject) => {
      const next = (): void => {
        try {
          after();
          const task = this.#due(until);
          if (task === undefined) {
            resolve();
            return;
          }
          count(task);
          this.#run(task);
          setImmediate(next);
        } catch (error) {
          reject(error);
        }
      };
      setImmediate(next);
    });
  }

  /** Time leaps, as when a machine has slept: what falls due meanwhile runs late. */
  leap(ms: number): void {
    this.#now += ms;
  }

  /** Lets promises settle while the time stands still. */
  async settle(): Promise<void> {
    for (let count = 0; count < TURNS; count += 1) await turn();
  }

  #due(until: Instant): Task | undefined {
    const first = this.#tasks[0];
    return first !== undefined && first.at <= until ? this.#tasks.shift() : undefined;
  }

  #run(task: Task): void {
    this.#now = Math.max(this.#now, task.at);
    const { run } = task;
    task.run = undefined;
    run?.();
  }

  /** Where a task of this instant belongs: behind all of the same instant. */
  #indexAfter(instant: Instant): number {
    let low = 0;
    let high = this.#tasks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#tasks[middle]?.at ?? Infinity) <= instant) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #counter(): (task: Task) => void {
    let instant: Instant | undefined;
    let count = 0;
    return (task) => {
      const at = Math.max(task.at, this.#now);
      count = at === instant ? count + 1 : 1;
      instant = at;
      if (count > STANDSTILL)
        throw new Error(`time stands still: ${STANDSTILL} tasks at the instant ${at}`);
    };
  }
}

/**
 * One turn of the event loop. `setImmediate` is a global of Node, no timer that anybody's clock replaces, holds nothing open
 * afterwards as a `MessageChannel` would, and comes only when every microtask is done.
 */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** What the four transactions have in common: a state, the table that moves it, and at most two timers (RFC 3261, 17). */
import type { Flow, Timer, Timers } from '@usher/core/adapter';

import type { Credit } from './credit.js';
import type { Outlet } from './outlet.js';
import type { Reach } from './reach.js';
import type { Event, State, Step, Table, Telling } from './table.js';
import type { TimerName, Timing } from './timing.js';

/** What all transactions of a layer share. */
export interface Common {
  readonly timers: Timers<Transaction>;
  readonly timing: Timing;
  /** What the next hop is told of our load, where it takes part in its control (RFC 7339). */
  readonly feedback: (() => string) | undefined;
  readonly reach: Reach;
}

/** One request with all its responses, seen from one end. */
export abstract class Transaction {
  readonly method: string;
  /** Where all that it sends goes. */
  readonly flow: Flow;
  /** What may go there; undefined where it is known that somebody is there. */
  credit: Credit | undefined = undefined;
  readonly #common: Common;
  #state: State = 'initial';
  /** The timer that sends again: A, E or G. */
  #repeating: Timer<Transaction> | undefined;
  #interval = 0;
  /** The timer that ends the present state, and its name. */
  #ending: Timer<Transaction> | undefined;
  #endingName: TimerName | undefined;

  constructor(method: string, flow: Flow, common: Common) {
    this.method = method;
    this.flow = flow;
    this.#common = common;
  }

  protected abstract get table(): Table;
  /** The name of the timer that sends again, where there is one. */
  protected abstract get repeats(): TimerName | undefined;
  protected abstract transmit(what: NonNullable<Step['send']>, out: Outlet): void;

  get state(): State {
    return this.#state;
  }

  /** Whether something happens at this event in the present state. */
  minds(event: Event): boolean {
    return this.table[this.#state]?.[event] !== undefined;
  }

  /**
   * An event happens.
   * @returns what the user of the transaction has to hear.
   */
  step(event: Event, now: number, out: Outlet): Telling | undefined {
    const step = this.table[this.#state]?.[event];
    if (step === undefined) return undefined;
    if (step.stop !== undefined) for (const name of step.stop) this.#stop(name);
    if (step.send !== undefined) this.transmit(step.send, out);
    if (step.next !== undefined) this.#state = step.next;
    if (step.next === 'terminated') this.stop();
    else if (step.start !== undefined) for (const name of step.start) this.#start(name, now, out);
    return step.tell;
  }

  /** One of its timers, or both, came to their end. */
  fire(now: number, out: Outlet): Telling | undefined {
    let telling: Telling | undefined;
    if (this.#repeating !== undefined && this.#repeating.subject === undefined) {
      this.#repeating = undefined;
      if (this.repeats !== undefined) telling = this.step(this.repeats, now, out);
    }
    if (this.#ending !== undefined && this.#ending.subject === undefined) {
      const name = this.#endingName;
      this.#ending = undefined;
      if (name !== undefined) telling = this.step(name, now, out) ?? telling;
    }
    return telling;
  }

  /** Ends it at once, without another word. */
  stop(): void {
    this.#state = 'terminated';
    this.#stopRepeating();
    this.#stopEnding();
  }

  /** Whether the transport sees to delivery by itself (RFC 3261, 17). */
  protected get reliable(): boolean {
    return this.flow.transport !== 'udp';
  }

  /** Sends, as far as the credit goes; returns whether it did. */
  protected put(bytes: Uint8Array, out: Outlet, isProvisional = false): boolean {
    const { credit, flow } = this;
    if (credit !== undefined && !this.#isCovered(bytes.length, credit, isProvisional)) return false;
    out.push({ type: 'transmit', bytes, to: flow });
    return true;
  }

  /** Whether what is sent now may go beyond the credit, if that has never been so before. */
  protected get mayBorrow(): boolean {
    return true;
  }

  #isCovered(octets: number, credit: Credit, isProvisional: boolean): boolean {
    if (isProvisional ? credit.paysProvisional(octets) : credit.pays(octets)) return true;
    const { reach } = this.#common;
    if (!reach.isProven(this.flow)) {
      return credit.isExtensible && this.mayBorrow && !isProvisional && reach.lends(this.flow);
    }
    this.credit = undefined;
    return true;
  }

  protected get feedback(): string {
    return this.#common.feedback?.() ?? '';
  }

  /** How long to wait after having sent once more: twice as long as before, and T2 at most. */
  protected nextInterval(interval: number, t2: number): number {
    return Math.min(2 * interval, t2);
  }

  #start(name: TimerName, now: number, out: Outlet): void {
    const { timers, timing } = this.#common;
    let length = timing.length(name, this.reliable);
    // A stranger who has not heard our answer asks again: nothing goes there unasked.
    if (length === undefined || (name === 'G' && this.credit !== undefined)) return;
    if (name === this.repeats) {
      if (this.#interval > 0) length = this.nextInterval(this.#interval, timing.t2);
      this.#interval = length;
      this.#repeating = timers.start(now, length, this);
    } else if (length === 0) {
      this.step(name, now, out);
    } else {
      this.#ending = timers.start(now, length, this);
      this.#endingName = name;
    }
  }

  #stop(name: TimerName): void {
    if (name === this.repeats) this.#stopRepeating();
    else if (name === this.#endingName) this.#stopEnding();
  }

  #stopRepeating(): void {
    if (this.#repeating === undefined) return;
    this.#common.timers.stop(this.#repeating);
    this.#repeating = undefined;
  }

  #stopEnding(): void {
    if (this.#ending === undefined) return;
    this.#common.timers.stop(this.#ending);
    this.#ending = undefined;
  }
}

/** A journal that may be slow and may fail, and that remembers what it promised: it outlives every house. */
import type { Clock, Entry, Journal } from '@usher/core/adapter';
import type { SeededChance } from '@usher/core/testing';

import { latin1 } from './sip-text.js';

/** How a journal behaves. */
export interface JournalPlan {
  /** The longest that one entry takes, in milliseconds; 0: done when `record` returns. */
  readonly delay: number;
  /** How many of the entries fail, from 0 to 1. */
  readonly failure: number;
}

/** What outlives the houses: the entries that were recorded to the end. */
export class Shelf {
  /** The texts that were received, as often as they were recorded. */
  readonly received = new Map<string, number>();
}

/** What the journal of one house works with. */
export interface Desk {
  readonly clock: Clock;
  readonly chance: SeededChance;
  happened(what: 'journal failed' | 'journal was slow'): void;
  /** Where the house may die: before an entry is there, and after. Returns whether it did. */
  crashes(): boolean;
}

/** The journal of one house. */
export class SimulatedJournal implements Journal {
  readonly durability = 'process';
  readonly #shelf: Shelf;
  readonly #plan: JournalPlan;
  readonly #desk: Desk;
  #last = 0;

  constructor(shelf: Shelf, plan: JournalPlan, desk: Desk) {
    this.#shelf = shelf;
    this.#plan = plan;
    this.#desk = desk;
  }

  record(entry: Entry): Promise<void> | void {
    const { clock, chance } = this.#desk;
    if (entry.type === 'received' && this.#desk.crashes()) return new Promise(() => {});
    const { delay, failure } = this.#plan;
    const fails = chance.chance(failure);
    if (fails) this.#desk.happened('journal failed');
    if (delay === 0) {
      if (fails) throw new Error('the disk is full');
      this.#keep(entry);
      return;
    }
    const took = chance.integer(delay + 1);
    if (took > 1_000) this.#desk.happened('journal was slow');
    // A log is written from front to back: nothing is done before what came earlier.
    this.#last = Math.max(this.#last, clock.now() + took);
    return new Promise((resolve, reject) => {
      clock.at(this.#last, () => {
        if (fails) {
          reject(new Error('the disk is full'));
          return;
        }
        this.#keep(entry);
        if (entry.type !== 'received' || !this.#desk.crashes()) resolve();
      });
    });
  }

  #keep({ type, content }: Entry): void {
    if (type !== 'received') return;
    const text = latin1(content.body);
    this.#shelf.received.set(text, (this.#shelf.received.get(text) ?? 0) + 1);
  }
}

/** The answers without state that were given: counted, and known again by the ACKs that come of them. */
import type { Instant } from '@usher/core';
import type { Flow } from '@usher/core/adapter';

import { PRIORITIES, type Priority } from './priority.js';
import { type StatelessResponse, refusalOf } from './refusal-of.js';

/** For so long after an answer an ACK to it may come (RFC 3261, 17.1.1.2: Timer D, and the way). */
const ACKNOWLEDGED = 40_000;

/** The answers without state that were given. */
export class Refusals {
  readonly #tag: string;
  #last: Instant = -Infinity;
  /** How many were given to each class, the most urgent first; and how many messages were dropped without any. */
  readonly given: number[] = PRIORITIES.map(() => 0);
  dropped = 0;

  /** @param tag of the To of them all, by which nobody else answers. */
  constructor(tag: string) {
    this.#tag = tag;
  }

  /** The answer to a request that nobody deals with; `drop` where none is due. */
  refuse(
    bytes: Uint8Array,
    flow: Flow,
    priority: Priority,
    feedback: string,
    now: Instant,
  ): StatelessResponse | 'drop' {
    const refusal = refusalOf(bytes, flow, this.#tag, feedback);
    if (refusal === undefined) return this.drop();
    this.given[priority] = (this.given[priority] ?? 0) + 1;
    this.#last = now;
    return refusal;
  }

  /** A message is dropped. */
  drop(): 'drop' {
    this.dropped += 1;
    return 'drop';
  }

  /** Whether an ACK to one of them may come. */
  areAcknowledged(now: Instant): boolean {
    return now - this.#last < ACKNOWLEDGED;
  }

  /** Whether an ACK with this To tag is to one of them. */
  have(tag: string): boolean {
    return tag === this.#tag;
  }
}

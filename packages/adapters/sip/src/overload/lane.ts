/** Those who wait in one class: first come, first served, in bounded room. */
import type { Instant } from '@usher/core';
import type { Flow } from '@usher/core/adapter';

import type { Priority } from './priority.js';
import type { Bucket } from './token-buckets.js';

/** A message that waits. */
export interface Waiting {
  readonly bytes: Uint8Array;
  readonly flow: Flow;
  /** What it is. */
  readonly priority: Priority;
  /** Until when it can be dealt with. */
  readonly until: Instant;
  /** Whose it is, where that is counted. */
  readonly bucket: Bucket | undefined;
  /** Whether a refusal would say nothing of us (see `Seat`). */
  readonly own: boolean;
  /** Of its transaction, where a retransmission is to be known. */
  readonly key: string | undefined;
}

/** How many messages of a class may wait, and for how long. */
export interface WaitingLimits {
  readonly places?: number;
  /** Milliseconds; and ten times as long until it is known that there are always some who wait, as there are after a pause. */
  readonly patience?: number;
}

/** The bounds of one lane. */
export interface LaneLimits {
  /** Messages. */
  readonly places: number;
  /** Their octets together. */
  readonly octets: number;
  /** Milliseconds that each of this class waits at most, once there is always somebody waiting. */
  readonly patience: number;
}

/** Where somebody has been waiting for so many milliseconds without a break, more is asked for than can be done. */
const STANDING = 3_000;

/** What lies before the head is let go when there is as much of it. */
const SLACK = 256;

/** Those who wait in one class. */
export class Lane {
  readonly limits: LaneLimits;
  #waiting: (Waiting | undefined)[] = [];
  #head = 0;
  #octets = 0;
  /** Since when somebody has been here without a break. */
  #since: Instant = 0;

  constructor(limits: LaneLimits) {
    this.limits = limits;
  }

  get size(): number {
    return this.#waiting.length - this.#head;
  }

  /** The one that has waited the longest. */
  get first(): Waiting | undefined {
    return this.#waiting[this.#head];
  }

  /** Whether there is room for so many octets more. */
  holds(octets: number): boolean {
    return this.size < this.limits.places && this.#octets + octets <= this.limits.octets;
  }

  /** Whether more comes than can be done, rather than what came during a pause. */
  isStanding(now: Instant): boolean {
    return this.size > 0 && now - this.#since > STANDING;
  }

  push(waiting: Waiting, now: Instant): void {
    if (this.size === 0) this.#since = now;
    this.#waiting.push(waiting);
    this.#octets += waiting.bytes.length;
    if (waiting.bucket !== undefined) waiting.bucket.waiting += 1;
  }

  /** Takes out the first. */
  shift(): Waiting | undefined {
    const { first } = this;
    if (first === undefined) return undefined;
    this.#waiting[this.#head] = undefined;
    this.#head += 1;
    this.#octets -= first.bytes.length;
    if (first.bucket !== undefined) first.bucket.waiting -= 1;
    if (this.#head === this.#waiting.length) {
      this.#waiting = [];
      this.#head = 0;
    } else if (this.#head >= SLACK && this.#head * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#head);
      this.#head = 0;
    }
    return first;
  }

  /** Whether the first has waited too long. */
  late(now: Instant): boolean {
    const { first } = this;
    return first !== undefined && now > first.until;
  }
}

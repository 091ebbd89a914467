/** Who asks for something new, and how much of the room for those who wait each of them gets. */
import type { Instant } from '@usher/core';
import type { Flow } from '@usher/core/adapter';

import { fromOf } from './from-of.js';
import { EMERGENCY, INVITING, OTHER, PAGING, type Priority, WITHIN } from './priority.js';
import { sourceOf } from './source-of.js';
import { type Bucket, type Rate, TokenBuckets } from './token-buckets.js';
import { type LaneId, STRANGERS } from './work-queue.js';

/** How much of something new a source may ask for, while others wait. */
export interface SourcesOptions {
  /** Of one address (an IPv6 one's /64); 20 a second and 40 at once unless given. */
  readonly source?: Rate;
  /** Of one From at one address; 5 a second and 10 at once unless given. */
  readonly identity?: Rate;
  /** Whether a peer is trusted, as a proxy is: many people stand behind it, so that the rate of a source does not count. */
  readonly trusts?: (flow: Flow) => boolean;
}

/** Where a message may wait that asks for something new. */
export interface Seat {
  /** Undefined where its source has as many waiting as it may. */
  readonly lane: LaneId | undefined;
  /** Whose waiting messages it counts with; undefined where they are not counted. */
  readonly bucket: Bucket | undefined;
  /** Whether a refusal says nothing of us: its source asks for more than its part, or has never proved to be there. */
  readonly own: boolean;
}

const SOURCE: Rate = { perSecond: 20, burst: 40 };
const IDENTITY: Rate = { perSecond: 5, burst: 10 };
const MOST_SOURCES = 16_384;
const MOST_IDENTITIES = 4_096;
const URGENT: Seat = { lane: WITHIN, bucket: undefined, own: false };
const nobody = (): boolean => false;
/** One class lower. */
const LOWER: Readonly<Record<Priority, Priority>> = [WITHIN, INVITING, PAGING, OTHER, OTHER];
/** Whoever goes beyond his rate has so many places at least. */
const LEAST_PLACES = 4;

/** Who asks for something new. */
export class Sources {
  readonly #trusts: (flow: Flow) => boolean;
  readonly #sources: TokenBuckets;
  readonly #identities: TokenBuckets;
  /** What all strangers together say is an emergency. */
  readonly #emergencies: Bucket;
  /** How many settled sources have asked for something in the present second, and in the one before. */
  #second = -1;
  #active = 0;
  #activeBefore = 0;

  constructor({ source = SOURCE, identity = IDENTITY, trusts = nobody }: SourcesOptions = {}) {
    this.#trusts = trusts;
    this.#sources = new TokenBuckets(source, MOST_SOURCES);
    this.#identities = new TokenBuckets(identity, MOST_IDENTITIES);
    this.#emergencies = { tokens: source.burst, at: 0, waiting: 0, settled: false, second: -1 };
  }

  /** How many sources and identities are remembered. */
  get size(): number {
    return this.#sources.size + this.#identities.size;
  }

  /** One for which nobody waits; it counts all the same. Returns whether a refusal would say nothing of us, as in a `Seat`. */
  pass(flow: Flow, now: Instant): boolean {
    const { bucket, within } = this.#seen(sourceOf(flow.remote.address), flow, now);
    return this.#isOwn(bucket, within);
  }

  /** Whether somebody who has proved to be this one keeps to the rate of an identity, wherever he is. */
  admits(identity: string, now: Instant): boolean {
    const key = `= ${identity}`;
    const bucket = this.#identities.of(key, now);
    this.#identities.settle(key, now);
    return this.#identities.take(bucket, now);
  }

  /** Whether this source has ever proved to be there. */
  isSettled(flow: Flow): boolean {
    return this.#sources.get(sourceOf(flow.remote.address))?.settled === true;
  }

  /** This source has answered to what was sent to it. */
  settle(flow: Flow, now: Instant): void {
    const source = sourceOf(flow.remote.address);
    this.#sources.of(source, now);
    this.#sources.settle(source, now);
  }

  /**
   * Where a message that asks for something new may wait. Whoever goes beyond his rate stands one class lower, and gets what
   * the others leave. Whoever has never proved to be there, as nobody has behind a spoofed address, stands with the strangers.
   * @param places how many may wait in all.
   */
  seat(
    bytes: Uint8Array,
    flow: Flow,
    priority: Priority | typeof EMERGENCY,
    places: number,
    now: Instant,
  ): Seat {
    const source = sourceOf(flow.remote.address);
    const { bucket, within } = this.#seen(source, flow, now);
    const kind = priority === EMERGENCY ? INVITING : priority;
    const exceeded = within ? this.#exceededIdentity(bytes, source, now) : bucket;
    if (exceeded === undefined) {
      if (priority === EMERGENCY && this.#isBelieved(bucket, now)) return URGENT;
      const lane = kind === INVITING && !bucket.settled ? STRANGERS : kind;
      return { lane, bucket: undefined, own: !bucket.settled };
    }
    const isFull = exceeded.waiting >= Math.max(LEAST_PLACES, places / this.#competitors);
    const own = within || this.#isOwn(bucket, false);
    return { lane: isFull ? undefined : LOWER[kind], bucket: exceeded, own };
  }

  /** How many settled sources ask for something at present; one at least. */
  get #competitors(): number {
    return Math.max(this.#active, this.#activeBefore, 1);
  }

  /** Whoever is alone with us may have all; whoever is not, and is refused beyond his rate, has himself to thank. */
  #isOwn({ settled }: Bucket, within: boolean): boolean {
    return !settled || (!within && this.#competitors > 1);
  }

  /** Anybody can say that it is an emergency: strangers are believed as often as one source is. */
  #isBelieved(bucket: Bucket, now: Instant): boolean {
    return bucket.settled || this.#sources.take(this.#emergencies, now);
  }

  #seen(
    source: string,
    flow: Flow,
    now: Instant,
  ): { readonly bucket: Bucket; readonly within: boolean } {
    const bucket = this.#sources.of(source, now);
    const trusted = this.#trusts(flow);
    // Nobody opens a connection from where he is not.
    if (!bucket.settled && (trusted || flow.connection !== undefined)) {
      this.#sources.settle(source, now);
    }
    const second = Math.floor(now / 1_000);
    if (second !== this.#second) {
      this.#activeBefore = second === this.#second + 1 ? this.#active : 0;
      this.#active = 0;
      this.#second = second;
    }
    if (bucket.settled && bucket.second !== second) this.#active += 1;
    bucket.second = second;
    return { bucket, within: this.#sources.take(bucket, now) || trusted };
  }

  /** The bucket of the identity, where it is empty. What a From says is believed of its own source only. */
  #exceededIdentity(bytes: Uint8Array, source: string, now: Instant): Bucket | undefined {
    const from = fromOf(bytes);
    if (from === undefined) return undefined;
    const bucket = this.#identities.of(`${source} ${from}`, now);
    return this.#identities.take(bucket, now) ? undefined : bucket;
  }
}

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
  /** Addresses of proxies, for which the rate of a source does not count: many people stand behind each. */
  readonly proxies?: readonly string[];
}

/** Where a message may wait that asks for something new. */
export interface Seat {
  readonly lane: LaneId;
  /** Whose waiting messages it counts with; undefined where they are not counted. */
  readonly bucket: Bucket | undefined;
}

const SOURCE: Rate = { perSecond: 20, burst: 40 };
const IDENTITY: Rate = { perSecond: 5, burst: 10 };
const MOST_SOURCES = 16_384;
const MOST_IDENTITIES = 4_096;
const URGENT: Seat = { lane: WITHIN, bucket: undefined };
/** One class lower. */
const LOWER: Readonly<Record<Priority, Priority>> = [WITHIN, INVITING, PAGING, OTHER, OTHER];
/** Whoever goes beyond his rate has so many places at least. */
const LEAST_PLACES = 4;

/** Who asks for something new. */
export class Sources {
  readonly #proxies: ReadonlySet<string>;
  readonly #sources: TokenBuckets;
  readonly #identities: TokenBuckets;
  /** What all strangers together say is an emergency. */
  readonly #emergencies: Bucket;
  /** How many settled sources have asked for something in the present second, and in the one before. */
  #second = -1;
  #active = 0;
  #activeBefore = 0;

  constructor({ source = SOURCE, identity = IDENTITY, proxies = [] }: SourcesOptions = {}) {
    this.#proxies = new Set(proxies.map(sourceOf));
    this.#sources = new TokenBuckets(source, MOST_SOURCES);
    this.#identities = new TokenBuckets(identity, MOST_IDENTITIES);
    this.#emergencies = { tokens: source.burst, at: 0, waiting: 0, settled: false, second: -1 };
  }

  /** How many sources and identities are remembered. */
  get size(): number {
    return this.#sources.size + this.#identities.size;
  }

  /** One that is let straight in, as nobody waits; it counts all the same. */
  pass(flow: Flow, now: Instant): void {
    this.#seen(sourceOf(flow.remote.address), flow, now);
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
   * Where a message that asks for something new may wait; undefined where its source has as many waiting as it may. Whoever
   * goes beyond his rate stands one class lower, and gets what the others leave. Whoever has never proved to be there, as nobody
   * has behind a spoofed address, stands with the strangers.
   * @param places how many may wait in all.
   */
  seat(
    bytes: Uint8Array,
    flow: Flow,
    priority: Priority | typeof EMERGENCY,
    places: number,
    now: Instant,
  ): Seat | undefined {
    const source = sourceOf(flow.remote.address);
    const { bucket, within } = this.#seen(source, flow, now);
    const kind = priority === EMERGENCY ? INVITING : priority;
    const exceeded = within ? this.#exceededIdentity(bytes, source, now) : bucket;
    if (exceeded === undefined) {
      if (priority === EMERGENCY && this.#isBelieved(bucket, now)) return URGENT;
      return { lane: kind === INVITING && !bucket.settled ? STRANGERS : kind, bucket: undefined };
    }
    const active = Math.max(this.#active, this.#activeBefore, 1);
    if (exceeded.waiting >= Math.max(LEAST_PLACES, places / active)) return undefined;
    return { lane: LOWER[kind], bucket: exceeded };
  }

  /** Anybody can say that it is an emergency: strangers are believed as often as one source is. */
  #isBelieved(bucket: Bucket, now: Instant): boolean {
    return bucket.settled || this.#sources.take(this.#emergencies, now);
  }

  #seen(
    source: string,
    { connection }: Flow,
    now: Instant,
  ): { readonly bucket: Bucket; readonly within: boolean } {
    const bucket = this.#sources.of(source, now);
    // Nobody opens a connection from where he is not.
    if (connection !== undefined && !bucket.settled) this.#sources.settle(source, now);
    const second = Math.floor(now / 1_000);
    if (second !== this.#second) {
      this.#activeBefore = second === this.#second + 1 ? this.#active : 0;
      this.#active = 0;
      this.#second = second;
    }
    if (bucket.settled && bucket.second !== second) this.#active += 1;
    bucket.second = second;
    const within = this.#sources.take(bucket, now) || this.#proxies.has(source);
    return { bucket, within };
  }

  /** The bucket of the identity, where it is empty. What a From says is believed of its own source only. */
  #exceededIdentity(bytes: Uint8Array, source: string, now: Instant): Bucket | undefined {
    const from = fromOf(bytes);
    if (from === undefined) return undefined;
    const bucket = this.#identities.of(`${source} ${from}`, now);
    return this.#identities.take(bucket, now) ? undefined : bucket;
  }
}

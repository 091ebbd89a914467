/** Who asks for something new, and how much of the room for those who wait each of them gets. */
import type { Instant } from '@usher/core';
import type { Flow } from '@usher/core/adapter';

import { EMERGENCY, INVITING, OTHER, PAGING, type Priority, WITHIN } from './priority.js';
import { endOfField, glanceOf, LONGEST_VALUE, startOf, textOf, valueOf } from './scan.js';
import { sourceOf } from './source-of.js';
import { type Bucket, type Rate, TokenBuckets } from './token-buckets.js';
import { type Place, STRANGERS } from './work-queue.js';

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
  readonly place: Place;
  /** Whose waiting messages it counts with; undefined where they are not counted. */
  readonly bucket: Bucket | undefined;
}

const SOURCE: Rate = { perSecond: 20, burst: 40 };
const IDENTITY: Rate = { perSecond: 5, burst: 10 };
const MOST_SOURCES = 16_384;
const MOST_IDENTITIES = 4_096;
const URGENT: Seat = { place: WITHIN, bucket: undefined };
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
      return { place: kind === INVITING && !bucket.settled ? STRANGERS : kind, bucket: undefined };
    }
    const active = Math.max(this.#active, this.#activeBefore, 1);
    if (exceeded.waiting >= Math.max(LEAST_PLACES, places / active)) return undefined;
    return { place: LOWER[kind], bucket: exceeded };
  }

  /** Anybody can say that it is an emergency: strangers are believed as often as one source is. */
  #isBelieved(bucket: Bucket, now: Instant): boolean {
    return true;
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

/** The URI of the From as it is written, its parameters left out; undefined where it is not found at a glance. */
function fromOf(bytes: Uint8Array): string | undefined {
  const head = glanceOf(bytes);
  let at = startOf(head);
  for (let lines = 0; at >= 0 && lines < 32; lines += 1) {
    const long = valueOf(head, at, 'from');
    const value = long >= 0 ? long : valueOf(head, at, 'f');
    const end = endOfField(head, at);
    if (value >= 0 && end >= 0 && end - value <= LONGEST_VALUE) {
      const text = textOf(head, value, end - 1);
      const open = text.lastIndexOf('<');
      const uri = open < 0 ? text.trim() : text.slice(open + 1);
      return /^[^>;?]*/.exec(uri)?.[0];
    }
    at = end < 0 ? -1 : end + 1;
  }
  return undefined;
}

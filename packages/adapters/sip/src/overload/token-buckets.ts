/** Token buckets by source or identity, in a table of bounded size: who keeps to a rate, and who goes beyond it. */
import type { Instant } from '@usher/core';

/** So many a second, and so many at once after a silence. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** The bucket of one source or identity. */
export interface Bucket {
  /** As of `at`; below one there is nothing to take. */
  tokens: number;
  at: Instant;
  /** How many of its messages wait. */
  waiting: number;
  /** Whether it has proved to be there: it got what was sent to it. */
  settled: boolean;
  /** The second in which it last asked for something. */
  second: number;
}

/** Of so many that have been there the longest, the one that has asked for the least goes. */
const CANDIDATES = 8;
/** The part of the table that is for those who have not settled, so that they never drive out those who have. */
const NEWCOMERS = 0.25;

/** Token buckets in a table of bounded size. */
export class TokenBuckets {
  readonly #rate: Rate;
  readonly #mostNew: number;
  readonly #mostSettled: number;
  readonly #new = new Map<string, Bucket>();
  readonly #settled = new Map<string, Bucket>();

  /** @param most how many buckets there are at most. */
  constructor(rate: Rate, most: number) {
    this.#rate = rate;
    this.#mostNew = Math.max(1, Math.floor(most * NEWCOMERS));
    this.#mostSettled = most - this.#mostNew;
  }

  get size(): number {
    return this.#new.size + this.#settled.size;
  }

  get(key: string): Bucket | undefined {
    return this.#settled.get(key) ?? this.#new.get(key);
  }

  /** The bucket of this key, full where it is new. */
  of(key: string, now: Instant): Bucket {
    const known = this.get(key);
    if (known !== undefined) return known;
    if (this.#new.size >= this.#mostNew) this.#evict(this.#new, now);
    const { burst } = this.#rate;
    const bucket = { tokens: burst, at: now, waiting: 0, settled: false, second: -1 };
    this.#new.set(key, bucket);
    return bucket;
  }

  /** Takes a token; false where there is none. */
  take(bucket: Bucket, now: Instant): boolean {
    bucket.tokens = this.#filled(bucket, now);
    bucket.at = now;
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }

  /** The one of this key, if there is any, has proved to be there. */
  settle(key: string, now: Instant): void {
    const bucket = this.#new.get(key);
    if (bucket === undefined) return;
    this.#new.delete(key);
    if (this.#settled.size >= this.#mostSettled) this.#evict(this.#settled, now);
    bucket.settled = true;
    this.#settled.set(key, bucket);
  }

  #filled({ tokens, at }: Bucket, now: Instant): number {
    const { perSecond, burst } = this.#rate;
    return Math.min(burst, tokens + ((now - at) * perSecond) / 1_000);
  }

  /** Lets go of one that loses least by it: who begins again with a full bucket must not have had an empty one. */
  #evict(among: Map<string, Bucket>, now: Instant): void {
    let fullest: string | undefined;
    let most = -1;
    let count = 0;
    for (const [key, bucket] of among) {
      const tokens = this.#filled(bucket, now);
      if (tokens > most) {
        fullest = key;
        most = tokens;
      }
      count += 1;
      if (count === CANDIDATES) break;
    }
    if (fullest !== undefined) among.delete(fullest);
  }
}

/** The sources whose proofs were wrong too often: for a while they are not heard, so that passwords cannot be guessed by trying. */
import type { Instant } from '@usher/core';

/** So many sources are remembered. */
const SOURCES = 10_000;

/** What is remembered of one source. */
interface Failed {
  times: number;
  /** When it is forgotten: so long after the last wrong proof. */
  readonly until: Instant;
}

/**
 * The sources whose proofs were wrong too often. Who has been challenged only, or writes a nonce that is not his, counts for
 * nothing: else anybody could have others shut out by sending from their address.
 */
export class Failures {
  /** The first one is always the next to be forgotten, since all are kept for the same time. */
  readonly #sources = new Map<string, Failed>();

  /**
   * @param most wrong proofs that a source may bring.
   * @param silence how long it is not heard then, in milliseconds; and how long a wrong proof is remembered.
   */
  constructor(
    readonly most: number,
    readonly silence: number,
  ) {}

  /** How many sources are remembered. */
  get size(): number {
    return this.#sources.size;
  }

  /** When to call `elapse`; undefined while the table is empty. */
  get deadline(): Instant | undefined {
    for (const { until } of this.#sources.values()) return until;
    return undefined;
  }

  /** Whether this source is not to be heard. */
  isShunned(source: string, now: Instant): boolean {
    const failed = this.#sources.get(source);
    return failed !== undefined && failed.times >= this.most && failed.until > now;
  }

  /** This source has brought a wrong proof; true where it is not heard from now on. */
  fail(source: string, now: Instant): boolean {
    const before = this.#sources.get(source);
    const times = before === undefined || before.until <= now ? 1 : before.times + 1;
    this.#sources.delete(source);
    if (this.#sources.size >= SOURCES) this.#evict();
    this.#sources.set(source, { times, until: now + this.silence });
    return times >= this.most;
  }

  /** Forgets the sources whose time is over. */
  elapse(now: Instant): void {
    for (const [source, { until }] of this.#sources) {
      if (until > now) return;
      this.#sources.delete(source);
    }
  }

  #evict(): void {
    for (const source of this.#sources.keys()) {
      this.#sources.delete(source);
      return;
    }
  }
}

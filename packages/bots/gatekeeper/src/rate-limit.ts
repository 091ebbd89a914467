/** How often somebody may come: at most so many times within any stretch of time of a given length. */
import type { Instant } from '@usher/core';

/** The limit, and a bounded memory of who came when. */
export class RateLimit {
  readonly #times: number;
  readonly #per: number;
  readonly #bound: number;
  /** When each of them came, oldest first; those who were quiet for longest stand first. */
  readonly #visits = new Map<string, Instant[]>();

  /**
   * @param times how often one may come,
   * @param per within so many milliseconds,
   * @param bound and how many are remembered; beyond, whoever was quiet for longest is forgotten.
   */
  constructor(times: number, per: number, bound: number) {
    this.#times = times;
    this.#per = per;
    this.#bound = bound;
  }

  /** How many are remembered. */
  get size(): number {
    return this.#visits.size;
  }

  /** Somebody comes. Returns 0 where that is within the limit, else in how many milliseconds it will be; that counts for nothing. */
  visit(who: string, now: Instant): number {
    const visits = this.#visits.get(who)?.filter((at) => at > now - this.#per) ?? [];
    const oldest = visits[0];
    const wait = oldest === undefined || visits.length < this.#times ? 0 : oldest + this.#per - now;
    if (wait === 0) visits.push(now);
    // Deleted and set anew, it stands last: a map keeps the order in which its keys came.
    this.#visits.delete(who);
    this.#visits.set(who, visits);
    if (this.#visits.size > this.#bound) this.#forgetOne();
    return wait;
  }

  #forgetOne(): void {
    for (const who of this.#visits.keys()) {
      this.#visits.delete(who);
      return;
    }
  }
}

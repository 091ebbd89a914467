/** Counts what happened, so that one can see that it did. */

/** Counts by name. */
export class Tally {
  readonly #counts = new Map<string, number>();

  count(name: string, by = 1): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + by);
  }

  of(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  /** Adds all that another one counted. */
  add(others: Iterable<readonly [string, number]>): void {
    for (const [name, count] of others) this.count(name, count);
  }

  [Symbol.iterator](): Iterator<readonly [string, number]> {
    return this.#counts.entries();
  }
}

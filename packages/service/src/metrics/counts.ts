/** How often something happened, by name. */

/** So many names; whatever is beyond them shares one. */
const NAMES = 256;
const OTHER = 'other';

/** Counts by name, bounded. */
export class Counts {
  readonly #counts = new Map<string | number, number>();

  /** @param names known beforehand: they are there with 0, so that what never happened can be seen. */
  constructor(names: readonly string[] = []) {
    for (const name of names) this.#counts.set(name, 0);
  }

  /** It happened once more. */
  add(name: string | number): void {
    const count = this.#counts.get(name);
    if (count !== undefined) this.#counts.set(name, count + 1);
    else if (this.#counts.size < NAMES) this.#counts.set(name, 1);
    else this.#counts.set(OTHER, (this.#counts.get(OTHER) ?? 0) + 1);
  }

  *[Symbol.iterator](): Iterator<readonly [string, number]> {
    for (const [name, count] of this.#counts) yield [String(name), count];
  }
}

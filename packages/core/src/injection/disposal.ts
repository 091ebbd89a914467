/** What was made for one scope, to be disposed in reverse order of making. */

type Dispose = () => unknown;

/** How a thing wants to be disposed; undefined where it does not. */
function disposer(thing: unknown): Dispose | undefined {
  if (typeof thing !== 'object' || thing === null) return undefined;
  for (const name of [Symbol.asyncDispose, Symbol.dispose, 'dispose']) {
    const wish: unknown = Reflect.get(thing, name);
    if (typeof wish === 'function') return (): unknown => Reflect.apply(wish, thing, []);
  }
  return undefined;
}

/** A stack of things to dispose. Inversify's own disposal runs all at once, in no order, and stops at the first error. */
export class Disposal {
  #made: Dispose[] = [];

  /** Keeps what was made, where it has `Symbol.asyncDispose`, `Symbol.dispose` or a method `dispose`. */
  add(made: unknown): void {
    const dispose = disposer(made);
    if (dispose !== undefined) this.#made.push(dispose);
  }

  /** Disposes the last made first, each after the one before it is done. An error is reported and stops nothing. */
  async run(report: (error: unknown) => void): Promise<void> {
    const made = this.#made;
    this.#made = [];
    for (const dispose of made.toReversed()) {
      try {
        // oxlint-disable-next-line no-await-in-loop -- one after the other is what is promised
        await dispose();
      } catch (error) {
        report(error);
      }
    }
  }
}

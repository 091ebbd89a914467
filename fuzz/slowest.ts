/** The inputs that take the longest for what they are. */

const KEPT = 30;

/** The inputs that take the longest for what they are. */
export class Slowest<Input> {
  #kept: { readonly input: Input; readonly part: number }[] = [];
  #least = 0;

  /** An input took this part of the time that it may take. */
  note(input: Input, part: number): void {
    if (part <= this.#least) return;
    this.#kept.push({ input, part });
    if (this.#kept.length < KEPT * 2) return;
    this.#kept = this.#kept.toSorted((a, b) => b.part - a.part).slice(0, KEPT);
    this.#least = this.#kept.at(-1)?.part ?? 0;
  }

  /** The slowest first. */
  get inputs(): readonly Input[] {
    return this.#kept
      .toSorted((a, b) => b.part - a.part)
      .slice(0, KEPT)
      .map(({ input }) => input);
  }
}

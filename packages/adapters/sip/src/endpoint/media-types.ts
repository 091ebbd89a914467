/** Media types that somebody takes, with or without wildcards (RFC 3261, 20.1). */

/** Media types that somebody takes. */
export class MediaTypes {
  /** As Accept says it. */
  readonly accept: string;
  readonly #types = new Set<string>();

  /** @param ranges types and ranges of types, in any case; what stands behind a semicolon is passed over. */
  constructor(ranges: readonly string[]) {
    this.accept = ranges.join(', ');
    for (const range of ranges) {
      const end = range.indexOf(';');
      this.#types.add((end < 0 ? range : range.slice(0, end)).trim().toLowerCase());
    }
  }

  /** Whether a type, in lower case and without parameters, is among them. */
  take(type: string): boolean {
    if (this.#types.has(type)) return true;
    const slash = type.indexOf('/');
    return (slash > 0 && this.#types.has(`${type.slice(0, slash)}/*`)) || this.#types.has('*/*');
  }
}

/** How long something took, again and again: a histogram of times. */

/** Upper bounds in seconds, as Prometheus counts; longer times are in the sum and the count alone. */
export const BOUNDS = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
] as const;
const MILLISECONDS = BOUNDS.map((bound) => bound * 1_000);

/** A histogram of times. Most are short, so that the right place is soon found. */
export class Durations {
  /** How many there were of each bound and above the one before. */
  readonly counts: number[] = BOUNDS.map(() => 0);
  /** All together, in milliseconds. */
  sum = 0;
  count = 0;

  /** Something took so many milliseconds. */
  observe(took: number): void {
    this.sum += took;
    this.count += 1;
    for (let index = 0; index < MILLISECONDS.length; index += 1) {
      if (took <= (MILLISECONDS[index] ?? Infinity)) {
        this.counts[index] = (this.counts[index] ?? 0) + 1;
        return;
      }
    }
  }
}

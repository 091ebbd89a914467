/** How long the code under test takes for what a peer sent, apart from all that is done to judge it. */

/** Milliseconds for each 4 KiB, and for the largest datagram. */
const PER_STEP = 1;
const STEP = 4_096;
const MOST = 5;

/** The milliseconds of CPU time that so many octets may take, once the code is warm. */
export function allowed(octets: number): number {
  return Math.min(MOST, PER_STEP * Math.max(1, Math.ceil(octets / STEP)));
}

/** One piece of work, and how long it took. */
export interface Lap {
  readonly milliseconds: number;
  readonly octets: number;
}

let clock = (): number => performance.now();
let laps: Lap[] | undefined;
let worst = 0;

/** Does some work for so many octets of a peer's, and notes how long it took. */
export function timed<T>(octets: number, work: () => T): T {
  const began = clock();
  const made = work();
  const milliseconds = clock() - began;
  laps?.push({ milliseconds, octets });
  worst = Math.max(worst, milliseconds / allowed(octets));
  return made;
}

/** Which part of the time that it may take the longest piece of work took since the last look. */
export function longestPart(): number {
  const part = worst;
  worst = 0;
  return part;
}

/** All that was timed while this was done: by this clock, in milliseconds. */
export function lapsOf(work: () => void, by: () => number): readonly Lap[] {
  const [before, own] = [clock, laps];
  const kept: Lap[] = [];
  clock = by;
  laps = kept;
  try {
    work();
  } finally {
    clock = before;
    laps = own;
  }
  return kept;
}

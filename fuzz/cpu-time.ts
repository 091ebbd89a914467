/** How long an input takes in CPU time: whoever else is at work on this machine does not count. */
import { breach } from './shrink.js';
import { allowed, type Lap, lapsOf } from './stopwatch.js';
import type { Target } from './target.js';

/** How often an input is run, and for how many milliseconds at most. */
const TIMES = 15;
const MOST = 400;

/** The CPU time of this process so far, in milliseconds. */
export function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** Which part of the time that it may take a piece of work took. */
export function partOf({ milliseconds, octets }: Lap): number {
  return milliseconds / allowed(octets);
}

/** Each piece of work that an input makes, where something was in its way the least; and of these the longest. */
export function longestLap<Input>(target: Target<Input>, input: Input): Lap {
  const until = cpuTime() + MOST;
  let least: Lap[] = [];
  for (let time = 0; time < 3 || (time < TIMES && cpuTime() < until); time += 1) {
    const laps = lapsOf(() => void breach(target, input), cpuTime);
    least = laps.map((lap, index) => {
      const before = least[index];
      return before !== undefined && before.milliseconds < lap.milliseconds ? before : lap;
    });
  }
  return least.toSorted((a, b) => partOf(b) - partOf(a))[0] ?? { milliseconds: 0, octets: 0 };
}

/** How long inputs take where no block is counted: in a process of its own, warm, in CPU time, and the least of many times. */
import { readFileSync } from 'node:fs';

import { breach } from './shrink.js';
import { allowed, type Lap, lapsOf } from './stopwatch.js';
import { targetNamed } from './targets/index.js';

/** How often each input is run, and for how many milliseconds at most: slow ones are warm sooner. */
const TIMES = 15;
const MOST = 300;
const WARM_UP = 2_500;

/** The CPU time of this process, in milliseconds: whoever else is at work on this machine does not count. */
function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** Each piece of work that the input makes, where something was in its way the least; and of these the longest. */
function measure(run: () => void): Lap {
  const until = performance.now() + MOST;
  let least: Lap[] = [];
  for (let time = 0; time < 3 || (time < TIMES && performance.now() < until); time += 1) {
    const laps = lapsOf(run, cpuTime);
    least = laps.map((lap, index) => {
      const before = least[index];
      return before !== undefined && before.milliseconds < lap.milliseconds ? before : lap;
    });
  }
  const part = ({ milliseconds, octets }: Lap): number => milliseconds / allowed(octets);
  return least.toSorted((a, b) => part(b) - part(a))[0] ?? { milliseconds: 0, octets: 0 };
}

const target = await targetNamed(process.argv[2] ?? '');
const texts = JSON.parse(readFileSync(0, 'utf8')) as string[];
const inputs = texts.map((text) => target.read(text));
const warm = performance.now() + WARM_UP;
for (let time = 0; time < TIMES && performance.now() < warm; time += 1) {
  for (const input of inputs) breach(target, input);
}
process.stdout.write(
  JSON.stringify(inputs.map((input) => measure(() => void breach(target, input)))),
);

/** How long inputs take where no block is counted: in a process of its own, warm, and the least of many times. */
import { readFileSync } from 'node:fs';

import { cpuTime, longestLap } from './cpu-time.js';
import { breach } from './shrink.js';
import { targetNamed } from './targets/index.js';

/** Milliseconds of CPU time, or so many times, until all is compiled as well as it ever will be. */
const WARM_UP = 1_500;
const TIMES = 20;

const target = await targetNamed(process.argv[2] ?? '');
const texts = JSON.parse(readFileSync(0, 'utf8')) as string[];
const inputs = texts.map((text) => target.read(text));
const warm = cpuTime() + WARM_UP;
for (let time = 0; time < TIMES && cpuTime() < warm; time += 1) {
  for (const input of inputs) breach(target, input);
}
process.stdout.write(JSON.stringify(inputs.map((input) => longestLap(target, input))));

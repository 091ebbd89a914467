/** `npm run simulate`: many seeds on all cores, one seed with its ladder, or the planted faults. */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';

import { Crew } from './crew.js';
import { huntMutants } from './mutants/hunt.js';
import { MUTANTS } from './mutants/mutants.js';
import { printFailure, printReport } from './report.js';
import { simulate } from './simulate.js';

const USAGE = `npm run simulate -- [options]

  --seeds N      how many seeds; 1000 unless given
  --from N       the first of them; 1 unless given
  --workers N    how many threads; one for each core unless given
  --failures N   stops after so many seeds that break a rule; 10 unless given
  --seed N       one seed alone; with --trace it prints all that happened
  --mutants      plants each known fault in turn, and tells how many seeds it took to find it
  --mutant NAME  the same for one of them`;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    workers: { type: 'string' },
    failures: { type: 'string', default: '10' },
    seed: { type: 'string' },
    trace: { type: 'boolean', default: false },
    mutants: { type: 'boolean', default: false },
    mutant: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

/** A whole number of an option. */
function whole(name: 'seeds' | 'from' | 'workers' | 'failures' | 'seed', value: string): number {
  const number = Number(value);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  console.error(`--${name} takes a whole number, not ${JSON.stringify(value)}\n\n${USAGE}`);
  process.exit(2);
}

if (values.help) console.log(USAGE);
else if (values.seed !== undefined) await one(whole('seed', values.seed), values.trace);
else if (values.mutant !== undefined) await hunt([values.mutant]);
else if (values.mutants) await hunt(MUTANTS.map(({ name }) => name));
else await many();

async function one(seed: number, traced: boolean): Promise<void> {
  const outcome = await simulate(seed, traced);
  if (traced) console.log(`${JSON.stringify(outcome.plan, undefined, 1)}\n`);
  for (const line of outcome.lines) console.log(line);
  const { broken, digest, time } = outcome;
  for (const rule of broken) console.log(`broken: ${rule}`);
  console.log(`seed ${seed}: ${(time / 1_000).toFixed(1)} s simulated, digest ${digest}`);
  if (broken.length > 0) process.exitCode = 1;
}

async function hunt(names: readonly string[]): Promise<void> {
  const most = whole('seeds', values.seeds);
  if (!(await huntMutants(names, most))) process.exitCode = 1;
}

async function many(): Promise<void> {
  const workers = whole('workers', values.workers ?? String(availableParallelism()));
  const first = whole('from', values.from);
  const crew = new Crew({
    first,
    end: first + whole('seeds', values.seeds),
    workers: Math.max(1, workers),
    failures: Math.max(1, whole('failures', values.failures)),
    failed: printFailure,
  });
  const report = await crew.work();
  printReport(report);
  if (report.failures > 0) process.exitCode = 1;
}

/** `npm run fuzz`: fuzzes one target, or all of them, and tells what came of it. */
import { parseArgs } from 'node:util';

import { fuzzAll } from './fuzz-all.js';
import { fuzzTarget } from './fuzz-target.js';
import { findPlanted } from './planted.js';
import { TARGET_NAMES } from './targets/index.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    target: { type: 'string', multiple: true },
    all: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    seconds: { type: 'string' },
    minutes: { type: 'string' },
    seed: { type: 'string', default: '1' },
    jobs: { type: 'string', default: '2' },
    first: { type: 'boolean', default: false },
    planted: { type: 'boolean', default: false },
    blind: { type: 'boolean', default: false },
    uncovered: { type: 'boolean', default: false },
    findings: { type: 'string' },
    out: { type: 'string' },
  },
});
const names = values.all ? TARGET_NAMES : (values.target ?? []);
const seconds = Number(values.seconds ?? Number(values.minutes ?? 1) * 60);
const options = {
  seconds,
  seed: Number(values.seed),
  first: values.first,
  blind: values.blind,
  uncovered: values.uncovered,
  findings: values.findings,
  out: values.out,
};
const strange = names.filter((name) => !TARGET_NAMES.includes(name));
if (values.list) console.log(TARGET_NAMES.join('\n'));
else if (values.planted) {
  process.exitCode = (await findPlanted({ seconds, seed: options.seed, names: positionals }))
    ? 0
    : 1;
} else if (strange.length > 0 || names.length === 0) {
  console.error(`name a target by --target, or all by --all: ${TARGET_NAMES.join(', ')}`);
  process.exitCode = 1;
} else if (names.length === 1 && !values.all) {
  process.exitCode = (await fuzzTarget(names[0] ?? '', options)) ? 0 : 1;
} else {
  process.exitCode = (await fuzzAll(names, options, Number(values.jobs))) ? 0 : 1;
}

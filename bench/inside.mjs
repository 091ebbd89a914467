/** CPU time and octets of heap a session inside the process: the whole house but for sockets, so that small changes show on a busy machine. */
/* oxlint-disable no-await-in-loop -- one after the other is what is meant */
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { openByHand } from './by-hand.mjs';
import { root } from './process.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '30' },
    sessions: { type: 'string', default: '500' },
    /** Another built tree, to be measured in turns with this one. */
    against: { type: 'string' },
    turns: { type: 'string', default: '4' },
    /** Measures the tree in this directory, and prints one line for a program. */
    tree: { type: 'string' },
    octets: { type: 'boolean', default: false },
  },
});

/** No collection while octets are counted: the young generation has room for all of them. */
const ROOM = ['--min-semi-space-size=1024', '--max-semi-space-size=1024', '--expose-gc'];
/** What is compiled when must not hang on how busy the machine is. */
const STEADY = ['--no-concurrent-recompilation'];
const self = fileURLToPath(import.meta.url);

const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];

if (values.tree === undefined) compare();
else console.log(JSON.stringify(await measure(resolve(values.tree))));

/** Each tree in a process of its own, in turns: what one takes from the machine, the other is not charged with. */
function compare() {
  const trees = [root, ...(values.against === undefined ? [] : [resolve(values.against)])];
  const seen = trees.map(() => ({ least: [], median: [], octets: 0 }));
  for (let turn = 0; turn < Number(values.turns); turn += 1) {
    for (const [i, tree] of trees.entries()) {
      const { least, middle } = child(tree, []);
      seen[i].least.push(least);
      seen[i].median.push(middle);
    }
  }
  for (const [i, tree] of trees.entries()) seen[i].octets = child(tree, ROOM, '--octets').octets;
  console.log('CPU µs a session: least, median     octets of heap a session   tree');
  for (const [i, tree] of trees.entries()) {
    const one = seen[i];
    console.log(
      `${Math.min(...one.least)
        .toFixed(1)
        .padStart(
          12,
        )} ${median(one.median).toFixed(1).padStart(12)} ${one.octets.toFixed(0).padStart(24)}       ${tree}`,
    );
  }
  if (trees.length === 2) {
    const ratio = (name, pick) => (pick(seen[0][name]) / pick(seen[1][name])).toFixed(3);
    console.log(
      `this to the other: ${ratio('least', (all) => Math.min(...all))} by the least, ${ratio('median', median)} by the median, ${(seen[0].octets / seen[1].octets).toFixed(3)} by octets`,
    );
  }
}

function child(tree, flags, ...more) {
  const args = [
    ...STEADY,
    ...flags,
    self,
    '--tree',
    tree,
    '--rounds',
    values.rounds,
    '--sessions',
    values.sessions,
  ];
  const { status, stdout, stderr } = spawnSync(process.execPath, [...args, ...more], {
    encoding: 'utf8',
    env: { ...process.env, NODE_ENV: 'production' },
  });
  if (status !== 0) throw new Error(`it failed: ${stderr}`);
  return JSON.parse(stdout.trim().split('\n').at(-1));
}

async function measure(tree) {
  const house = await openByHand(tree);
  const count = Number(values.sessions);
  // Until everything that is often used is compiled.
  await house.talk(6000);
  if (values.octets) {
    globalThis.gc();
    const before = process.memoryUsage();
    await house.talk(count);
    const after = process.memoryUsage();
    return {
      octets: (after.heapUsed + after.external - before.heapUsed - before.external) / count,
    };
  }
  const times = [];
  for (let round = 0; round < Number(values.rounds); round += 1) {
    const before = process.cpuUsage();
    await house.talk(count);
    const { user, system } = process.cpuUsage(before);
    times.push((user + system) / count);
  }
  return { least: Math.min(...times), middle: median(times) };
}

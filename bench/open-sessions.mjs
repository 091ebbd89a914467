/** CPU time a session while 100, 1,000, 10,000 and 100,000 others are open and rest: a house for each, in turns. */
/* oxlint-disable no-await-in-loop -- one after the other is what is meant */
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { requireSipp, startSipp } from '../interop/sipp.mjs';
import { openResting } from './overload/resting.mjs';
import { cpuMicroseconds, LOAD_CORE, requireTwoCores, root, startHouse } from './process.mjs';

const { values } = parseArgs({
  options: {
    open: { type: 'string' },
    rounds: { type: 'string' },
    sessions: { type: 'string' },
    rate: { type: 'string', default: '200' },
    port: { type: 'string', default: '15320' },
    quick: { type: 'boolean', default: false },
  },
});
const { quick } = values;
const counts = (values.open ?? (quick ? '100,1000,10000' : '100,1000,10000,100000'))
  .split(',')
  .map(Number);
const rounds = Number(values.rounds ?? (quick ? 2 : 4));
const sessions = Number(values.sessions ?? (quick ? 400 : 1_000));
const rate = Number(values.rate);

/** Asked for: no further from the cost with the fewest open than this. */
const BOUND = 0.15;
/** No transaction outlives 64·T1 = 32 s (RFC 3261, 17): after that, what is left belongs to the dialogs. */
const REST = quick ? 3_000 : 36_000;

requireTwoCores();
requireSipp();

/** Makes sessions and returns what each cost the house, in microseconds of CPU time. */
async function load({ pid, port }, count, perSecond = rate) {
  const before = cpuMicroseconds(pid);
  const result = await startSipp({
    scenario: join(root, 'interop/sipp/im-session.xml'),
    target: `127.0.0.1:${port}`,
    service: 'echo',
    port: port + 2,
    sessions: count,
    rate: perSecond,
    seconds: count / perSecond + 30,
    pin: LOAD_CORE,
  }).done;
  const spent = cpuMicroseconds(pid) - before;
  if (result.successful !== count) {
    throw new Error(
      `only ${result.successful} of ${count} sessions went well; ${result.failures.join('; ')}`,
    );
  }
  result.remove();
  return spent / count;
}

function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
}

const houses = [];
try {
  for (const [index, open] of counts.entries()) {
    const port = Number(values.port) + 10 * index;
    const { pid, child } = await startHouse(join(root, 'bench/houses/large.yaml'), port);
    const house = { pid, child, port, open, seen: [], resting: undefined };
    houses.push(house);
    // What was not compiled yet is slow, and would be refused in part.
    await load(house, quick ? 150 : 400, rate / 4);
    const began = performance.now();
    house.resting = await openResting(port, open);
    const seconds = ((performance.now() - began) / 1_000).toFixed(1);
    console.log(`${open} sessions open after ${seconds} s`);
  }
  await wait(REST);
  for (const house of houses) await load(house, sessions);
  console.log(
    `CPU µs a session, ${sessions} sessions a turn at ${rate}/s, while so many others are open:`,
  );
  console.log('round' + counts.map((count) => `${count}`.padStart(10)).join(''));
  for (let round = 1; round <= rounds; round += 1) {
    for (const house of houses) house.seen.push(await load(house, sessions));
    const row = houses.map(({ seen }) => seen.at(-1).toFixed(0).padStart(10));
    console.log(`${round}`.padEnd(5) + row.join(''));
  }
  for (const { resting, open } of houses) {
    if (resting.disturbed > 0)
      throw new Error(`of the ${open} that were to rest, ${resting.disturbed} were disturbed`);
  }
  const [first] = houses;
  const ratios = houses.map(({ seen }) =>
    median(seen.map((each, index) => each / first.seen[index])),
  );
  console.log('ratio' + ratios.map((ratio) => ratio.toFixed(2).padStart(10)).join(''));
  console.log(`asked for: within ${BOUND * 100} % of the first`);
  if (ratios.some((ratio) => Math.abs(ratio - 1) > BOUND)) process.exitCode = 1;
} finally {
  for (const { child, resting } of houses) {
    resting?.close();
    // Without a word to a hundred thousand peers.
    child.kill('SIGKILL');
  }
}

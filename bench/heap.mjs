/** Memory of a resting dialog: what the whole house holds on to for each session in which nothing happens. */
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

import { requireSipp, startSipp } from '../interop/sipp.mjs';
import { LOAD_CORE, requireTwoCores, root, startHouse } from './process.mjs';

const { values } = parseArgs({
  options: {
    sessions: { type: 'string', default: '5000' },
    rate: { type: 'string', default: '250' },
    port: { type: 'string', default: '15280' },
  },
});
const sessions = Number(values.sessions);
const rate = Number(values.rate);
const port = Number(values.port);

/** Asked for: at most this many octets of heap a resting dialog. */
const BOUND = 4096;
/** No transaction outlives 64·T1 = 32 s (RFC 3261, 17): after that, what is left belongs to the dialogs. */
const REST = 36_000;

requireTwoCores();
requireSipp();
const probe = pathToFileURL(join(root, 'bench/probe.mjs')).href;
const flags = ['--expose-gc', '--import', probe];
const house = await startHouse(join(root, 'bench/houses/echo.yaml'), port, flags, [
  'ignore',
  'ignore',
  'ignore',
  'ipc',
]);

function memory() {
  return new Promise((resolve) => {
    house.child.once('message', resolve);
    house.child.send('memory');
  });
}

/** Sessions with one message each that rest for `hold` milliseconds before their callers hang up. */
function open(count, hold) {
  return startSipp({
    scenario: join(root, 'bench/sipp/held.xml'),
    target: `127.0.0.1:${port}`,
    service: 'echo',
    port: port + 10,
    sessions: count,
    rate,
    pause: hold,
    seconds: count / rate + hold / 1000 + 60,
    pin: LOAD_CORE,
  });
}

function tell(what, now, before, count) {
  const each = (name) => `${((now[name] - before[name]) / count).toFixed(0)} B`.padStart(10);
  console.log(
    what.padEnd(34) +
      `${(now.heapUsed / 1e6).toFixed(1)} MB`.padStart(10) +
      each('heapUsed') +
      each('rss'),
  );
}

try {
  // Warm up, so that code and caches are there before anything is counted.
  (await open(500, 0).done).remove();
  await wait(REST);
  const empty = await memory();
  console.log(`${sessions} sessions, each with one message echoed`);
  console.log(' '.repeat(34) + 'heap'.padStart(10) + 'a session'.padStart(10) + 'rss'.padStart(10));
  tell('before', empty, empty, sessions);

  const opening = (sessions / rate) * 1000;
  const load = open(sessions, opening + REST + 10_000);
  await wait(opening + 2000);
  tell('just opened', await memory(), empty, sessions);
  await wait(REST);
  const resting = await memory();
  tell('resting, transactions over', resting, empty, sessions);

  const result = await load.done;
  if (result.successful !== sessions)
    throw new Error(
      `only ${result.successful} of ${sessions} went well\n${result.errors.slice(0, 2000)}`,
    );
  result.remove();
  await wait(REST);
  tell('all ended', await memory(), empty, sessions);

  const each = (resting.heapUsed - empty.heapUsed) / sessions;
  console.log(
    `a resting dialog: ${(each / 1024).toFixed(2)} KiB of heap; at most ${BOUND / 1024} KiB are asked for`,
  );
  process.exitCode = each <= BOUND ? 0 : 1;
} finally {
  await house.stop();
}

/** CPU time a session: the whole house, a program on the npm package `sip`, and SIPp's own answering end, on the same scenario, in turns. */
/* oxlint-disable no-await-in-loop -- one after the other is what is meant */
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { requireSipp, startSipp } from '../interop/sipp.mjs';
import {
  cpuMicroseconds,
  LOAD_CORE,
  requireTwoCores,
  root,
  SERVER_CORE,
  startHouse,
  startServer,
} from './process.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string' },
    rate: { type: 'string', default: '200' },
    sessions: { type: 'string' },
    port: { type: 'string', default: '15260' },
    quick: { type: 'boolean', default: false },
  },
});
const rounds = Number(values.rounds ?? (values.quick ? 3 : 5));
const sessions = Number(values.sessions ?? (values.quick ? 1000 : 4000));
const rate = Number(values.rate);
const port = Number(values.port);

/** Asked for: at most so many times what SIPp takes. */
const BOUND = 2.5;

requireTwoCores();
const version = requireSipp();

/** Makes the sessions and returns what each cost the server, in microseconds of CPU time. */
async function load(pid, target, count, perSecond = rate) {
  const before = cpuMicroseconds(pid);
  const result = await startSipp({
    scenario: join(root, 'interop/sipp/im-session.xml'),
    target: `127.0.0.1:${target}`,
    service: 'echo',
    port: port + 10,
    sessions: count,
    rate: perSecond,
    seconds: count / perSecond + 30,
    pin: LOAD_CORE,
  }).done;
  const spent = cpuMicroseconds(pid) - before;
  if (result.code !== 0 || result.successful !== count) {
    throw new Error(
      `only ${result.successful} of ${count} sessions went well; ${result.failures.join('; ')}\n${result.errors.slice(0, 2000)}`,
    );
  }
  result.remove();
  return { each: spent / count, retransmissions: result.retransmissions };
}

/** One turn of SIPp's answering end. It has nothing to warm up, and is started for its turn so that it takes nothing from ours. */
async function turnOfSipp(count) {
  const scenario = join(root, 'bench/sipp/answering-end.xml');
  const server = startSipp({
    scenario,
    port: port + 2,
    seconds: count / rate + 60,
    pin: SERVER_CORE,
  });
  await wait(700);
  try {
    return await load(server.pid, port + 2, count);
  } finally {
    server.finish();
    (await server.done).remove();
  }
}

const median = (numbers) => {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};
const figure = (number, digits = 0) => number.toFixed(digits).padStart(10);

const servers = [];
try {
  const house = await startHouse(join(root, 'bench/houses/echo.yaml'), port);
  servers.push(house);
  const other = await startServer(
    [join(root, 'bench/houses/npm-sip.mjs'), `${port + 4}`],
    port + 4,
  );
  servers.push(other);
  console.log(
    `Node ${process.version}, SIPp ${version}; ${sessions} sessions a turn at ${rate}/s, five messages echoed in each`,
  );
  // Slower at first: code that was not compiled yet would fall behind, and be asked everything twice.
  for (const [index, { pid }] of servers.entries()) {
    await load(pid, port + 4 * index, 400, rate / 2);
    await load(pid, port + 4 * index, Math.max(sessions, 2000));
  }
  console.log('round   usher µs    sipp µs      ratio   npm sip µs      ratio   retransmissions');
  const seen = [];
  for (let round = 1; round <= rounds; round += 1) {
    const ours = await load(house.pid, port, sessions);
    const theirs = await turnOfSipp(sessions);
    const npm = await load(other.pid, port + 4, sessions);
    const one = {
      ours: ours.each,
      theirs: theirs.each,
      npm: npm.each,
      ratio: ours.each / theirs.each,
      npmRatio: npm.each / theirs.each,
    };
    seen.push(one);
    const repeated = [ours, theirs, npm].map(({ retransmissions }) => retransmissions).join(', ');
    console.log(`${round}`.padEnd(5) + row(one) + repeated.padStart(18));
  }
  const of = (name) => median(seen.map((one) => one[name]));
  const middle = Object.fromEntries(Object.keys(seen[0]).map((name) => [name, of(name)]));
  console.log('median'.padEnd(5) + row(middle).slice(1));
  console.log(
    `CPU time a session: ${middle.ratio.toFixed(2)} times SIPp's own, and npm sip's ${middle.npmRatio.toFixed(2)} times (medians of ${rounds} rounds); at most ${BOUND.toFixed(1)} times are asked for, and less than npm sip's`,
  );
  if (middle.ratio > BOUND || middle.ratio >= middle.npmRatio) process.exitCode = 1;
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  for (const server of servers) await server.stop();
}

function row({ ours, theirs, npm, ratio, npmRatio }) {
  return (
    figure(ours) +
    figure(theirs) +
    figure(ratio, 2) +
    figure(npm).padStart(13) +
    figure(npmRatio, 2)
  );
}

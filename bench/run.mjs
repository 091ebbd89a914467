/** CPU time a session: the whole house against SIPp's own answering end, on the same scenario, in turns. */
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

const house = await startHouse(join(root, 'bench/houses/echo.yaml'), port);
try {
  console.log(
    `Node ${process.version}, SIPp ${version}; ${sessions} sessions a turn at ${rate}/s, five messages echoed in each`,
  );
  // Slower at first: code that was not compiled yet would fall behind, and be asked everything twice.
  await load(house.pid, port, 400, rate / 2);
  await load(house.pid, port, Math.max(sessions, 2000));
  console.log('round   usher µs    sipp µs      ratio   retransmissions');
  const seen = [];
  for (let round = 1; round <= rounds; round += 1) {
    const ours = await load(house.pid, port, sessions);
    const theirs = await turnOfSipp(sessions);
    const ratio = ours.each / theirs.each;
    seen.push({ ours: ours.each, theirs: theirs.each, ratio });
    const repeated = `${ours.retransmissions} and ${theirs.retransmissions}`;
    console.log(
      `${round}`.padEnd(5) +
        figure(ours.each) +
        figure(theirs.each) +
        figure(ratio, 2) +
        repeated.padStart(18),
    );
  }
  const of = (name) => median(seen.map((one) => one[name]));
  console.log(
    'median'.padEnd(5) +
      figure(of('ours')).slice(1) +
      figure(of('theirs')) +
      figure(of('ratio'), 2),
  );
  console.log(
    `CPU time a session: ${of('ratio').toFixed(2)} times SIPp's own (median of ${rounds} rounds)`,
  );
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  await house.stop();
}

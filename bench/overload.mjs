/** What a house still gets done when it is asked for far more than it can do, on real sockets. */
/* oxlint-disable no-await-in-loop -- one after the other is what is meant */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { ADDRESSES, askedOf } from './overload/asked-of.mjs';
import { OVER, REFUSED } from './overload/session.mjs';
import { keepLoadCoreBusy, requireTwoCores, root, startHouse } from './process.mjs';

const { values } = parseArgs({
  options: {
    house: { type: 'string', default: 'bench/houses/worker.yaml' },
    port: { type: 'string', default: '21060' },
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    times: { type: 'string', default: '2,4,8,20' },
  },
});
const port = Number(values.port);
const { quick } = values;
/** Seconds of each overload, of the long ones, and of the calm around them. */
const SHORT = quick ? 4 : 10;
const LONG = quick ? 10 : 60;
const CALM = quick ? 4 : 10;
/** A session is good when it is over within so many milliseconds; talk is when it is answered within so many. */
const GOOD = 4_000;
const PROMPT = 500;
const FLOODER = '127.0.0.99';

const wants = (part) => values.only === undefined || values.only.split(',').includes(part);
const percent = (part, digits = 1) => `${(part * 100).toFixed(digits)} %`;
const row = (...cells) =>
  console.log(
    cells
      .map((cell, index) => `${cell}`[index === 0 ? 'padEnd' : 'padStart'](index === 0 ? 30 : 12))
      .join(''),
  );

requireTwoCores();
const file = join(root, values.house);
const house = await startHouse(file, port);
const stopBusy = keepLoadCoreBusy();
/** What was asked for and not reached. */
const missed = [];
try {
  console.log(
    `Node ${process.version}; ${values.house}; sessions of two messages from ${ADDRESSES.length} addresses`,
  );
  // What was not compiled yet is slow, and would be taken for what the work costs.
  await load('udp', [{ name: 'all', rate: 160, from: 0, to: quick ? 8 : 15 }], quick ? 9 : 17);
  row('', 'offered/s', 'good/s', 'of peak', 'asked for', 'refused', 'talk', 'repeated');
  const peak = await saturation('udp');
  // Before all that takes more than the house has ever had to bear: its memory is that of a house that is busy.
  if (wants('flood')) await flood(peak);
  if (wants('udp')) {
    const bounds = { 2: 0.95, 4: 0.9, 8: 0.85, 20: 0.7 };
    for (const times of values.times.split(',').map(Number))
      await overload('udp', times, peak, bounds[times]);
  }
  if (wants('tcp')) await overload('tcp', 4, await saturation('tcp', Math.round(peak)), 0.9);
  if (wants('recovery')) await recovery(peak);
} finally {
  stopBusy();
  await house.stop();
}
if (missed.length > 0) {
  console.log(`Not reached: ${missed.join('; ')}`);
  process.exitCode = 1;
}

/** Lets callers call; what each load came to. */
async function load(transport, loads, seconds) {
  const { outcomes, late } = await askedOf(port, transport, loads, seconds);
  if (late > 250)
    console.log(
      `  the callers were late by up to ${late.toFixed(0)} ms: the load's core is not enough`,
    );
  return outcomes;
}

/** Good sessions a second, of those that were over between these seconds. */
function goodput({ sessions }, from, to) {
  const good = sessions.filter(
    ([begun, took, end]) =>
      end === OVER && took <= GOOD && begun + took >= from * 1_000 && begun + took < to * 1_000,
  );
  return good.length / (to - from);
}

function share({ sessions }, what, from, to) {
  const begun = sessions.filter(([at]) => at >= from * 1_000 && at < to * 1_000);
  return begun.filter(([, , end]) => end === what).length / Math.max(begun.length, 1);
}

function promptness({ talk }, from, to) {
  const sent = talk.filter(([at]) => at >= from * 1_000 && at < to * 1_000);
  return sent.filter(([, took]) => took <= PROMPT).length / Math.max(sent.length, 1);
}

/** The time within which ninety-nine of a hundred sessions were over, in milliseconds. */
function slowest({ sessions }, from, to) {
  const took = sessions
    .filter(([at, , end]) => end === OVER && at >= from * 1_000 && at < to * 1_000)
    .map(([, each]) => each)
    .toSorted((a, b) => a - b);
  return took[Math.floor(took.length * 0.99)] ?? Number.NaN;
}

/** The most good sessions a second that can be had, at rates that go up until there are no more of them. */
async function saturation(transport, first = 150) {
  let peak = 0;
  const seconds = quick ? 4 : 6;
  for (let rate = first; ; rate = Math.round(rate * 1.25)) {
    const { all } = await load(
      transport,
      [{ name: 'all', rate, from: 0, to: seconds }],
      seconds + 5,
    );
    const good = goodput(all, 1, seconds);
    tell(`${transport} at ${rate} a second`, all, 1, seconds);
    if (good < rate * 0.9 && good < peak * 1.05) return Math.max(peak, good);
    peak = Math.max(peak, good);
  }
}

function tell(what, all, from, to, peak, bound) {
  const good = goodput(all, from, to);
  const begun = all.sessions.filter(([at]) => at >= from * 1_000 && at < to * 1_000).length;
  const met = bound === undefined || good / peak >= bound;
  if (!met) missed.push(what);
  row(
    what,
    (begun / (to - from)).toFixed(0),
    good.toFixed(0),
    peak === undefined ? '' : percent(good / peak),
    bound === undefined ? '' : `${percent(bound, 0)}${met ? '' : ' !'}`,
    percent(share(all, REFUSED, from, to)),
    percent(promptness(all, from, to), 2),
    all.repeated,
  );
}

async function overload(transport, times, peak, bound) {
  const loads = [{ name: 'all', rate: peak * times, from: 0, to: SHORT }];
  const { all } = await load(transport, loads, SHORT + 6);
  tell(`${transport} at ${times} times`, all, 1, SHORT, peak, bound);
}

/** Ten times as much for long, and how soon all is as before. */
async function recovery(peak) {
  const long = LONG / 2;
  const over = CALM + long;
  const end = over + 3 + CALM;
  const loads = [
    { name: 'calm', rate: peak * 0.5, from: 0, to: end },
    { name: 'more', rate: peak * 9.5, from: CALM, to: over },
  ];
  const { calm, more } = await load('udp', loads, end + 6);
  tell('before it', calm, 1, CALM);
  tell(
    `ten times for ${long} s`,
    { ...calm, sessions: [...calm.sessions, ...more.sessions], talk: [...calm.talk, ...more.talk] },
    CALM + 1,
    over,
    peak,
  );
  const refused = calm.sessions.filter(([at, , how]) => how !== OVER && at >= over * 1_000);
  const last = Math.max(0, ...refused.map(([at]) => at / 1_000 - over));
  const before = slowest(calm, 1, CALM);
  const after = slowest(calm, over + 3, end);
  tell('from 3 s after it', calm, over + 3, end);
  console.log(
    `  the last one refused ${last.toFixed(1)} s after the end; 99 of 100 sessions took ${after.toFixed(0)} ms from 3 s on, ${before.toFixed(0)} before`,
  );
  if (last > 3) missed.push('recovery');
}

/**
 * One source at twenty times for a minute, heedless at first and then by the book, and what it does to the others. What memory
 * that takes is compared with what the house had when it was merely busy.
 */
async function flood(peak) {
  const begin = quick ? 10 : 40;
  const middle = begin + LONG / 2;
  const over = begin + LONG;
  const end = over + (quick ? 15 : 60);
  const source = { addresses: [FLOODER], rate: peak * 20 };
  const loads = [
    { name: 'others', rate: peak * 0.5, from: 0, to: end },
    { name: 'busy', rate: peak * 0.45, from: 0, to: begin },
    { name: 'heedless', ...source, from: begin, to: middle, heedless: true },
    { name: 'flood', ...source, from: middle, to: over },
  ];
  const memory = [];
  const watching = setInterval(() => memory.push(residentMegabytes()), 500);
  const { others, flood: polite } = await load('udp', loads, end + 5);
  clearInterval(watching);
  // The callers take a moment to begin, and are there five seconds longer than they call.
  const at = (second) => Math.max(0, memory.length - (end + 5 - second) * 2);
  const most = (from, to) => Math.max(...memory.slice(at(from), at(to)));
  for (const [what, from, to] of [
    ['before', 1, begin],
    ['beside one that heeds nothing', begin, middle],
    ['beside one by the book', middle, over],
    ['afterwards', over, end - 4],
  ]) {
    const begun = others.sessions.filter(([when]) => when >= from * 1_000 && when < to * 1_000);
    tell(`the others ${what}`, others, from, to, begun.length / (to - from), 0.95);
  }
  row('the one by the book', '', goodput(polite, middle, over).toFixed(0));
  const base = most(begin - 4, begin);
  const peakOfMemory = most(begin, over);
  const rest = Math.min(...memory.slice(at(over), at(end)));
  console.log(
    `  resident memory: ${base.toFixed(0)} MB while busy, ${peakOfMemory.toFixed(0)} at most, ${rest.toFixed(0)} afterwards`,
  );
  if (peakOfMemory - base > 64 || rest > base) missed.push('memory');
}

function residentMegabytes() {
  const status = readFileSync(`/proc/${house.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1_024;
}

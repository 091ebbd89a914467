/** How long an inviter waits for the 200: at half of the rate at which the house can do no more. */
/* oxlint-disable no-await-in-loop -- one after the other is what is meant */
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { askedOf } from './overload/asked-of.mjs';
import { OVER } from './overload/session.mjs';
import {
  cpuMicroseconds,
  keepLoadCoreBusy,
  requireTwoCores,
  root,
  startHouse,
} from './process.mjs';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string' },
    port: { type: 'string', default: '15380' },
    rate: { type: 'string' },
    quick: { type: 'boolean', default: false },
  },
});
const { quick } = values;
const port = Number(values.port);
const seconds = Number(values.seconds ?? (quick ? 5 : 30));
/** Asked for: the slowest but one in a hundred, in milliseconds. */
const BOUND = 10;
/** The rates that are tried: each so many times the one before, for so many seconds. */
const FIRST = 300;
const STEP = quick ? 1.5 : 1.25;
const TRIAL = quick ? 3 : 5;
/** What a session takes longer than it is worth, in milliseconds; and what comes after the last one has begun, in seconds. */
const GOOD = 4_000;
const AFTER = 3;

requireTwoCores();
const house = await startHouse(join(root, 'bench/houses/echo.yaml'), port);
const stopBusy = keepLoadCoreBusy();
try {
  console.log(`Node ${process.version}; sessions of two messages over UDP`);
  // What was not compiled yet is slow.
  await load(200, quick ? 5 : 10);
  const half = values.rate === undefined ? (await saturation()) / 2 : Number(values.rate);
  await wait(2_000);
  const { invited, busy, good, late } = await load(half, seconds);
  const times = invited.map(([, took]) => took).toSorted((a, b) => a - b);
  const at = (part) =>
    times[Math.min(times.length - 1, Math.floor(times.length * part))].toFixed(2);
  console.log(
    `INVITE to 200 at ${half.toFixed(0)} sessions a second, the house busy for ${(busy * 100).toFixed(0)} % of the time: ` +
      `median ${at(0.5)} ms, p99 ${at(0.99)} ms, slowest ${at(1)} ms of ${times.length}; ${(good * 100).toFixed(2)} % went well; ` +
      `the callers were late by ${late.toFixed(0)} ms at most; p99 of at most ${BOUND} ms is asked for`,
  );
  if (Number(at(0.99)) > BOUND || good < 1) process.exitCode = 1;
} finally {
  stopBusy();
  await house.stop();
}

/** The most sessions a second that go well, at rates that go up until there are no more of them. */
async function saturation() {
  let peak = 0;
  for (let rate = FIRST; ; rate *= STEP) {
    const { busy, good } = await load(rate, TRIAL);
    console.log(
      `${rate.toFixed(0).padStart(6)}/s: ${(busy * 100).toFixed(0).padStart(3)} % busy, ${(good * 100).toFixed(1)} % went well`,
    );
    if (good < 0.9 && good * rate < peak * 1.05) return Math.max(peak, good * rate);
    peak = Math.max(peak, good * rate);
    await wait(1_000);
  }
}

/** Sessions at a rate for so many seconds: how long each waited for its 200, and which part of them went well. */
async function load(rate, time) {
  const began = performance.now();
  const before = cpuMicroseconds(house.pid);
  let spent = 0;
  const looking = setTimeout(() => {
    spent = (cpuMicroseconds(house.pid) - before) / 1_000 / (performance.now() - began);
  }, time * 1_000);
  const { outcomes, late } = await askedOf(
    port,
    'udp',
    [{ name: 'all', rate, from: 0, to: time }],
    time + AFTER,
  );
  clearTimeout(looking);
  const { sessions, invited, sent } = outcomes.all;
  const good = sessions.filter(([, took, end]) => end === OVER && took <= GOOD).length;
  return { invited, late, busy: spent, good: good / sent };
}

/** The house is told to end (SIGTERM) while sessions are going on and new ones keep coming. */
/* oxlint-disable no-await-in-loop -- one after the other is what is meant */
import { strict as assert } from 'node:assert';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { startSipp } from './sipp.mjs';

const scenario = (name) => join(dirname(fileURLToPath(import.meta.url)), 'sipp', `${name}.xml`);
const LONG = 200;
/** As `drain:` in houses/doors.yaml says. */
const DRAIN_SECONDS = 4;

/**
 * Long sessions that would never end by themselves, and a hundred short ones a second. From SIGTERM on new ones must be
 * refused with 503, short ones in progress must come to their end, and the long ones get BYE when the time is over.
 */
export async function drain(house, { transport, port, trace }) {
  const common = {
    target: `127.0.0.1:${house.port}`,
    transport,
    trace,
    service: 'echo',
    seconds: 40,
  };
  const long = startSipp({
    ...common,
    scenario: scenario('long-sessions'),
    port,
    sessions: LONG,
    rate: 200,
  });
  let short;
  try {
    await house.until('the long sessions began', () => house.count('started') === LONG, 10);
    short = startSipp({
      ...common,
      scenario: scenario('short-sessions'),
      port: port + 2,
      rate: 100,
    });
    await wait(1500);
    await healthy(house);

    const told = performance.now();
    house.signal('SIGTERM');
    await house.until('the house drains', () => house.count('draining') > 0, 2);
    const unready = await draining(house, 1500);
    short.finish();
    const looks = unready + (await draining(house, Infinity));
    const code = await house.exited;
    const seconds = (performance.now() - told) / 1000;
    const ended = await Promise.all([long.done, short.done]);
    return verdict({ code, seconds, looks, long: ended[0], short: ended[1], trace });
  } finally {
    long.kill();
    short?.kill();
  }
}

/** What is at a path of the house's health; undefined once nobody answers there any more. */
async function look(house, path) {
  try {
    const response = await fetch(`http://127.0.0.1:${house.healthPort}${path}`);
    return { status: response.status, text: await response.text() };
  } catch {
    return undefined;
  }
}

/** While all goes well, the house is alive and ready, and counts what goes on. */
async function healthy(house) {
  const [alive, ready, metrics] = await Promise.all(
    ['/livez', '/readyz', '/metrics'].map((path) => look(house, path)),
  );
  assert.equal(alive?.status, 200, 'alive before SIGTERM');
  assert.equal(ready?.status, 200, `ready before SIGTERM: ${ready?.text}`);
  const sessions = Number(/^usher_sessions\{bot="echo"\} (\d+)$/m.exec(metrics?.text)?.[1]);
  assert.ok(sessions >= LONG, `${sessions} sessions were told of, ${LONG} and more were open`);
}

/** Until it is gone, or for so many milliseconds, the house is alive and not ready; how often that was looked at. */
async function draining(house, milliseconds) {
  const until = performance.now() + milliseconds;
  for (let looks = 0; ; looks += 1) {
    if (performance.now() > until) return looks;
    const [alive, ready] = await Promise.all([look(house, '/livez'), look(house, '/readyz')]);
    // At the very end it is a matter of luck which of the two still gets an answer.
    if (alive === undefined || ready === undefined) return looks;
    assert.equal(alive.status, 200, 'alive during the drain');
    assert.equal(ready.status, 503, `not ready during the drain: ${ready.text}`);
    assert.match(ready.text, /"draining"/);
    await wait(50);
  }
}

function verdict({ code, seconds, looks, long, short, trace }) {
  for (const [name, result] of [
    ['long', long],
    ['short', short],
  ]) {
    const errors = `${name} sessions: ${result.failures.join('; ')}\n${result.errors.slice(0, 2000)}\n    kept: ${result.directory}`;
    assert.equal(result.failed, 0, errors);
    assert.equal(result.code, 0, errors);
  }
  assert.equal(long.successful, LONG, 'every long session was ended with BYE');
  let refused = 0;
  for (const [name, value] of short.counts)
    if (name.endsWith('_503_Recv')) refused += Number(value);
  assert.ok(refused > 50, `only ${refused} invitations were refused with 503`);
  const served = short.successful - refused;
  assert.ok(served > 50, `only ${served} short sessions were served`);
  assert.equal(code, 0, 'the exit code');
  assert.ok(looks > 40, `health was answered ${looks} times during the drain`);
  assert.ok(seconds < DRAIN_SECONDS + 2, `the house took ${seconds.toFixed(1)} s to end`);
  if (!trace) for (const result of [long, short]) result.remove();
  return `${served} short sessions served, ${refused} refused with 503, ${LONG} ended with BYE, alive and not ready ${looks} times, exit code 0 after ${seconds.toFixed(1)} s`;
}

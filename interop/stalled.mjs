/** Ten thousand connections that begin a message and never end it: others must be served meanwhile, and all of them closed. */
/* oxlint-disable no-await-in-loop -- one after the other is what is meant */
import { strict as assert } from 'node:assert';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

import { readSip, sipText } from './sip-text.mjs';

const CONNECTIONS = 10_000;
/** As many of one source as the house takes, so that the bound for one source is not what helps. */
const PER_SOURCE = 100;
/** So many begin in one go, and then it is somebody else's turn: what is asked is how those fare who come among them. */
const AT_ONCE = 25;
const PAUSE = 20;
const MOST_MILLISECONDS = 100;
const CLOSED_WITHIN = 30_000;

/** A connection that begins a message; `closed` resolves once the house has closed it. */
function stall(port, number) {
  const localAddress = `127.1.0.${1 + Math.floor(number / PER_SOURCE)}`;
  const socket = connect({ port, host: '127.0.0.1', localAddress });
  const opened = new Promise((resolve) => {
    socket.once('connect', resolve);
    socket.once('error', resolve);
  });
  const closed = new Promise((resolve) => {
    socket.once('close', resolve);
  });
  socket.on('error', () => {});
  socket.resume();
  socket.write('INVITE sip:echo@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1');
  return { socket, opened, closed };
}

/** A caller that has not been here before asks what we can do; how long it took, connecting included. */
async function ask(port) {
  const started = performance.now();
  const socket = connect({ port, host: '127.0.0.1' });
  try {
    const id = randomBytes(8).toString('hex');
    const request = sipText('OPTIONS sip:echo@127.0.0.1 SIP/2.0', {
      Via: `SIP/2.0/TCP 127.0.0.1:9;branch=z9hG4bK${id};rport`,
      'Max-Forwards': '70',
      From: `<sip:caller@127.0.0.1>;tag=${id}`,
      To: '<sip:echo@127.0.0.1>',
      'Call-ID': id,
      CSeq: '1 OPTIONS',
    });
    socket.write(request);
    const [data] = await once(socket, 'data', { signal: AbortSignal.timeout(5000) });
    assert.equal(readSip(data.toString('latin1')).status, 200);
    return performance.now() - started;
  } finally {
    socket.destroy();
  }
}

/** The callers have a thread of their own, so that nothing is measured but the house. */
if (!isMainThread) {
  const words = [];
  parentPort.once('message', (word) => words.push(word));
  const asked = [];
  for (let warm = 0; warm < 20; warm += 1) await ask(workerData);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  parentPort.postMessage('warm');
  while (words.length === 0) {
    asked.push(await ask(workerData));
    await wait(50);
  }
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  parentPort.postMessage(asked);
}

export async function stalled(house, { quick }) {
  const count = quick ? CONNECTIONS / 10 : CONNECTIONS;
  const callers = new Worker(new URL(import.meta.url), { workerData: house.port });
  await once(callers, 'message');
  const all = [];
  while (all.length < count) {
    const some = Array.from({ length: AT_ONCE }, (_, index) =>
      stall(house.port, all.length + index),
    );
    all.push(...some);
    await Promise.all(some.map(({ opened }) => opened));
    await wait(PAUSE);
  }
  const last = performance.now();
  const closed = Promise.all(all.map((one) => one.closed));
  const end = await Promise.race([closed, wait(CLOSED_WITHIN)]);
  const took = performance.now() - last;
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  callers.postMessage('over');
  const [asked] = await once(callers, 'message');
  for (const { socket } of all) socket.destroy();
  assert.ok(end !== undefined, `some are open after ${CLOSED_WITHIN / 1000} s`);
  const slowest = Math.max(...asked);
  assert.ok(slowest < MOST_MILLISECONDS, `a caller waited ${slowest.toFixed(0)} ms`);
  const seconds = (took / 1000).toFixed(1);
  return `${count} stalled; ${asked.length} callers served, the slowest in ${slowest.toFixed(0)} ms; all closed after ${seconds} s`;
}

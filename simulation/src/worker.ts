/** One thread of a crew: is told a seed, runs it, tells what it came to. */
import { parentPort } from 'node:worker_threads';

import type { Told } from './crew.js';
import { simulate } from './simulate.js';

parentPort?.on('message', (seed: number) => {
  void simulate(seed).then(({ broken, time, counts }) => {
    const told: Told = { seed, broken, time, counts };
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    parentPort?.postMessage(told);
  });
});

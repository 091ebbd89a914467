/** Watches from a thread of its own that no input takes for ever: whoever hangs cannot tell of it. */
import { Worker } from 'node:worker_threads';

import { octetsOf } from './octets.js';
import type { Target } from './target.js';

/** Milliseconds after which an input counts as one that never ends. */
const PATIENCE = 20_000;
const ROOM = 2 ** 20;
/** Two numbers come before the input: how many there were, 0 while none runs; and its length. */
const HEAD = 8;

/** What the thread does: it looks whether the count moves, and if not, says which input it was, and ends the process. */
const WATCH = `
const { workerData } = require('node:worker_threads');
const { writeSync } = require('node:fs');
const state = new Int32Array(workerData.shared, 0, 2);
let seen = 0;
setInterval(() => {
  const count = Atomics.load(state, 0);
  if (count === 0 || count !== seen) { seen = count; return; }
  const text = Buffer.from(workerData.shared, ${HEAD}, state[1]).toString('latin1');
  writeSync(2, 'HANG ' + JSON.stringify(text) + '\\n');
  process.kill(process.pid, 'SIGKILL');
}, ${PATIENCE});
`;

/** Watches that no input takes for ever. */
export class Watchdog {
  readonly #state: Int32Array;
  readonly #room: Uint8Array;
  #count = 0;

  constructor() {
    const shared = new SharedArrayBuffer(HEAD + ROOM);
    this.#state = new Int32Array(shared, 0, 2);
    this.#room = new Uint8Array(shared, HEAD);
    new Worker(WATCH, { eval: true, workerData: { shared }, execArgv: [] }).unref();
  }

  /** This input is tried now. */
  watch<Input>(target: Target<Input>, input: Input): void {
    const octets = input instanceof Uint8Array ? input : octetsOf(target.print(input));
    const length = Math.min(octets.length, ROOM);
    this.#room.set(length < octets.length ? octets.subarray(0, length) : octets);
    this.#state[1] = length;
    this.#count = (this.#count % 2 ** 30) + 1;
    Atomics.store(this.#state, 0, this.#count);
  }

  /** It has come to its end. */
  rest(): void {
    Atomics.store(this.#state, 0, 0);
  }
}

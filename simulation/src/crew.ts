/** Runs many seeds on several threads, and adds up what they tell. */
import { Worker } from 'node:worker_threads';

import { Tally } from './tally.js';

/** What a thread tells of one seed. */
export interface Told {
  readonly seed: number;
  readonly broken: readonly string[];
  readonly time: number;
  readonly counts: readonly (readonly [string, number])[];
}

/** What a crew is to do. */
export interface Order {
  readonly first: number;
  /** Behind the last one. */
  readonly end: number;
  readonly workers: number;
  /** After so many failures it stops. */
  readonly failures: number;
  /** Told of each seed that broke a rule, as soon as it did. */
  failed(seed: number, broken: readonly string[]): void;
}

/** What became of it all. */
export interface Report {
  readonly seeds: number;
  readonly failures: number;
  readonly workers: number;
  /** In seconds, as people count them, and as the simulation does. */
  readonly took: number;
  readonly simulated: number;
  readonly tally: Tally;
}

/** A seed that takes longer than this goes in circles without letting time pass. */
const STUCK = 60_000;

/** Threads that run seeds. */
export class Crew {
  readonly #order: Order;
  readonly #tally = new Tally();
  #next: number;
  #seeds = 0;
  #failures = 0;
  #simulated = 0;

  constructor(order: Order) {
    this.#order = order;
    this.#next = order.first;
  }

  /** Does it all. */
  async work(): Promise<Report> {
    const since = performance.now();
    const { workers } = this.#order;
    await Promise.all(Array.from({ length: workers }, async () => this.#employ()));
    return {
      seeds: this.#seeds,
      failures: this.#failures,
      workers,
      took: (performance.now() - since) / 1_000,
      simulated: this.#simulated / 1_000,
      tally: this.#tally,
    };
  }

  /** One thread, from its first seed to its last. */
  #employ(): Promise<void> {
    return new Promise((resolve, reject) => {
      const worker = new Worker(new URL('./worker.js', import.meta.url));
      let seed = 0;
      let stuck: NodeJS.Timeout | undefined;
      const leave = (): void => {
        void worker.terminate().then(() => resolve(), reject);
      };
      const next = (): void => {
        clearTimeout(stuck);
        if (this.#next >= this.#order.end || this.#failures >= this.#order.failures) {
          leave();
          return;
        }
        seed = this.#next;
        this.#next += 1;
        stuck = setTimeout(() => {
          this.#fail(seed, [`it does not come to an end within ${STUCK / 1_000} seconds`]);
          leave();
        }, STUCK);
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
        worker.postMessage(seed);
      };
      worker.on('message', (told: Told) => {
        this.#take(told);
        next();
      });
      worker.on('error', (error) => {
        clearTimeout(stuck);
        this.#fail(seed, [`the thread broke: ${error instanceof Error ? error.stack : 'unknown'}`]);
        resolve();
      });
      next();
    });
  }

  #take({ seed, broken, time, counts }: Told): void {
    this.#seeds += 1;
    this.#simulated += time;
    this.#tally.add(counts);
    if (broken.length > 0) this.#fail(seed, broken);
  }

  #fail(seed: number, broken: readonly string[]): void {
    this.#failures += 1;
    this.#order.failed(seed, broken);
  }
}

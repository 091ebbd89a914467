/** Whether this process lives: its event loop turns. What it depends on is not looked at, or one bad store would restart them all. */
import type { Instant } from '@usher/core';
import type { Cancel, Clock } from '@usher/core/adapter';

/** How often the loop is felt, in milliseconds, and for how long it may stand still. */
const BEAT = 500;
const STANDSTILL = 5_000;

/** Feels the pulse of the event loop, until it is stopped. */
export class Liveness {
  readonly #clock: Clock;
  #turned: Instant;
  #next: Cancel = () => undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#turned = clock.now();
    this.#beat();
  }

  /** Milliseconds since the loop is known to have turned. */
  get still(): number {
    return this.#clock.now() - this.#turned;
  }

  get alive(): boolean {
    return this.still <= STANDSTILL;
  }

  stop(): void {
    this.#next();
  }

  #beat(): void {
    this.#turned = this.#clock.now();
    this.#next = this.#clock.at(this.#turned + BEAT, () => this.#beat());
  }
}

/** When the replies to a script have settled, so that it may leave. */
import type { Instant } from '@usher/core';
import type { Clock } from '@usher/core/adapter';

/** How long to wait, in milliseconds. */
export interface Patience {
  /** For the first reply after the last line. */
  readonly reply: number;
  /** For one more reply after a reply. */
  readonly more: number;
  /** For what the other end is typing. */
  readonly typing: number;
}

/** A second after the last reply, five where none comes; while the other end types, ten for it to finish. */
export const PATIENCE: Patience = { reply: 5_000, more: 1_000, typing: 10_000 };

/**
 * Waits until the replies have settled: after the last line, until one reply has come and no other within `more`. Where no
 * reply comes, `reply` is waited; where the other end types, `typing` for each time that it begins.
 */
export class Settling {
  readonly #clock: Clock;
  readonly #patience: Patience;
  readonly #settled: () => void;
  /** Settles when nothing more is waited for. */
  readonly done: Promise<void>;
  #due: Instant | undefined;
  #replied = false;
  #typing = false;
  #stop: (() => void) | undefined;

  constructor(clock: Clock, patience: Patience) {
    this.#clock = clock;
    this.#patience = patience;
    let settled = (): void => undefined;
    this.done = new Promise((resolve) => {
      settled = resolve;
    });
    this.#settled = settled;
  }

  /** A line went out: what came before it is no reply to it. */
  sent(): void {
    this.#replied = false;
  }

  /** A reply came in. */
  received(): void {
    this.#replied = true;
    this.#typing = false;
    this.#again();
  }

  /** The other end began to type, or stopped. */
  typing(typing: boolean): void {
    this.#typing = typing;
    this.#again();
  }

  /** No line will follow. */
  ended(): void {
    this.#due ??= this.#clock.now();
    this.#again();
  }

  /** Nothing is waited for any more. */
  stop(): void {
    this.#stop?.();
    this.#due = undefined;
  }

  #again(): void {
    if (this.#due === undefined) return;
    const { reply, more, typing } = this.#patience;
    this.#due = this.#clock.now() + (this.#typing ? typing : this.#replied ? more : reply);
    this.#stop?.();
    this.#stop = this.#clock.at(this.#due, this.#settled);
  }
}

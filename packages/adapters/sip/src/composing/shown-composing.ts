/** What the peer shows of its typing: active until it says otherwise, sends its message, or says nothing more (RFC 3994, 3.3). */
import type { Composing } from '@usher/core';
import type { Cancel, Clock } from '@usher/core/adapter';

import { holdsFor, type IsComposing } from './is-composing.js';

/** What the peer shows of its typing. */
export class ShownComposing {
  readonly #clock: Clock;
  readonly #show: (composing: Composing) => void;
  #state: Composing = 'idle';
  #waiting: Cancel | undefined;

  /** @param show told of each change. */
  constructor(clock: Clock, show: (composing: Composing) => void) {
    this.#clock = clock;
    this.#show = show;
  }

  /**
   * The peer has said so.
   * @param holds for how many seconds, if nothing more comes.
   */
  hear(news: IsComposing, holds = holdsFor(news)): void {
    this.#waiting?.();
    this.#waiting = undefined;
    if (news.state === 'active') {
      const until = this.#clock.now() + holds * 1_000;
      this.#waiting = this.#clock.at(until, () => this.#turn('idle'));
    }
    this.#turn(news.state);
  }

  /** A message has come: whoever was typing it has typed it. */
  stop(): void {
    this.hear({ state: 'idle' });
  }

  /** The session is over: nothing is shown any more. */
  close(): void {
    this.#waiting?.();
    this.#waiting = undefined;
  }

  #turn(state: Composing): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#show(state);
  }
}

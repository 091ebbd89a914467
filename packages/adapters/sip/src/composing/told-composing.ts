/** What the peer is told of our typing (RFC 3994, 3.2). */
import type { Composing } from '@usher/core';
import type { Cancel, Clock } from '@usher/core/adapter';

import type { IsComposing } from './is-composing.js';

/** Whoever has not touched a key for so long is idle. */
const IDLE_AFTER = 15_000;
/** `active` is said again so often while it lasts. RFC 3994, 3.3: no more than once in 60 seconds. */
const REFRESH = 60;

/** What the peer is told of our typing. */
export class ToldComposing {
  readonly #clock: Clock;
  readonly #tell: (news: IsComposing) => void;
  #state: Composing = 'idle';
  /** When `active` is due again. */
  #refreshAt = 0;
  #waiting: Cancel | undefined;

  /** @param tell sends the news. */
  constructor(clock: Clock, tell: (news: IsComposing) => void) {
    this.#clock = clock;
    this.#tell = tell;
  }

  /** We are typing, or no longer are. */
  compose(composing: Composing): void {
    this.#waiting?.();
    this.#waiting = undefined;
    if (composing === 'idle') {
      this.#idle();
      return;
    }
    const now = this.#clock.now();
    this.#waiting = this.#clock.at(now + IDLE_AFTER, () => this.#idle());
    if (this.#state === 'active' && now < this.#refreshAt) return;
    this.#state = 'active';
    this.#refreshAt = now + REFRESH * 1_000;
    // The peer gives the next one time to arrive.
    this.#tell({ state: 'active', refresh: 2 * REFRESH });
  }

  /** A message leaves, which ends the typing by itself; or the session is over. */
  stop(): void {
    this.#waiting?.();
    this.#waiting = undefined;
    this.#state = 'idle';
  }

  #idle(): void {
    if (this.#state === 'idle') return;
    this.#state = 'idle';
    this.#tell({ state: 'idle' });
  }
}

/** What a Microsoft peer is told of our typing: again and again while it lasts, since it forgets within seconds. */
import type { Composing, Instant } from '@usher/core';
import type { Cancel, Clock } from '@usher/core/adapter';

import type { IsComposing } from '../composing/is-composing.js';

/** Whoever has not touched a key for so long is idle, in milliseconds. */
const IDLE_AFTER = 15_000;
/** So often it is said again: such clients do it every three to five seconds, and forget after ten. */
const REFRESH = 4_000;

/** What a Microsoft peer is told of our typing. */
export class ToldTyping {
  readonly #clock: Clock;
  readonly #tell: (news: IsComposing) => void;
  /** When a key was touched last; undefined: idle. */
  #touched: Instant | undefined;
  #waiting: Cancel | undefined;

  /** @param tell sends the news. */
  constructor(clock: Clock, tell: (news: IsComposing) => void) {
    this.#clock = clock;
    this.#tell = tell;
  }

  /** We are typing, or no longer are. */
  compose(composing: Composing): void {
    if (composing === 'idle') {
      this.#idle();
      return;
    }
    const begins = this.#touched === undefined;
    const now = this.#clock.now();
    this.#touched = now;
    if (begins) this.#say(now, now);
  }

  /** A message leaves, which ends the typing by itself; or the session is over. */
  stop(): void {
    this.#waiting?.();
    this.#waiting = undefined;
    this.#touched = undefined;
  }

  #say(now: Instant, touched: Instant): void {
    const next = Math.min(now + REFRESH, touched + IDLE_AFTER);
    this.#waiting = this.#clock.at(next, () => this.#again());
    this.#tell({ state: 'active' });
  }

  #again(): void {
    const now = this.#clock.now();
    const touched = this.#touched;
    if (touched !== undefined && now - touched < IDLE_AFTER) this.#say(now, touched);
    else this.#idle();
  }

  #idle(): void {
    if (this.#touched === undefined) return;
    this.stop();
    this.#tell({ state: 'idle' });
  }
}

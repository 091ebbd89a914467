/** How long a session may last: it is ended when nothing was said for too long, or when its time is up. */
import type { Cancel, Clock } from '../ports/clock.js';
import type { Instant } from '../words/duration.js';

/** The bounds of one session, in milliseconds; undefined: without bound. */
export interface Bounds {
  readonly idle: number | undefined;
  readonly max: number | undefined;
}

/** Watches one session with one timer: speaking only notes the time, and the timer looks at it when it fires. */
export class Lifetime {
  readonly #clock: Clock;
  readonly #bounds: Bounds;
  readonly #expire: (why: 'idle' | 'limit') => void;
  readonly #until: Instant;
  #spokenAt: Instant;
  #timer: Cancel | undefined;

  /** Begins to count now. */
  constructor(clock: Clock, bounds: Bounds, expire: (why: 'idle' | 'limit') => void) {
    this.#clock = clock;
    this.#bounds = bounds;
    this.#expire = expire;
    this.#spokenAt = clock.now();
    this.#until = this.#spokenAt + (bounds.max ?? Infinity);
    this.#arrange();
  }

  /** Something was said. */
  touch(): void {
    this.#spokenAt = this.#clock.now();
  }

  /** The session is over. */
  stop(): void {
    this.#timer?.();
  }

  get #idleAt(): Instant {
    return this.#spokenAt + (this.#bounds.idle ?? Infinity);
  }

  #arrange(): void {
    this.#timer = this.#clock.at(Math.min(this.#until, this.#idleAt), () => {
      const now = this.#clock.now();
      if (now >= this.#until) this.#expire('limit');
      else if (now >= this.#idleAt) this.#expire('idle');
      else this.#arrange();
    });
  }
}

/** The pager sessions that are in being: each ends when nothing came or went for long. */
import type { SessionEnd } from '@usher/core';
import type { Cancel, Clock } from '@usher/core/adapter';

import type { PagerSession } from './pager-session.js';

/** The pager sessions that are in being, those first that have been silent longest. */
export class PagerSessions {
  readonly #clock: Clock;
  readonly #idle: number;
  readonly #most: number;
  readonly #sessions = new Map<string, PagerSession>();
  #waking: Cancel | undefined;

  /**
   * @param idle milliseconds after which a silent session ends.
   * @param most how many there may be.
   */
  constructor(clock: Clock, idle: number, most: number) {
    this.#clock = clock;
    this.#idle = idle;
    this.#most = most;
  }

  get size(): number {
    return this.#sessions.size;
  }

  get full(): boolean {
    return this.#sessions.size >= this.#most;
  }

  /** The numbers of the connections that they came by. */
  get connections(): readonly number[] {
    return Array.from(this.#sessions.values(), ({ connection }) => connection).filter(
      (number) => number !== undefined,
    );
  }

  get(key: string): PagerSession | undefined {
    return this.#sessions.get(key);
  }

  /** Enters a session, or notes that something came or went in it. */
  touch(session: PagerSession): void {
    session.touched = this.#clock.now();
    // Taken out and put in again, it is the last in order.
    this.#sessions.delete(session.key);
    this.#sessions.set(session.key, session);
    this.#waking ??= this.#clock.at(session.touched + this.#idle, () => this.#wake());
  }

  leave(session: PagerSession): void {
    if (this.#sessions.get(session.key) === session) this.#sessions.delete(session.key);
    if (this.#sessions.size === 0) this.#rest();
  }

  /** Ends all of them. */
  dismiss(end: SessionEnd): void {
    for (const session of this.#sessions.values()) session.dismiss(end);
    this.#sessions.clear();
    this.#rest();
  }

  #wake(): void {
    this.#waking = undefined;
    const now = this.#clock.now();
    for (const session of this.#sessions.values()) {
      const until = session.touched + this.#idle;
      if (until > now) {
        this.#waking = this.#clock.at(until, () => this.#wake());
        return;
      }
      // One that is yet to be decided ends by its own deadline.
      if (!session.pending) session.dismiss({ by: 'host', why: 'idle' });
      else this.touch(session);
    }
  }

  #rest(): void {
    this.#waking?.();
    this.#waking = undefined;
  }
}

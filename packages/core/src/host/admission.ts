/** Who is let in: counted at once, before any bot is asked, so that overload never reaches the talk in progress. */
import type { HostState } from './host.js';

/** How many may be in the house. */
export interface AdmissionLimits {
  readonly sessions: number;
  readonly pending: number;
}

/** The counters at the door. */
export class Admission {
  readonly #limits: AdmissionLimits;
  #state: 'opening' | 'open' | 'draining' = 'opening';
  /** Invitations that await their answer. */
  pending = 0;
  /** Sessions, from their acceptance to their end. */
  sessions = 0;

  constructor(limits: AdmissionLimits) {
    this.#limits = limits;
  }

  /** How things stand. */
  get state(): Omit<HostState, 'bots' | 'deferred'> {
    const { sessions, pending } = this.#limits;
    return {
      door: this.#state,
      sessions: { used: this.sessions, limit: sessions },
      pending: { used: this.pending, limit: pending },
    };
  }

  /** Everybody who finds room is let in from now on. */
  open(): void {
    if (this.#state === 'opening') this.#state = 'open';
  }

  /** Nobody is let in any more. */
  drain(): void {
    this.#state = 'draining';
  }

  /**
   * Lets one invitation in, and counts it as pending; or says why not.
   * @param begins whether a session may begin with it.
   */
  admit(begins = true): 'sessions' | 'pending' | 'opening' | 'draining' | undefined {
    if (this.#state !== 'open') return this.#state;
    if (this.pending >= this.#limits.pending) return 'pending';
    // Each of the pending ones may become a session.
    if (begins && this.sessions + this.pending >= this.#limits.sessions) return 'sessions';
    this.pending += 1;
    return undefined;
  }
}

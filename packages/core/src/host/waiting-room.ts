/** Where invitations wait for somebody outside their bot to decide. */
import type { Gauge } from '../ports/user-agent.js';
import type { Decision } from '../words/decision.js';
import { isDecision } from './decision-check.js';
import { notPending } from './outside-decision.js';
import type { PendingInvitation } from './pending-invitation.js';
import type { PlacedBot } from './placed-bot.js';

/** What is known of one that waits, besides its bot. */
type Entering = Pick<PendingInvitation, 'invitation' | 'since' | 'until'> & {
  readonly why: string | undefined;
};

/** Carries out what somebody decided; rejects where that cannot be done. */
export type Decide = (value: unknown) => Promise<void>;

/** The invitations that wait for somebody to decide, by their ids, in the order in which they came. */
export class WaitingRoom {
  readonly #limit: number;
  readonly #pending = new Map<string, PendingInvitation>();
  readonly #deciding = new Map<string, Decide>();

  /** @param limit how many may wait at once. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Who waits. */
  get pending(): ReadonlyMap<string, PendingInvitation> {
    return this.#pending;
  }

  get gauge(): Gauge {
    return { used: this.#pending.size, limit: this.#limit };
  }

  /** Whether nobody else may wait. */
  get full(): boolean {
    return this.#pending.size >= this.#limit;
  }

  /** One more waits, that this bot has deferred; or the same one, for another length of time. */
  enter({ id: bot }: PlacedBot, { why, ...times }: Entering, decide: Decide): void {
    const { id } = times.invitation;
    this.#pending.set(id, { id, bot, ...times, ...(why !== undefined && { why }) });
    this.#deciding.set(id, decide);
  }

  /** It waits no longer. */
  leave(id: string): void {
    this.#pending.delete(id);
    this.#deciding.delete(id);
  }

  /**
   * Somebody decides. To reject what does not wait any more is nothing at all; to do anything else with it is an error, as the
   * one who decided believes in a session, or in somebody who was sent on, that there is not.
   * @throws LocalProtocolError `not-pending`, and what `decide` throws.
   */
  async decide(id: string, value: Decision): Promise<void> {
    const decide = this.#deciding.get(id);
    if (decide !== undefined) return decide(value);
    if (!isDecision(value) || value.type !== 'reject') throw notPending(id);
  }
}

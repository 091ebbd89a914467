/** How one invitation came to its answer, told as activity: which bots said what, and how long it took. */
import type { Answer } from '../ports/user-agent.js';
import type { Instant } from '../words/duration.js';
import type { Invitation } from '../words/invitation.js';
import type { WithdrawalReason } from '../words/withdrawal.js';
import type { Step } from './activity.js';
import { summarise } from './answer.js';
import { AskedInvitation, type Facts } from './asked-invitation.js';
import type { Continued } from './continued.js';
import type { Household } from './household.js';
import type { Verdict } from './judgement.js';
import type { PlacedBot } from './placed-bot.js';

/** The proceedings of one invitation. Nothing is put together while nobody listens. */
export class Proceedings {
  /** When it came. */
  readonly since: Instant;
  readonly #household: Household;
  readonly #userAgent: string;
  readonly #facts: Facts;
  readonly #steps: Step[] = [];
  readonly #continued: Continued | undefined;
  #watched: AskedInvitation | undefined;

  /** They begin now. */
  constructor(household: Household, userAgent: string, facts: Facts, continued?: Continued) {
    this.#continued = continued;
    this.since = household.clock.now();
    this.#household = household;
    this.#userAgent = userAgent;
    this.#facts = facts;
  }

  /** The invitation as it was let in, for all who watch; made when somebody does. */
  get invitation(): Invitation {
    if (this.#watched === undefined) {
      const until = this.since + (this.#household.bots[0]?.timeout ?? 0);
      this.#watched = AskedInvitation.ask(this.#facts, until);
      const { session, why } = this.#continued ?? {};
      if (session !== undefined && why === 'escalated') this.#watched.escalates = session.view;
    }
    return this.#watched;
  }

  /** A bot, or somebody in its stead, said this. */
  step({ id }: PlacedBot, { outcome, why }: Verdict, asked: Instant): void {
    this.#steps.push({ bot: id, outcome, why, took: this.#household.clock.now() - asked });
  }

  /** A bot leaves it to somebody else. */
  deferred({ id }: PlacedBot, invitation: Invitation, until: Instant, why?: string): void {
    this.#household.feed.tell({
      type: 'deferred',
      userAgent: this.#userAgent,
      invitation,
      bot: id,
      until,
      ...(why !== undefined && { why }),
    });
  }

  /** This is the answer. */
  decided(bot: PlacedBot | undefined, answer: Answer): void {
    if (!this.#household.feed.observed) return;
    this.#household.feed.tell({
      type: 'decided',
      userAgent: this.#userAgent,
      invitation: this.invitation,
      ...(bot !== undefined && { bot: bot.id }),
      answer: summarise(answer),
      steps: this.#steps,
      took: this.#took,
    });
  }

  /** The inviter has left. */
  cancelled(why: WithdrawalReason): void {
    if (!this.#household.feed.observed) return;
    this.#household.feed.tell({
      type: 'cancelled',
      userAgent: this.#userAgent,
      invitation: this.invitation,
      why,
      steps: this.#steps,
      took: this.#took,
    });
  }

  /** Whoever watches learns that no answer is wanted any more. */
  abort(reason: unknown): void {
    this.#watched?.abort(reason);
  }

  get #took(): number {
    return this.#household.clock.now() - this.since;
  }
}

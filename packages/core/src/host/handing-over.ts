/** A session goes from one bot to another: the other one is asked as if the invitation had just come. */
import type { ConversationClass, Converse } from '../words/decision.js';
import { LocalProtocolError, SessionEnded } from '../words/errors.js';
import type { Invitation } from '../words/invitation.js';
import type { Facts } from './asked-invitation.js';
import { explanation } from './diagnosis.js';
import type { Household } from './household.js';
import { Judgement, type Verdict } from './judgement.js';
import type { PlacedBot } from './placed-bot.js';

/** Carries out the handing over once the other bot has accepted. */
export type Take = (
  bot: PlacedBot,
  invitation: Invitation,
  conversation: Converse | ConversationClass,
) => void;

/** The handings over of one session, one at a time. */
export class HandingOver {
  readonly #household: Household;
  readonly #session: { readonly listening: boolean };
  readonly #facts: Facts;
  #judgement: Judgement | undefined;
  #stopped: (() => void) | undefined;

  constructor(household: Household, session: { readonly listening: boolean }, facts: Facts) {
    this.#household = household;
    this.#session = session;
    this.#facts = facts;
  }

  /**
   * Asks a bot to go on with the session.
   * @throws LocalProtocolError `no-such-bot`, `not-taken`; SessionEnded where the session ended meanwhile.
   */
  to(id: string, take: Take): Promise<void> {
    const done = this.#to(id, take);
    // Whoever ignores this must not bring the process down: the session stays where it was.
    done.catch(() => undefined);
    return done;
  }

  /** The session ends: nobody needs to take it. */
  stop(): void {
    this.#judgement?.cancel(new SessionEnded());
    this.#stopped?.();
  }

  async #to(id: string, take: Take): Promise<void> {
    this.#assertListening();
    const bot = this.#household.bots.find((one) => one.id === id);
    if (bot === undefined)
      throw new LocalProtocolError('no-such-bot', `there is no bot "${id}" in this house`);
    if (this.#judgement !== undefined)
      throw notTaken(id, 'the session is being handed over already');
    const judgement = new Judgement(this.#household, bot, this.#facts);
    this.#judgement = judgement;
    try {
      const { decision, why, diagnostic } = await this.#verdict(judgement);
      this.#assertListening();
      if (decision.type !== 'accept')
        throw notTaken(id, diagnostic ?? `it said ${decision.type}: ${why}`);
      if (bot.full) throw notTaken(id, 'it has no session left to give');
      this.#take(() => take(bot, judgement.invitation, decision.conversation), judgement, id);
    } finally {
      judgement.release();
      this.#judgement = undefined;
    }
  }

  #assertListening(): void {
    if (!this.#session.listening) throw new SessionEnded();
  }

  #verdict(judgement: Judgement): Promise<Verdict> {
    return new Promise((resolve, reject) => {
      this.#stopped = () => reject(new SessionEnded());
      const verdict = judgement.begin(resolve);
      if (verdict !== undefined) resolve(verdict);
    });
  }

  #take(take: () => void, judgement: Judgement, id: string): void {
    try {
      take();
    } catch (error) {
      judgement.failure(error);
      throw notTaken(id, explanation(error));
    }
  }
}

function notTaken(id: string, why: string): LocalProtocolError {
  return new LocalProtocolError('not-taken', `bot "${id}" did not take the session: ${why}`);
}

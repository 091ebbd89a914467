/** A peer's wish that we talk to somebody else, until the bot has answered it. */
import type { Cancel, Clock } from '../ports/clock.js';
import type { Introduction } from '../ports/introduction.js';
import type { AskedReferral } from '../ports/medium.js';
import type { Address } from '../words/address.js';
import { LocalProtocolError } from '../words/errors.js';
import type { Referral, Referred } from '../words/session.js';
import type { Household } from './household.js';
import type { Inviting } from './inviting.js';

/** The peer waits no longer than this for whether we do it: a request other than INVITE has 32 seconds (RFC 3261, 17.1.2.2). */
const PATIENCE = 20_000;
/** What nobody takes up is declined (RFC 3515, 2.4.2). */
const DECLINED = 603;

/** Invites whom the peer named. */
export type Invite = (
  target: Address,
  conversation: Parameters<Referral['accept']>[0],
  introduction: Introduction,
) => Promise<Referred>;

/** A peer's wish that we talk to somebody else. */
export class OfferedReferral implements Referral {
  readonly #asked: AskedReferral;
  readonly #invite: Invite;
  readonly #declining: Cancel;
  #answered = false;

  private constructor(asked: AskedReferral, clock: Clock, invite: Invite) {
    this.#asked = asked;
    this.#invite = invite;
    this.#declining = clock.at(clock.now() + PATIENCE, () => this.decline());
  }

  /** @param inviting who invites, where it is accepted. */
  static of(
    asked: AskedReferral,
    household: Pick<Household, 'clock' | 'invite'>,
    inviting: Inviting,
  ): OfferedReferral {
    return new OfferedReferral(asked, household.clock, (target, converse, introduction) =>
      household.invite(target, converse, inviting, introduction),
    );
  }

  get target(): Address {
    return this.#asked.target;
  }

  async accept(conversation: Parameters<Referral['accept']>[0]): Promise<Referred> {
    if (!this.#answer()) {
      throw new LocalProtocolError('already-answered', 'this referral has had its one answer');
    }
    const { target, introduction } = this.#asked;
    this.#asked.accept();
    let status = 500;
    try {
      const referred = await this.#invite(target, conversation, introduction);
      status = referred.type === 'accepted' ? 200 : referred.status;
      return referred;
    } catch (error) {
      if (error instanceof LocalProtocolError) status = 403;
      throw error;
    } finally {
      this.#asked.conclude(status);
    }
  }

  decline(): void {
    if (this.#answer()) this.#asked.decline(DECLINED);
  }

  /** Whether this is its first answer. */
  #answer(): boolean {
    if (this.#answered) return false;
    this.#answered = true;
    this.#declining();
    return true;
  }
}

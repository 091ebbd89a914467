/** A message outside any dialog, at the door. */
import type { Answer as HouseAnswer, Answered, Knock } from '@usher/core/adapter';

import type { PagerSession } from '../session/pager-session.js';
import { answerTo } from './answer-to.js';
import { alreadyAnswered } from './invite-knock.js';
import type { SipInvitation } from './sip-invitation.js';

/** A message outside any dialog, at the door. */
export class PagerKnock implements Knock {
  readonly #session: PagerSession;
  readonly #settled: () => void;
  #answered = false;

  /** @param settled told when it is answered. */
  constructor(
    readonly invitation: SipInvitation,
    session: PagerSession,
    settled: () => void,
  ) {
    this.#session = session;
    this.#settled = settled;
  }

  answer(answer: HouseAnswer): Promise<Answered> {
    if (this.#answered) return Promise.reject(alreadyAnswered());
    this.#answered = true;
    const { gone, headers } = this.invitation;
    if (gone !== undefined) return Promise.resolve({ type: 'gone', why: gone });
    headers.pack();
    this.#settled();
    if (answer.type === 'accept') {
      this.#session.accept(answer.receiver);
      return Promise.resolve({ type: 'accepted', medium: this.#session });
    }
    this.#session.refuse(answerTo(answer));
    return Promise.resolve({ type: 'answered' });
  }

  /** It is too late for any answer (RFC 4320, 4.2), or the user agent goes: whoever waits hears that. */
  withdraw(reason: string): void {
    this.invitation.withdraw('lost', reason);
    this.#settled();
    this.#session.refuse({ status: 503 });
  }
}

/** An invitation from the raising of its event until its session begins, or it is known that none does. */
import {
  accept,
  type Decision,
  type Host,
  type Invitation,
  reject,
  type Session,
} from '@usher/core';

import { UCC_PARTICIPANT_STATE_CHANGE_REASON } from './enumerations/participant-state-change-reason.js';
import type { Offers } from './offers.js';
import type { UccAnswer, UccIncomingSessionEvent } from './ucc-incoming-session-event.js';
import type { Change } from './ucc-participant.js';
import { withdrawn } from './withdrawn.js';

const { UCCPSCR_FAILED, UCCPSCR_REMOTE_HANGUP_ACTION } = UCC_PARTICIPANT_STATE_CHANGE_REASON;

const FAILED: Change = { reason: UCCPSCR_FAILED, status: 480, text: 'it could not be answered so' };

/** Carries the answer to the house: at once where it was given while the event was raised, by `host.decide` where it was kept. */
export class KeptInvitation {
  readonly #host: Host;
  readonly #invitation: Invitation;
  readonly #offers: Offers;
  #event: UccIncomingSessionEvent | undefined;
  #decision: Decision | undefined;
  #failure: { readonly error: unknown } | undefined;
  #deferred = false;
  #begun = false;
  #watching: { unsubscribe(): void } | undefined;

  constructor(host: Host, invitation: Invitation, offers: Offers) {
    this.#host = host;
    this.#invitation = invitation;
    this.#offers = offers;
  }

  /** The answer is there. */
  readonly settle = (answer: UccAnswer): void => {
    if (answer.type === 'accept') this.#offers.set(this.#invitation.id, this);
    // Of an escalation, too: the application itself ends the original session, as it did in UCC.
    const { conversation } = this.#offers;
    this.#decision = answer.type === 'accept' ? accept(conversation, { apart: true }) : answer;
    if (this.#deferred) this.#decide(this.#decision);
  };

  /** Whoever was told of the event has failed; that is the answer, unless there is one. */
  readonly fail = (error: unknown): void => {
    this.#failure ??= { error };
    if (!this.#deferred || this.#event?.open !== true) return;
    this.#close(FAILED);
    this.#decide(reject('unavailable'));
  };

  /**
   * The event has been raised: the answer where there is one, or undefined where it is kept.
   * @throws what whoever was told of it threw, where there is no answer.
   */
  leave(event: UccIncomingSessionEvent): Decision | undefined {
    this.#event = event;
    if (this.#decision === undefined && this.#failure !== undefined) {
      this.#close(FAILED);
      throw this.#failure.error;
    }
    const { signal } = this.#invitation;
    if (this.#decision?.type === 'accept') this.#watch();
    else if (this.#decision === undefined) this.#defer();
    if (this.#decision?.type === 'accept' || this.#deferred) {
      signal.addEventListener('abort', () => this.#close(withdrawn(signal.reason)), { once: true });
    }
    return this.#decision;
  }

  /** It is accepted, and the acceptance is about to leave. */
  offered(line: Session): void {
    this.#watching?.unsubscribe();
    void line.ended.then(({ by }) => {
      if (this.#begun) return;
      this.#close(by === 'peer' ? { ...FAILED, reason: UCCPSCR_REMOTE_HANGUP_ACTION } : FAILED);
    });
  }

  /** The acceptance has gone out. */
  begin(line: Session): void {
    this.#begun = true;
    this.#event?.Session.connected(line);
  }

  /** Where too many wait already, or a session was to be handed over, nobody is waited for. */
  #defer(): void {
    this.#deferred = true;
    void Promise.resolve().then(() => {
      if (this.#event?.open === true && !this.#host.pending.has(this.#invitation.id))
        this.#close(FAILED);
    });
  }

  /** What is accepted at once may still find no room; then no session is ever made. */
  #watch(): void {
    this.#watching = this.#host.activity.subscribe((activity) => {
      const { id } = this.#invitation;
      if (activity.type === 'ended') {
        // A session that was to be handed over to us, and was not.
        if (activity.session === id) this.#close(FAILED);
      } else if (activity.type === 'decided' || activity.type === 'cancelled') {
        if (activity.invitation.id !== id) return;
        this.#watching?.unsubscribe();
        if (activity.type === 'decided' && activity.answer.type === 'reject')
          this.#close({ ...FAILED, status: activity.answer.status });
      }
    });
  }

  #decide(decision: Decision): void {
    const { id, signal } = this.#invitation;
    this.#host.decide(id, decision).catch(() => {
      // The inviter has left in that moment, or hears another answer; or there is no room, and then is told so.
      this.#close(signal.aborted ? withdrawn(signal.reason) : FAILED);
      if (this.#host.pending.has(id)) void this.#host.decide(id, reject('busy'));
    });
  }

  #close(change: Change): void {
    this.#watching?.unsubscribe();
    this.#offers.delete(this.#invitation.id);
    this.#event?.closed(change);
  }
}

/** A session's way to another medium: it takes what that brings, from before the medium is there. */
import type { AskedReferral, Medium, Receipt, Receiver } from '../ports/medium.js';
import type { Composing, Message } from '../words/message.js';
import type { Session, SessionEnd } from '../words/session.js';
import type { WithdrawalReason } from '../words/withdrawal.js';
import type { Prospect } from './prospect.js';

/** Why a session goes elsewhere: its peer has taken it to a conference, or has come anew; or what carried it is dead. */
export type MoveReason = 'escalated' | 'again' | 'lost';

/** The session that goes. */
export interface Traveller extends Receiver {
  /** As the bot that holds it sees it. */
  readonly view: Session;
}

/** Whom a passage tells how it goes. */
export interface PassageOwner {
  arrived(passage: Passage, medium: Medium): void;
  failed(passage: Passage): void;
  ended(passage: Passage, end: SessionEnd): void;
}

/** One way to one medium, and the receiver of that for as long as it is. */
export class Passage implements Prospect {
  readonly #session: Traveller;
  readonly #owner: PassageOwner;
  /** The medium was over before it was there. */
  #early = false;
  /** The medium, once it is there. */
  medium: Medium | undefined;
  /** Called where nobody waits for it any longer. */
  abandoned: () => void = () => {};

  /** @param by the id of the invitation that leads there. */
  constructor(
    session: Traveller,
    owner: PassageOwner,
    readonly by: string,
    readonly why: MoveReason,
  ) {
    this.#session = session;
    this.#owner = owner;
  }

  /** The session, for who would replace it (RFC 3891). */
  get view(): Session {
    return this.#session.view;
  }

  open(medium: Medium): void {
    if (this.#early) return this.#owner.failed(this);
    this.medium = medium;
    this.#owner.arrived(this, medium);
  }

  gone(_why: WithdrawalReason): void {
    this.#owner.failed(this);
  }

  receive(message: Message): Receipt | Promise<Receipt> {
    return this.#session.receive(message);
  }

  compose(composing: Composing): void {
    this.#session.compose(composing);
  }

  refer(referral: AskedReferral): void {
    if (this.#session.refer === undefined) referral.decline(603);
    else this.#session.refer(referral);
  }

  end(end: SessionEnd): void {
    if (this.medium === undefined) this.#early = true;
    else this.#owner.ended(this, end);
  }
}

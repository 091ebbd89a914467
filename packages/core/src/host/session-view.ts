/** A session as one bot sees it: the face over its tenure. */
import type { Observable } from 'rxjs';

import type { Medium } from '../ports/medium.js';
import type { Address } from '../words/address.js';
import type { Invitation, Party } from '../words/invitation.js';
import { type Composing, type Content, type Delivery, plainText } from '../words/message.js';
import type { Participant } from '../words/participant.js';
import type {
  Asking,
  Messages,
  Referral,
  Session,
  SessionEnd,
  Transferred,
  Transferring,
} from '../words/session.js';

/** What is viewed: a bot's time with a session. */
export interface Viewed {
  readonly line: Pick<Session, 'id'> & { readonly medium: Medium | undefined };
  readonly invitation: Invitation;
  readonly messages: Messages;
  readonly composing: Observable<Composing>;
  readonly signal: AbortSignal;
  readonly ended: Promise<SessionEnd>;
  send(content: Content): Promise<Delivery>;
  ask(question: string, asking: Asking): Promise<string>;
  compose(composing: Composing): void;
  handOver(bot: string): Promise<void>;
  readonly referrals: Observable<Referral>;
  readonly participants: Observable<readonly Participant[]>;
  transfer(target: string | Address, transferring: Transferring): Promise<Transferred>;
  end(): Promise<unknown>;
}

/** What a bot is given. */
export class SessionView implements Session {
  readonly #tenure: Viewed;

  constructor(tenure: Viewed) {
    this.#tenure = tenure;
  }

  get id(): string {
    return this.#tenure.line.id;
  }

  get invitation(): Invitation {
    return this.#tenure.invitation;
  }

  get local(): Address {
    return this.#tenure.invitation.endpoint;
  }

  get direction(): 'incoming' | 'outgoing' {
    return this.#tenure.invitation.target === undefined ? 'incoming' : 'outgoing';
  }

  get peer(): Party {
    const { target, inviter } = this.#tenure.invitation;
    return target ?? inviter;
  }

  get messages(): Messages {
    return this.#tenure.messages;
  }

  get composing(): Observable<Composing> {
    return this.#tenure.composing;
  }

  get signal(): AbortSignal {
    return this.#tenure.signal;
  }

  get ended(): Promise<SessionEnd> {
    return this.#tenure.ended;
  }

  send(content: string | Content): Promise<Delivery> {
    return this.#tenure.send(typeof content === 'string' ? plainText(content) : content);
  }

  ask(question: string, asking: Asking = {}): Promise<string> {
    return this.#tenure.ask(question, asking);
  }

  compose(composing: Composing = 'active'): void {
    this.#tenure.compose(composing);
  }

  handOver(bot: string): Promise<void> {
    return this.#tenure.handOver(bot);
  }

  /** What carries a session of this house, while it does. */
  static mediumOf(session: Session): Medium | undefined {
    return session instanceof SessionView ? session.#tenure.line.medium : undefined;
  }

  get referrals(): Observable<Referral> {
    return this.#tenure.referrals;
  }

  get participants(): Observable<readonly Participant[]> {
    return this.#tenure.participants;
  }

  transfer(target: string | Address, transferring: Transferring = {}): Promise<Transferred> {
    return this.#tenure.transfer(target, transferring);
  }

  async end(): Promise<void> {
    await this.#tenure.end();
  }
}

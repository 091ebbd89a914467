/** One bot's time with a session: from the acceptance, or a handing over, to the end, or the next handing over. */
import { from, type Observable, type Observer, Subject, type Subscription } from 'rxjs';

import { isConversationClass } from '../injection/bot-scope.js';
import type { Scope } from '../injection/scope.js';
import type { Clock } from '../ports/clock.js';
import type { Medium } from '../ports/medium.js';
import type { Address } from '../words/address.js';
import type { ConversationClass, Converse } from '../words/decision.js';
import { SessionEnded } from '../words/errors.js';
import type { Invitation } from '../words/invitation.js';
import type { Composing, Content, Delivery } from '../words/message.js';
import type { Participant } from '../words/participant.js';
import type {
  Asking,
  Messages,
  Referral,
  SessionEnd,
  Transferred,
  Transferring,
} from '../words/session.js';
import { GuardedObservable } from './guarded-observable.js';
import { MailboxMessages, type PacedHolder } from './mailbox-messages.js';
import type { Mailbox } from './mailbox.js';
import type { Outbox } from './outbox.js';
import { Pace } from './pace.js';
import { Participants } from './participants.js';
import type { PlacedBot } from './placed-bot.js';
import { Question } from './question.js';
import { SessionView, type Viewed } from './session-view.js';

/** The session, as far as a tenure needs it. */
export interface Line {
  readonly id: string;
  readonly clock: Clock;
  readonly mailbox: Mailbox;
  readonly outbox: Outbox;
  /** Shows the peer whether the bot is typing. */
  show(composing: Composing): void;
  readonly medium: Medium | undefined;
  handOver(bot: string): Promise<void>;
  transfer(target: string | Address, transferring: Transferring): Promise<Transferred>;
  /** Ends the session politely. */
  finish(end: SessionEnd): void;
  /** The conversation failed: what it threw is told, and the session ends. */
  failed(tenure: Tenure, error: unknown): void;
}

/** What bots may look at, made when somebody does: most never do. */
interface Streams {
  composing?: Subject<Composing>;
  referrals?: Subject<Referral>;
  participants?: Participants;
}

/** One bot's time with a session. */
export class Tenure implements PacedHolder, Viewed, Observer<unknown> {
  readonly line: Line;
  readonly bot: PlacedBot;
  readonly invitation: Invitation;
  readonly #converse: Converse;
  /** What was made for this tenure by injection; undefined where nothing was. */
  readonly scope: Scope | undefined;
  #view: SessionView | undefined;
  #messages: Messages | undefined;
  #streams: Streams | undefined;
  #pace: Pace | undefined;
  #controller: AbortController | undefined;
  #subscription: Subscription | undefined;
  #over = false;
  #end: SessionEnd | undefined;
  #ended:
    | { readonly promise: Promise<SessionEnd>; readonly resolve: (end: SessionEnd) => void }
    | undefined;
  moved = false;

  /** Makes the conversation, where it is a class; throws what its constructor throws. */
  constructor(
    line: Line,
    bot: PlacedBot,
    invitation: Invitation,
    conversation: Converse | ConversationClass,
  ) {
    this.line = line;
    this.bot = bot;
    this.invitation = invitation;
    if (isConversationClass(conversation)) {
      const made = bot.scope.converse(conversation, this.view);
      this.#converse = (session) => made.conversation.converse(session);
      this.scope = made.scope;
    } else {
      this.#converse = conversation;
    }
  }

  /** What the bot is given. */
  get view(): SessionView {
    return (this.#view ??= new SessionView(this));
  }

  get messages(): Messages {
    return (this.#messages ??= new MailboxMessages(this));
  }

  get mailbox(): Mailbox {
    return this.line.mailbox;
  }

  get composing(): Observable<Composing> {
    const source = ((this.#streams ??= {}).composing ??= new Subject());
    if (this.#over) source.complete();
    return new GuardedObservable<Composing>(this, (subscriber) => source.subscribe(subscriber));
  }

  get referrals(): Observable<Referral> {
    const source = ((this.#streams ??= {}).referrals ??= new Subject());
    if (this.#over) source.complete();
    return new GuardedObservable<Referral>(this, (subscriber) => source.subscribe(subscriber));
  }

  get participants(): Observable<readonly Participant[]> {
    const streams = (this.#streams ??= {});
    if (streams.participants === undefined) {
      streams.participants = new Participants(this, () => this.line.medium, this.invitation);
      if (this.#over) streams.participants.complete();
    }
    return streams.participants.changes;
  }

  /** Another medium carries the session now. */
  carried(): void {
    this.#streams?.participants?.carried();
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#over) this.#controller.abort(new SessionEnded());
    }
    return this.#controller.signal;
  }

  get ended(): Promise<SessionEnd> {
    if (this.#ended === undefined) {
      const { promise, resolve } = withResolvers();
      this.#ended = { promise, resolve };
      if (this.#end !== undefined) resolve(this.#end);
    }
    return this.#ended.promise;
  }

  /**
   * Lets the conversation begin. A conversation that returns nothing to wait for keeps the session until the peer, the
   * bot or a bound ends it; one that completes ends it; one that fails ends it as failed.
   */
  start(): void {
    this.carried();
    try {
      const returned = this.#converse(this.view);
      if (returned === undefined) return;
      this.#subscription = from(returned).subscribe(this);
    } catch (error) {
      this.failed(error);
    }
    // The session may have ended while the conversation began.
    if (this.#over) this.#subscription?.unsubscribe();
  }

  /** The peer is typing, or no longer is. */
  composes(composing: Composing): void {
    this.#streams?.composing?.next(composing);
  }

  /** Whether anybody listens to whom the peer would have us talk to. */
  get followsReferrals(): boolean {
    return this.#streams?.referrals?.observed === true && !this.#over;
  }

  refer(referral: Referral): void {
    this.#streams?.referrals?.next(referral);
  }

  send(content: Content): Promise<Delivery> {
    return this.#over ? rejected() : this.line.outbox.send(content);
  }

  ask(question: string, asking: Asking): Promise<string> {
    if (this.#over) return rejected();
    const { mailbox, clock, outbox } = this.line;
    return Question.put({ ...asking, question }, { mailbox, clock, outbox });
  }

  compose(composing: Composing): void {
    if (!this.#over) this.line.show(composing);
  }

  handOver(bot: string): Promise<void> {
    return this.#over ? rejected() : this.line.handOver(bot);
  }

  transfer(target: string | Address, transferring: Transferring): Promise<Transferred> {
    return this.#over ? rejected() : this.line.transfer(target, transferring);
  }

  /** Ends the session; resolves when it has ended. Once this tenure is over there is nothing left to end. */
  end(): Promise<unknown> {
    if (!this.#over) this.line.finish({ by: 'bot', why: 'ended' });
    return this.ended;
  }

  pace(): Pace {
    return (this.#pace = new Pace(this.line, this.bot.mailbox));
  }

  /** The fate of one more message is known. */
  settled(): void {
    this.#pace?.settled();
  }

  // What the conversation comes to: a tenure is the observer of its own.

  next(): void {
    // What a conversation emits on its way is its own affair.
  }

  error(error: unknown): void {
    this.failed(error);
  }

  complete(): void {
    if (!this.#over) this.line.finish({ by: 'bot', why: 'completed' });
  }

  failed(error: unknown): void {
    if (!this.#over) this.line.failed(this, error);
  }

  /** From now on the bot can no longer say or hear anything here. */
  leave(): void {
    this.#over = true;
    this.#streams?.composing?.complete();
    this.#streams?.referrals?.complete();
    this.#streams?.participants?.complete();
    this.#controller?.abort(new SessionEnded());
    this.#subscription?.unsubscribe();
  }

  /** How it ended is known. */
  conclude(end: SessionEnd): void {
    this.#end = end;
    this.#ended?.resolve(end);
  }
}

function withResolvers(): { promise: Promise<SessionEnd>; resolve: (end: SessionEnd) => void } {
  let resolve: (end: SessionEnd) => void = () => undefined;
  const promise = new Promise<SessionEnd>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

/** Rejected, but not so that whoever ignores it brings the process down. */
function rejected(): Promise<never> {
  const rejection = Promise.reject(new SessionEnded());
  rejection.catch(() => undefined);
  return rejection;
}

/** A session in the house: what the medium hands in goes to the mailbox, what the bot says goes to the medium. */
import type { Clock } from '../ports/clock.js';
import type { AskedReferral, Medium, Receipt, Receiver } from '../ports/medium.js';
import type { Address } from '../words/address.js';
import type { Acceptance } from '../words/decision.js';
import type { Invitation } from '../words/invitation.js';
import type { Composing, Content, Delivery, Message } from '../words/message.js';
import type { Session, SessionEnd, Transferred, Transferring } from '../words/session.js';
import type { WithdrawalReason } from '../words/withdrawal.js';
import type { Facts } from './asked-invitation.js';
import { Chronicle, type ChronicleSubject } from './chronicle.js';
import { HandingOver } from './handing-over.js';
import type { Household, Underway } from './household.js';
import { Inbox, type InboxOwner } from './inbox.js';
import { Lifetime } from './lifetime.js';
import { Mailbox } from './mailbox.js';
import { OfferedReferral } from './offered-referral.js';
import { Outbox, type OutboxOwner } from './outbox.js';
import type { PlacedBot } from './placed-bot.js';
import { type Line, Tenure } from './tenure.js';
import { transfer } from './transfer.js';

/** What a session begins with. */
export interface Beginning {
  readonly facts: Facts;
  /** The invitation as the accepting bot saw it. */
  readonly invitation: Invitation;
  readonly acceptance: Acceptance;
}

/**
 * One session, from its acceptance to its end. It bears the id of its invitation, so that one name leads through activity,
 * logs and journal.
 *
 * `offered`: the acceptance is on its way. `open`: there is talk. `ending`: the bot wants to end, and what it said before
 * still goes out. `over`: the medium tells the peer. `closed`: the peer knows.
 */
export class HostedSession
  implements Receiver, Line, InboxOwner, OutboxOwner, ChronicleSubject, Underway
{
  readonly id: string;
  readonly mailbox: Mailbox;
  readonly outbox: Outbox;
  readonly #household: Household;
  readonly #facts: Facts;
  readonly #inbox: Inbox;
  readonly #chronicle: Chronicle;
  #tenure: Tenure;
  #state: 'offered' | 'open' | 'ending' | 'over' | 'closed' = 'offered';
  /** The end that came before the acceptance was through. */
  #early: { readonly end: SessionEnd; readonly atPeer: boolean } | undefined;
  #medium: Medium | undefined;
  #lifetime: Lifetime | undefined;
  #handingOver: HandingOver | undefined;
  #composing = false;
  /** Before each message's number, in the ids of what is sent. */
  #token: string | undefined;
  #said = 0;

  /** Counts as a session from now on; throws what the constructor of a conversation class throws, and then does not. */
  constructor(household: Household, bot: PlacedBot, { facts, invitation, acceptance }: Beginning) {
    this.id = facts.id;
    this.#household = household;
    this.#facts = facts;
    this.mailbox = new Mailbox(bot.mailbox);
    this.outbox = new Outbox(this, household.clock);
    this.#chronicle = new Chronicle(household, this);
    this.#inbox = new Inbox(this, household.journal, household.feed);
    this.#tenure = new Tenure(this, bot, invitation, acceptance.conversation);
    bot.sessions += 1;
    household.admission.sessions += 1;
    household.underway.add(this);
  }

  get clock(): Clock {
    return this.#household.clock;
  }

  get holder(): string {
    return this.#tenure.bot.id;
  }

  get listening(): boolean {
    return this.#state === 'offered' || this.#state === 'open';
  }

  /** What carries it; undefined before that is known, and when nobody is to be reached by it any more. */
  get medium(): Medium | undefined {
    return this.listening ? this.#medium : undefined;
  }

  /** The session as the bot that holds it sees it. */
  get view(): Session {
    return this.#tenure.view;
  }

  // What the user agent and the medium say.

  /** The acceptance went out: the talk begins. */
  open(medium: Medium): void {
    this.#state = 'open';
    this.#medium = medium;
    this.#chronicle.started(this.#tenure.invitation, medium.name);
    this.#watch();
    this.outbox.attach(medium);
    this.#tenure.start();
    const early = this.#early;
    if (early?.atPeer === true) this.end(early.end);
    else if (early !== undefined) this.finish(early.end);
  }

  /** The acceptance came too late. */
  gone(why: WithdrawalReason): void {
    if (this.#state !== 'offered') return;
    this.#leave(true);
    this.#closed(why === 'lost' ? { by: 'network', why: 'lost' } : { by: 'peer', why: 'hung-up' });
  }

  receive(message: Message): Receipt | Promise<Receipt> {
    return this.#inbox.receive(message);
  }

  end(end: SessionEnd): void {
    if (this.#state === 'offered') this.#early = { end, atPeer: true };
    else if (this.#state === 'open' || this.#state === 'ending') {
      this.#leave(false);
      this.#closed(end);
    }
  }

  // What the bot says, and the house.

  /** Shows the bot that the peer is typing when the medium says so, and the peer that the bot is when the bot does. */
  compose(composing: Composing): void {
    this.#tenure.composes(composing);
  }

  show(composing: Composing): void {
    if (this.#state === 'over' || this.#state === 'closed') return;
    this.#composing = composing === 'active';
    this.#medium?.compose(composing);
  }

  /** Ends politely: what the bot said goes out before it leaves; what ends by the house does not wait for that. */
  finish(end: SessionEnd): void {
    if (this.#state === 'offered') this.#early ??= { end, atPeer: false };
    if (this.#state !== 'open') return;
    this.#state = 'ending';
    this.#lifetime?.stop();
    this.outbox.close();
    if (end.by === 'bot') this.outbox.whenIdle(() => this.#endAtPeer(end));
    else this.#endAtPeer(end);
  }

  cut(): void {
    // Whoever is told to go while still saying goodbye goes now.
    if (this.#state === 'ending') this.#endAtPeer({ by: 'host', why: 'drain' });
    else this.finish({ by: 'host', why: 'drain' });
  }

  failed(tenure: Tenure, error: unknown): void {
    if (tenure !== this.#tenure || !this.listening) return;
    this.#chronicle.failed('conversation', error);
    this.finish({ by: 'bot', why: 'failed' });
  }

  refer(asked: AskedReferral): void {
    const tenure = this.#tenure;
    if (!tenure.followsReferrals) asked.decline(603);
    else {
      const inviting = { bot: this.holder, from: this.#tenure.invitation.endpoint };
      const referral = new OfferedReferral(asked, this.clock, (target, converse, introduction) =>
        this.#household.invite(target, converse, inviting, introduction),
      );
      tenure.refer(referral);
    }
  }

  transfer(target: string | Address, transferring: Transferring): Promise<Transferred> {
    return transfer(this, target, transferring);
  }

  handOver(bot: string): Promise<void> {
    this.#handingOver ??= new HandingOver(this.#household, this, this.#facts);
    return this.#handingOver.to(bot, (placed, invitation, conversation) => {
      const next = new Tenure(this, placed, invitation, conversation);
      const last = this.#tenure;
      this.#tenure = next;
      placed.sessions += 1;
      last.bot.sessions -= 1;
      this.#chronicle.handedOver(last.bot.id, placed.id);
      last.moved = true;
      this.mailbox.vacate(placed.mailbox);
      this.#dismiss(last, { by: 'bot', why: 'handed-over' });
      this.#watch();
      next.start();
    });
  }

  // What the boxes say.

  identify(): string {
    this.#token ??= this.#household.chance.token();
    this.#said += 1;
    // At most 32 characters, for the sake of MSRP (RFC 4975, 9: ident).
    return `${this.#token}.${this.#said.toString(36)}`;
  }

  taken(message: Message): void {
    this.#lifetime?.touch();
    this.#chronicle.received(message);
  }

  sending(content: Content, id: string): void {
    this.#lifetime?.touch();
    // RFC 3994, 3.2: who has said it is no longer about to say it.
    if (this.#composing) this.show('idle');
    this.#chronicle.sending(content, id);
  }

  sent(content: Content, id: string, delivery: Delivery, took: number, error?: unknown): void {
    if (error !== undefined) this.#chronicle.failed('medium', error);
    this.#chronicle.sent(content, id, delivery, took);
    this.#tenure.settled();
  }

  #watch(): void {
    this.#lifetime?.stop();
    const { bounds } = this.#tenure.bot;
    if (bounds.idle === undefined && bounds.max === undefined) return;
    this.#lifetime = new Lifetime(this.clock, bounds, (why) => this.finish({ by: 'host', why }));
  }

  #endAtPeer(end: SessionEnd): void {
    if (this.#state !== 'ending') return;
    this.#leave(end.by === 'bot');
    const closed = (): void => this.#closed(end);
    try {
      this.#medium?.end(end).then(closed, (error: unknown) => this.#mediumFailed(error, closed));
    } catch (error) {
      this.#mediumFailed(error, closed);
    }
  }

  #mediumFailed(error: unknown, then: () => void): void {
    this.#chronicle.failed('medium', error);
    then();
  }

  /** @param discard whether nobody wants what is unread. */
  #leave(discard: boolean): void {
    this.#state = 'over';
    this.#lifetime?.stop();
    this.#handingOver?.stop();
    this.outbox.abandon();
    this.mailbox.close(discard);
    this.#tenure.leave();
  }

  #closed(end: SessionEnd): void {
    if (this.#state === 'closed') return;
    const { admission, underway } = this.#household;
    this.#state = 'closed';
    admission.sessions -= 1;
    this.#tenure.bot.sessions -= 1;
    underway.delete(this);
    if (this.#medium !== undefined) this.#chronicle.ended(end);
    this.#dismiss(this.#tenure, end);
    this.#household.left();
  }

  #dismiss(tenure: Tenure, end: SessionEnd): void {
    tenure.leave();
    tenure.conclude(end);
    if (tenure.scope === undefined) return;
    const report = (error: unknown): void =>
      this.#chronicle.failed('disposal', error, tenure.bot.id);
    this.#household.disposing(tenure.scope.dispose(report));
  }
}

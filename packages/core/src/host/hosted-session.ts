/** A session in the house: what the medium hands in goes to the mailbox, what the bot says goes to the medium. */
import type { Clock } from '../ports/clock.js';
import type { AskedReferral, Medium, Receipt } from '../ports/medium.js';
import type { Address } from '../words/address.js';
import type { Party } from '../words/invitation.js';
import type { Composing, Content, Delivery, Message } from '../words/message.js';
import type { Session, SessionEnd, Transferred, Transferring } from '../words/session.js';
import type { WithdrawalReason } from '../words/withdrawal.js';
import type { Facts } from './asked-invitation.js';
import type { Beginning } from './beginning.js';
import { Chronicle, type ChronicleSubject } from './chronicle.js';
import type { Conversing } from './conversations.js';
import { farewell } from './farewell.js';
import { HandingOver } from './handing-over.js';
import type { Household, Underway } from './household.js';
import { Inbox, type InboxOwner } from './inbox.js';
import { Lifetime } from './lifetime.js';
import { Mailbox } from './mailbox.js';
import { type Mover, Moves, notMovable } from './moves.js';
import { OfferedReferral } from './offered-referral.js';
import { Outbox, type OutboxOwner } from './outbox.js';
import type { Passage } from './passage.js';
import type { PlacedBot } from './placed-bot.js';
import { type Line, Tenure } from './tenure.js';
import { transfer } from './transfer.js';

/** What few sessions have, and for a moment only: most of them rest. */
interface Besides {
  /** The end that came before the acceptance was through. */
  early?: { readonly end: SessionEnd; readonly atPeer: boolean };
  handingOver?: HandingOver;
  moves?: Moves;
}

/**
 * One session, from its acceptance to its end. It bears the id of its invitation, so that one name leads through activity,
 * logs and journal.
 *
 * `offered`: the acceptance is on its way. `open`: there is talk. `ending`: the bot wants to end, and what it said before
 * still goes out. `over`: the medium tells the peer. `closed`: the peer knows.
 */
export class HostedSession
  implements Mover, Conversing, Line, InboxOwner, OutboxOwner, ChronicleSubject, Underway
{
  readonly id: string;
  readonly mailbox: Mailbox;
  readonly outbox: Outbox;
  readonly #household: Household;
  readonly #facts: Facts;
  readonly #userAgent: string;
  readonly #inbox: Inbox;
  readonly #chronicle: Chronicle;
  #tenure: Tenure;
  #state: 'offered' | 'open' | 'ending' | 'over' | 'closed' = 'offered';
  #medium: Medium | undefined;
  #lifetime: Lifetime | undefined;
  #besides: Besides | undefined;
  #composing = false;
  /** Before each message's number, in the ids of what is sent. */
  #token: string | undefined;
  #said = 0;

  /** Counts as a session from now on; throws what the constructor of a conversation class throws, and then does not. */
  constructor(household: Household, bot: PlacedBot, beginning: Beginning) {
    const { facts, invitation, acceptance } = beginning;
    this.id = facts.id;
    this.#household = household;
    this.#facts = facts;
    this.#userAgent = beginning.userAgent;
    this.mailbox = new Mailbox(bot.mailbox);
    this.outbox = new Outbox(this);
    this.#chronicle = new Chronicle(household, this);
    this.#inbox = new Inbox(this, household);
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

  get alive(): boolean {
    return this.#state === 'open' || this.#state === 'ending';
  }

  /** What carries it, also while it says goodbye. */
  get carrier(): Medium | undefined {
    return this.#medium;
  }

  get replaceable(): boolean {
    return this.#tenure.bot.replaces;
  }

  get peer(): Party {
    return this.#facts.target ?? this.#facts.inviter;
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
    const { conversationId } = this.#facts;
    if (conversationId !== undefined) this.#household.conversations.enter(conversationId, this);
    this.#tenure.start();
    const early = this.#besides?.early;
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
    if (this.#state === 'offered') this.#rare.early = { end, atPeer: true };
    else if (this.alive && this.#mayMove?.over(undefined, end) !== false) this.conclude(end);
  }

  // Where it moves to another medium.

  move(by: string, why: 'escalated' | 'again'): Passage {
    if (this.#state !== 'open') throw notMovable('it is about to end');
    return this.#moving.begin(by, why);
  }

  carry(medium: Medium): void {
    this.#medium = medium;
    if (this.#composing) medium.compose('active');
    this.#tenure.carried();
    this.outbox.attach(medium);
    this.#tenure.carried();
  }

  lost(status: number): boolean {
    return this.alive && this.#mayMove?.lost(status) === true;
  }

  conclude(end: SessionEnd): void {
    this.#leave(false);
    this.#closed(end);
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
    if (this.#state === 'offered') this.#rare.early ??= { end, atPeer: false };
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
    if (!tenure.followsReferrals) return asked.decline(603);
    const inviting = { bot: this.holder, from: tenure.invitation.endpoint };
    tenure.refer(OfferedReferral.of(asked, this.#household, inviting));
  }

  transfer(target: string | Address, transferring: Transferring): Promise<Transferred> {
    return transfer(this, target, transferring);
  }

  handOver(bot: string): Promise<void> {
    this.#rare.handingOver ??= new HandingOver(this.#household, this, this.#facts);
    return this.#rare.handingOver.to(bot, (placed, invitation, conversation) => {
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
    const medium = this.#medium;
    if (this.#state !== 'ending' || medium === undefined) return;
    this.#leave(end.by === 'bot');
    const failed = (error: unknown): void => this.#chronicle.failed('medium', error);
    void farewell(medium, end, failed).then(() => this.#closed(end));
  }

  /** Its moves, where it has moved, moves, or may be made to. */
  get #mayMove(): Moves | undefined {
    return this.#medium?.resumable === true ? this.#moving : this.#besides?.moves;
  }

  get #rare(): Besides {
    return (this.#besides ??= {});
  }

  get #moving(): Moves {
    return (this.#rare.moves ??= new Moves(this.#household, this, this.#chronicle, {
      facts: this.#facts,
      userAgent: this.#userAgent,
    }));
  }

  /** @param discard whether nobody wants what is unread. */
  #leave(discard: boolean): void {
    this.#state = 'over';
    this.#lifetime?.stop();
    this.#besides?.handingOver?.stop();
    this.#besides?.moves?.stop();
    const { conversationId } = this.#facts;
    if (conversationId !== undefined) this.#household.conversations.leave(conversationId, this);
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

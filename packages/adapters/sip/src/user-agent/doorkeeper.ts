/** Stands between the endpoint and the house: what the one tells of is brought to the other. */
import { type Address, type Delivery, LocalProtocolError } from '@usher/core';
import type { Answered, Chance, Clock, MediaAnswerer, Receiver } from '@usher/core/adapter';

import { BriefDialog } from '../conference/brief-dialog.js';
import { undeliveredIn } from '../conference/delivery-report.js';
import { ConferenceSession } from '../conference/conference-session.js';
import { FocusDialog } from '../conference/focus-dialog.js';
import type { Answer } from '../dialog/core.js';
import { flat } from '../dialog/flat.js';
import type { InviteParts } from '../dialog/invite-client-usage.js';
import type { InviteUsage } from '../dialog/invite-usage.js';
import type { EndpointCommand } from '../endpoint/endpoint-command.js';
import type { EndpointEvent } from '../endpoint/endpoint-event.js';
import { Refusal } from '../endpoint/refusal.js';
import { mediumOf } from '../sdp/media-lines.js';
import type { MessageEnd } from '../sdp/message-media.js';
import { DialogSession } from '../session/dialog-session.js';
import { MediaSession } from '../session/media-session.js';
import type { Sender } from '../session/post.js';
import type { SdpVersion } from '../session/sdp-version.js';
import type { SipMessage } from '../syntax/message.js';
import type { ServerTransaction } from '../transaction/server-transaction.js';
import { refusalOf } from './answer-to.js';
import { Deliveries } from './deliveries.js';
import { type Departed, type Departing, Departures } from './departures.js';
import type { DoorkeeperOptions } from './doorkeeper-options.js';
import { firstMessage } from './first-message.js';
import { answerFurtherOffer, sayAgain } from './further-offers.js';
import { InviteKnock, type Joining } from './invite-knock.js';
import { joinConference, type JoiningDoorstep } from './join-conference.js';
import { layReferral } from './lay-referral.js';
import { OutgoingInvitation } from './outgoing-invitation.js';
import { Paging } from './paging.js';
import { SipInvitation } from './sip-invitation.js';

type Event<T extends EndpointEvent['type']> = Extract<EndpointEvent, { readonly type: T }>;
type Transaction = ServerTransaction<InviteUsage>;

/** Header fields that an answer keeps where another part of it cannot be printed. */
const KEPT = new Set(['Content-Type', 'Retry-After']);

/** Stands between the endpoint and the house. */
export class Doorkeeper implements JoiningDoorstep, Departed {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly limit: number;
  readonly proof: number;
  readonly media: readonly MediaAnswerer[];
  readonly deliveries = new Deliveries();
  readonly paging: Paging;
  /** How many have not got what we said in conferences, as far as was told: one for each message and each of them. */
  undelivered = 0;
  readonly #options: DoorkeeperOptions;
  /** Whom each usage concerns: who waits at the door, who is invited, or the session that came of it. */
  readonly #usages = new Map<
    InviteUsage,
    InviteKnock | OutgoingInvitation | FocusDialog | BriefDialog | DialogSession | MediaSession
  >();
  /** Sessions that others are to take the place of, by those; undefined while there never was one. */
  #replacing: WeakMap<InviteUsage, InviteUsage> | undefined;
  readonly #departures = new Departures(this);

  constructor(options: DoorkeeperOptions) {
    this.#options = options;
    this.clock = options.clock;
    this.chance = options.chance;
    this.limit = options.limit;
    this.proof = options.proof;
    this.media = options.media;
    this.paging = new Paging(this, options.door, options.pagers);
  }

  /** How many sessions and invitations there are, how many of them by pager, and messages of ours without an answer. */
  get counts(): { readonly parties: number; readonly pagers: number; readonly deliveries: number } {
    return {
      parties: this.#usages.size,
      pagers: this.paging.size,
      deliveries: this.deliveries.size,
    };
  }

  /** The numbers of the connections on which sessions and invitations rest. */
  get needed(): ReadonlySet<number> {
    const needed = new Set(this.paging.connections);
    for (const { flow } of this.#usages.keys()) {
      if (flow?.connection !== undefined) needed.add(flow.connection);
    }
    return needed;
  }

  execute(command: EndpointCommand): void {
    this.#options.execute(command);
  }

  ours(uri: string, version: SdpVersion): MessageEnd {
    return this.#options.ours(uri, version);
  }

  begin(usage: InviteUsage, session: DialogSession | MediaSession | BriefDialog): void {
    this.#usages.set(usage, session);
  }

  isMicrosoft(message: SipMessage): boolean {
    return this.#options.reading.isMicrosoft(message);
  }

  leave(usage: InviteUsage): void {
    this.#usages.delete(usage);
  }

  entered(usage: InviteUsage, departing: Departing): void {
    this.#usages.set(usage, departing);
  }

  departing(usage: InviteUsage): Departing | undefined {
    const party = this.#usages.get(usage);
    const departs = party instanceof OutgoingInvitation || party instanceof FocusDialog;
    return departs ? party : undefined;
  }

  deliver(command: (reference: number) => EndpointCommand, sender?: Sender): Promise<Delivery> {
    const reference = this.deliveries.next();
    const fate = this.deliveries.expect(reference, sender);
    this.execute(command(reference));
    return fate;
  }

  /** Answers a request. What cannot be printed is left out of the answer, so that there is one in any case. */
  respond(transaction: Transaction, answer: Answer): void {
    try {
      this.execute({ type: 'respond', transaction, answer });
    } catch (error) {
      if (!(error instanceof LocalProtocolError)) throw error;
      const { code, message } = error;
      this.#options.door.violated({ code, message });
      const fields = answer.fields?.filter(([name]) => KEPT.has(name));
      const { status, body } = answer;
      this.execute({ type: 'respond', transaction, answer: { status, fields, body } });
    }
  }

  /** Invites somebody; what becomes of it. */
  invite(departing: Departing, parts: InviteParts): void {
    const reference = this.deliveries.next();
    this.#departures.announce(reference, departing);
    this.execute({ type: 'invite', reference, parts });
  }

  outbound(local: Address): ReturnType<DoorkeeperOptions['outbound']> {
    return this.#options.outbound(local);
  }

  join(joining: Joining, receiver: Receiver): Promise<Answered> {
    return joinConference(this, joining, receiver);
  }

  /** What the endpoint tells of. */
  observe(event: Exclude<EndpointEvent, { readonly type: 'crowded' | 'registration' }>): void {
    switch (event.type) {
      case 'invited':
        this.#knock(event);
        return;
      case 'message': {
        const { usage, request, transaction } = event;
        const session = this.#sessionOf(usage);
        if (session !== undefined) session.take(request, transaction);
        else this.respond(transaction, { status: 481 });
        return;
      }
      case 'informed':
        this.#inform(event);
        return;
      case 'delivered':
        this.deliveries.settle(event.reference, event.status, event.text);
        return;
      case 'withdrawn':
        this.#withdraw(event);
        return;
      case 'acknowledged':
        this.#acknowledge(event.usage);
        if (this.media.length > 0) this.#confirm(event.usage);
        if (this.#replacing !== undefined) this.#replace(event.usage, this.#replacing);
        return;
      case 'offered':
        answerFurtherOffer(this, this.#options.reading, this.#sessionOf(event.usage), event);
        return;
      case 'referred':
        layReferral(event, this.#sessionOf(event.usage)?.receiver, this);
        return;
      case 'refreshing':
        sayAgain(this, this.#sessionOf(event.usage), event.usage);
        return;
      case 'notified':
        this.#notice(event);
        return;
      case 'reported':
        this.undelivered += undeliveredIn(event.body) ?? 0;
        return;
      case 'ended':
        this.#end(event);
        return;
      case 'paged':
        this.paging.receive(event.request, event.transaction, event.provenance);
        return;
      case 'lapsed':
        this.paging.lapse(event.transaction);
        return;
      case 'unlocated':
        this.#options.locate(event.request, event.uri);
        return;
      case 'unframed':
        this.#options.disconnect(event.flow);
        return;
      case 'violated':
        this.#violated(event);
        return;
      case 'inviting':
      case 'progressed':
      case 'established':
      case 'declined':
        this.#departures.observe(event);
    }
  }

  /** The user agent goes: everybody is told; resolves when all of them know. */
  async dismiss(): Promise<void> {
    const farewells: Promise<unknown>[] = [];
    for (const [usage, party] of this.#usages) {
      if (party instanceof InviteKnock) {
        this.#usages.delete(usage);
        party.dismiss();
      } else if (party instanceof OutgoingInvitation) {
        party.cancel();
        farewells.push(party.outcome);
      } else {
        farewells.push(party.dismiss());
      }
    }
    this.paging.dismiss();
    await Promise.all(farewells);
  }

  /** Nobody hears us any more, and nobody is to wait for that. */
  abandon(): void {
    for (const party of this.#usages.values()) {
      if (!(party instanceof InviteKnock)) party.abandon();
    }
    this.#usages.clear();
    this.deliveries.abandon();
  }

  #knock({ usage, request, transaction, provenance, replaces }: Event<'invited'>): void {
    const description = this.#options.reading.read(request);
    if (description instanceof Refusal) {
      const { code, message, status, fields } = description;
      this.respond(transaction, { status, fields });
      this.#violated({ type: 'violated', code, message, flow: transaction.source, status });
      return;
    }
    const id = flat(this.chance.token());
    const { type, offer, first, application } = description;
    const invitation = new SipInvitation(
      id,
      type,
      mediumOf(offer),
      request,
      provenance,
      first && firstMessage(first, usage, request, this.clock.now()),
      application,
    );
    if (replaces !== undefined) {
      const receiver = this.#sessionOf(replaces)?.receiver;
      if (receiver !== undefined) invitation.replaces = receiver;
      (this.#replacing ??= new WeakMap()).set(usage, replaces);
    }
    const knock = new InviteKnock(this, usage, transaction, description, invitation);
    this.#usages.set(usage, knock);
    const refusal = this.#options.door.knock(knock);
    if (refusal === undefined) return;
    this.#usages.delete(usage);
    this.respond(transaction, knock.diagnosed(refusalOf(refusal)));
  }

  #withdraw({ usage, why }: Event<'withdrawn'>): void {
    const knock = this.#usages.get(usage);
    this.#usages.delete(usage);
    if (!(knock instanceof InviteKnock)) return;
    if (why === 'lost') knock.withdraw('lost', 'the inviter is lost');
    else if (why === 'elsewhere') knock.withdraw('elsewhere', 'somebody else has accepted');
    else knock.withdraw('cancelled', 'the inviter took it back');
  }

  #acknowledge(usage: InviteUsage): void {
    const session = this.#usages.get(usage);
    if (session instanceof DialogSession) session.acknowledged();
  }

  /** RFC 3891, 3: the new session is confirmed, and only now the other one ends. */
  #replace(usage: InviteUsage, replacing: WeakMap<InviteUsage, InviteUsage>): void {
    const replaced = replacing.get(usage);
    const session = replaced && this.#sessionOf(replaced);
    replacing.delete(usage);
    if (session === undefined) return;
    const end = { by: 'peer', why: 'replaced' } as const;
    void session.end(end);
    session.receiver.end(end);
  }

  #sessionOf(usage: InviteUsage): DialogSession | MediaSession | undefined {
    const session = this.#usages.get(usage);
    return isSession(session) ? session : undefined;
  }

  #inform({ usage, request, transaction }: Event<'informed'>): void {
    const session = this.#usages.get(usage);
    if (!(session instanceof DialogSession)) {
      this.respond(transaction, { status: 481 });
      return;
    }
    const fault = session.inform(request, transaction);
    if (fault === undefined) return;
    const { code, message, status } = fault;
    this.#violated({ type: 'violated', code, message, flow: transaction.source, status });
  }

  #confirm(usage: InviteUsage): void {
    const session = this.#usages.get(usage);
    if (session instanceof MediaSession) session.confirmed();
  }

  #end({ usage, by, status }: Event<'ended'>): void {
    const party = this.#usages.get(usage);
    this.#usages.delete(usage);
    if (isSession(party)) party.ended(by, status);
    else if (party instanceof FocusDialog || party instanceof BriefDialog) party.ended(by);
  }

  /** News of a conference (RFC 4575). */
  #notice({ usage, notice }: Event<'notified'>): void {
    const party = this.#usages.get(usage);
    const fault =
      party instanceof FocusDialog
        ? party.notified(notice)
        : party instanceof ConferenceSession
          ? party.roster.notified(notice)
          : undefined;
    if (fault === undefined || usage.flow === undefined) return;
    const { code, message } = fault;
    this.#violated({ type: 'violated', code, message, flow: usage.flow });
  }

  #violated({ code, message, flow, status }: Event<'violated'>): void {
    const { transport, remote } = flow;
    const peer = `${transport} ${remote.address}:${remote.port}`;
    this.#options.door.violated({ code, message, peer, ...(status !== undefined && { status }) });
  }
}

/** Whether somebody is a session already. */
function isSession(party: unknown): party is DialogSession | MediaSession {
  return party instanceof DialogSession || party instanceof MediaSession;
}

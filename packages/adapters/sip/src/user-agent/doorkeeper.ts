/** Stands between the endpoint and the house: what the one tells of is brought to the other. */
import { type Address, type Delivery, LocalProtocolError } from '@usher/core';
import type {
  Answered,
  Chance,
  Clock,
  Door,
  Flow,
  MediaAnswerer,
  Receiver,
} from '@usher/core/adapter';

import { BriefDialog } from '../conference/brief-dialog.js';
import { undeliveredIn } from '../conference/delivery-report.js';
import { ConferenceSession } from '../conference/conference-session.js';
import { FocusDialog } from '../conference/focus-dialog.js';
import type { Answer } from '../dialog/core.js';
import { flat } from '../dialog/flat.js';
import type { InviteParts } from '../dialog/invite-client-usage.js';
import type { InviteUsage } from '../dialog/invite-usage.js';
import type { OutgoingRequest } from '../dialog/outgoing-request.js';
import type { EndpointCommand } from '../endpoint/endpoint-command.js';
import type { EndpointEvent } from '../endpoint/endpoint-event.js';
import { Refusal } from '../endpoint/refusal.js';
import { mediumOf } from '../sdp/media-lines.js';
import type { MessageEnd } from '../sdp/message-media.js';
import { DialogSession } from '../session/dialog-session.js';
import { MediaSession } from '../session/media-session.js';
import type { Sender } from '../session/post.js';
import type { SdpVersion } from '../session/sdp-version.js';
import type { Field } from '../syntax/printer.js';
import { parseNameAddr } from '../syntax/name-addr.js';
import type { SipUri } from '../syntax/uri.js';
import type { SipMessage } from '../syntax/message.js';
import type { ServerTransaction } from '../transaction/server-transaction.js';
import { refusalOf, warning } from './answer-to.js';
import { Deliveries } from './deliveries.js';
import { agree, type Description, UNAVAILABLE } from './description.js';
import { firstMessage } from './first-message.js';
import { InviteKnock, type Joining } from './invite-knock.js';
import { joinConference, type JoiningDoorstep } from './join-conference.js';
import { layReferral } from './lay-referral.js';
import { OutgoingInvitation } from './outgoing-invitation.js';
import { Paging } from './paging.js';
import type { Reading } from './read-invite.js';
import { SipInvitation } from './sip-invitation.js';

type Event<T extends EndpointEvent['type']> = Extract<EndpointEvent, { readonly type: T }>;
type Transaction = ServerTransaction<InviteUsage>;

/** What a doorkeeper works with. */
export interface DoorkeeperOptions {
  readonly door: Door;
  readonly clock: Clock;
  readonly chance: Chance;
  /** The most octets of one message. */
  readonly limit: number;
  /** Octets that the proof of who we are takes in a head. */
  readonly proof: number;
  /** How long a pager session may be silent, in milliseconds, and how many there may be. */
  readonly pagers: { readonly idle: number; readonly most: number };
  /** Who answers for other media than messages. */
  readonly media: readonly MediaAnswerer[];
  execute(command: EndpointCommand): void;
  /** How INVITEs are read. */
  readonly reading: Reading;
  ours(uri: string, version: SdpVersion): MessageEnd;
  /** Who we are in what we send on our own account as this address, and which way that goes. */
  outbound(local: Address): ReturnType<JoiningDoorstep['outbound']>;
  locate(request: OutgoingRequest, uri: SipUri): void;
  disconnect(flow: Flow): void;
}

/** Header fields that an answer keeps where another part of it cannot be printed. */
const KEPT = new Set(['Content-Type', 'Retry-After']);

/** Stands between the endpoint and the house. */
export class Doorkeeper implements JoiningDoorstep {
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
  /** Invitations of ours that are about to leave. */
  readonly #leaving = new Map<number, OutgoingInvitation | FocusDialog>();

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
  invite(outgoing: OutgoingInvitation | FocusDialog, parts: InviteParts): void {
    const reference = this.deliveries.next();
    this.#leaving.set(reference, outgoing);
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
        const session = this.#usages.get(usage);
        if (isSession(session)) session.take(request, transaction);
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
        this.#agreeAgain(event);
        return;
      case 'referred':
        layReferral(event, this.#receiverOf(event.usage), this);
        return;
      case 'refreshing':
        this.#refresh(event.usage);
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
        this.#observeOutgoing(event);
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
      const receiver = this.#receiverOf(replaces);
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

  /** A further INVITE within a session: the same agreement again, or none (RFC 3261, 14.2). */
  #agreeAgain({ usage, request, transaction }: Event<'offered'>): void {
    const session = this.#usages.get(usage);
    const description = this.#options.reading.read(request);
    if (description instanceof Refusal) {
      const { status, fields } = description;
      this.respond(transaction, { status, fields });
      return;
    }
    const agreement = this.#agreementWith(session, description, request.to.uri);
    if ('warning' in agreement) {
      const fields = [warning(agreement.warning, agreement.text)];
      this.respond(transaction, { status: 488, fields });
      return;
    }
    const fields: Field[] = [['Content-Type', 'application/sdp']];
    this.respond(transaction, { status: 200, fields, body: agreement.body });
  }

  #agreementWith(
    session: unknown,
    { offer, acceptable }: Description,
    uri: string,
  ): { readonly body: Uint8Array } | { readonly warning: number; readonly text: string } {
    if (!isSession(session) || !acceptable) return UNAVAILABLE;
    const ours = this.ours(uri, session.version);
    return session instanceof MediaSession ? session.agree(offer, ours) : agree(offer, ours);
  }

  /** RFC 3891, 3: the new session is confirmed, and only now the other one ends. */
  #replace(usage: InviteUsage, replacing: WeakMap<InviteUsage, InviteUsage>): void {
    const replaced = replacing.get(usage);
    const session = replaced && this.#usages.get(replaced);
    replacing.delete(usage);
    if (!isSession(session)) return;
    const end = { by: 'peer', why: 'replaced' } as const;
    void session.end(end);
    session.receiver.end(end);
  }

  #receiverOf(usage: InviteUsage): Receiver | undefined {
    const session = this.#usages.get(usage);
    return isSession(session) ? session.receiver : undefined;
  }

  /** Says our description once more, as it is. */
  #refresh(usage: InviteUsage): void {
    const session = this.#usages.get(usage);
    if (usage.dialog === undefined || !isSession(session)) return;
    const ours = this.ours(parseNameAddr(usage.dialog.local).uri, session.version.again());
    const described =
      session instanceof MediaSession ? session.agree(undefined, ours) : agree(undefined, ours);
    if (!('body' in described)) return;
    this.execute({ type: 'refresh', usage, body: described.body });
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

  #observeOutgoing(
    event: Event<'inviting'> | Event<'progressed'> | Event<'established'> | Event<'declined'>,
  ): void {
    if (event.type === 'inviting') {
      const outgoing = this.#leaving.get(event.reference);
      if (outgoing === undefined) return;
      this.#leaving.delete(event.reference);
      this.#usages.set(event.usage, outgoing);
      outgoing.leave(event.usage);
      return;
    }
    const outgoing = this.#usages.get(event.usage);
    if (!(outgoing instanceof OutgoingInvitation || outgoing instanceof FocusDialog)) return;
    if (event.type === 'progressed') {
      outgoing.progressed(event.status, event.text);
    } else if (event.type === 'established') {
      outgoing.established(event.response);
    } else {
      this.#usages.delete(event.usage);
      outgoing.declined(event.status, event.text, event.response);
    }
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

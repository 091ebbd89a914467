/** What all parts of an endpoint share: time, outputs, timers, transactions, and the table of dialogs. */
import type { Instant, RemoteProtocolError } from '@usher/core';
import { type Chance, type Flow, type Output, Timers } from '@usher/core/adapter';

import type { Alarm, Answer, Core } from '../dialog/core.js';
import type { InviteUsage } from '../dialog/invite-usage.js';
import type { OutgoingRequest } from '../dialog/outgoing-request.js';
import { OverloadControl } from '../overload/overload-control.js';
import type { OverloadSettings } from '../overload/overload-options.js';
import type { RegistrationCore } from '../registration/registration-core.js';
import { Registrations } from '../registration/registrations.js';
import { DEFAULT_LIMITS } from '../syntax/limits.js';
import type { SipUri } from '../syntax/uri.js';
import type { ClientTransaction } from '../transaction/client-transaction.js';
import { TransactionLayer } from '../transaction/layer.js';
import type { ServerTransaction } from '../transaction/server-transaction.js';
import { printAnswer } from './answering.js';
import { Connections } from './connections.js';
import type { EndpointEvent } from './endpoint-event.js';
import type { EndpointOptions } from './endpoint-options.js';
import { Places } from './places.js';
import { Reachability } from './reachability.js';
import { RequestSender, type Sending } from './request-sender.js';
import { SessionWatch } from './session-watch.js';
import { printSparingAnswer } from './sparing-answer.js';
import { Trust } from './trust.js';
import { mayMove, wayBack } from './way-back.js';

const CROWDED: Output<EndpointEvent> = { type: 'event', event: { type: 'crowded' } };

/** So many sessions that strangers have yet to confirm are held; beyond, the oldest is given up. */
const MOST_DOUBTED = 1_024;

/** What all parts of an endpoint share. */
export class EndpointCore implements Core<InviteUsage>, RegistrationCore, Sending {
  /** The moment of the door that was last opened. */
  now: Instant = 0;
  readonly chance: Chance;
  readonly transports: readonly string[];
  readonly times: { readonly t1: number; readonly t2: number };
  readonly interval: number;
  readonly timers = new Timers<() => void>();
  readonly transactions: TransactionLayer<InviteUsage, OutgoingRequest>;
  readonly connections: Connections<InviteUsage>;
  /** Which peers are trusted. */
  readonly trust: Trust;
  /** Sessions, and INVITEs of which a peer knows a dialog, by our tag. */
  readonly dialogs = new Map<string, InviteUsage>();
  /** INVITEs of peers that await our answer, by what may name them without our tag. */
  readonly pending = new Map<string, InviteUsage>();
  /** Undefined where all that comes is dealt with at once. */
  readonly overload: OverloadControl | undefined;
  /** Sessions that strangers have yet to confirm, the oldest first. */
  readonly doubted = new Set<InviteUsage>();
  /** Who is known to be where he seems to be. */
  readonly reachability: Reachability;
  /** Undefined where nothing is registered. */
  readonly registrations: Registrations | undefined;
  readonly #sender: RequestSender;
  readonly #places: Places;
  readonly #watch = new SessionWatch(this, this.dialogs);
  #out: Output<EndpointEvent>[] = [];

  constructor(options: EndpointOptions) {
    this.chance = options.chance;
    this.transports = options.transports;
    this.interval = options.interval ?? 0;
    this.times = { t1: options.timing?.t1 ?? 500, t2: options.timing?.t2 ?? 4_000 };
    const feedback = (): string => this.feedback;
    this.transactions = new TransactionLayer({
      ...options.timing,
      ...options.transactions,
      feedback,
      reach: this,
    });
    this.trust = options.trust ?? new Trust();
    this.reachability = new Reachability(this.trust, this);
    this.connections = new Connections(options.limits ?? DEFAULT_LIMITS);
    this.#places = new Places(options.places, this.chance.token());
    this.#sender = new RequestSender(this, options.credentials);
    this.overload = options.overload && this.#control(options.overload);
    const { registrations = [] } = options;
    this.registrations =
      registrations.length === 0 ? undefined : new Registrations(this, registrations);
  }

  /** What the next hop is told of our load, where it takes part in its control (RFC 7339). */
  get feedback(): string {
    return this.overload?.feedback(this.now) ?? '';
  }

  get sender(): RequestSender {
    return this.#sender;
  }

  /** Milliseconds for which something new has been refused for want of capacity; 0 while nothing is. */
  get sheddingFor(): number {
    const since = this.overload?.sheddingSince(this.now);
    return since === undefined ? 0 : this.now - since;
  }

  /** All that came of opening a door; the next one begins anew. */
  take(): Output<EndpointEvent>[] {
    const out = this.#out;
    this.#out = [];
    return out;
  }

  get out(): Output<EndpointEvent>[] {
    return this.#out;
  }

  tell(event: EndpointEvent): void {
    this.#out.push({ type: 'event', event });
  }

  complain({ code, message }: RemoteProtocolError, flow: Flow): void {
    this.tell({ type: 'violated', code, message, flow });
  }

  transmit(bytes: Uint8Array, flow: Flow): void {
    this.#out.push({ type: 'transmit', bytes, to: flow });
  }

  start(after: number, ring: () => void): Alarm {
    return this.timers.start(this.now, after, ring);
  }

  stop(alarm: Alarm | undefined): void {
    if (alarm !== undefined) this.timers.stop(alarm);
  }

  /** @throws LocalProtocolError `unprintable` where the answer has what no message may have. */
  answer(
    transaction: ServerTransaction<InviteUsage>,
    answer: Answer,
    tag?: string,
  ): Uint8Array | undefined {
    const { request, source } = transaction;
    if (request === undefined) return undefined;
    const own = tag ?? (request.toTag === undefined ? this.chance.token() : '');
    const { now, feedback } = this;
    const { credit } = transaction;
    if (credit !== undefined) credit.tag = own;
    const bytes =
      credit === undefined
        ? printAnswer(request, source, answer, own, feedback)
        : printSparingAnswer(request, source, answer, own, feedback, credit.octets);
    return this.transactions.respond(transaction, answer.status, bytes, now, this.#out)
      ? bytes
      : undefined;
  }

  repeat(transaction: ServerTransaction<InviteUsage>, status: number, bytes: Uint8Array): void {
    this.transactions.respond(transaction, status, bytes, this.now, this.#out);
  }

  send(request: OutgoingRequest, way: Flow | undefined): void {
    this.#sender.send(request, way);
  }

  cancel(request: OutgoingRequest): void {
    this.#sender.cancel(request);
  }

  /** Lets go of a request of ours: nothing is told of it any more. */
  forget(request: OutgoingRequest): void {
    request.concluded = true;
    if (request.transaction !== undefined) this.transactions.forget(request.transaction);
  }

  begin(
    request: OutgoingRequest,
    branch: string,
    bytes: Uint8Array,
    flow: Flow,
  ): ClientTransaction<OutgoingRequest> {
    const { now } = this;
    const credit = request.credit === undefined || this.isProven(flow) ? undefined : request.credit;
    const { method } = request;
    return this.transactions.send(method, branch, bytes, flow, request, now, this.#out, credit);
  }

  locate(request: OutgoingRequest, uri: SipUri): void {
    this.tell({ type: 'unlocated', request, uri });
  }

  isProven(flow: Flow): boolean {
    return this.reachability.isProven(flow);
  }

  lends(flow: Flow): boolean {
    return this.reachability.lends(flow);
  }

  /** Whoever is at the other end has said what only he was told. */
  prove(flow: Flow): void {
    this.reachability.prove(flow);
    this.overload?.settle(flow, this.now);
  }

  revoke(flow: Flow): void {
    this.reachability.revoke(flow);
  }

  rely(flow: Flow, relied: boolean): void {
    this.trust.rely(flow, relied);
  }

  /** Whether a dialog with the peer at the other end of this flow may go on at another place than before. */
  mayMove(before: string, after: string, flow: Flow): boolean {
    return mayMove(before, after, flow);
  }

  expect(due: number): void {
    this.#watch.expect(due);
  }

  alive(flow: Flow): boolean {
    return this.connections.alive(flow);
  }

  wayBack(hop: string, flow: Flow, direct: boolean): Flow | undefined {
    return wayBack(hop, { flow, direct, alive: this.alive(flow) }, this.transports);
  }

  contact(way: Flow, user: string | undefined): string {
    return this.registrations?.contact(way, user) ?? this.#places.contact(way, user);
  }

  /** Where we can be reached by this way, whatever registrars say: the value of a Contact. */
  placeOf(way: Flow, user: string | undefined): string {
    return this.#places.contact(way, user);
  }

  sentBy(flow: Flow): string {
    return this.#places.sentBy(flow);
  }

  enter(usage: InviteUsage): void {
    this.dialogs.set(usage.tag, usage);
    this.connections.bind(usage, usage.flow);
    if (usage.peer.isDoubted && usage.state === 'answered') this.#doubt(usage);
  }

  leave(usage: InviteUsage): void {
    if (usage.peer.isDoubted) this.doubted.delete(usage);
    if (this.dialogs.get(usage.tag) === usage) this.dialogs.delete(usage.tag);
    if (this.dialogs.size === 0) this.#watch.rest();
    this.connections.unbind(usage, usage.flow);
  }

  /** The peer of a session has come on this way. */
  rebind(usage: InviteUsage, from: Flow): void {
    if (usage.flow?.connection !== from.connection) {
      this.connections.unbind(usage, usage.flow);
      this.connections.bind(usage, from);
    }
    usage.peer.flow = from;
  }

  pend(key: string, usage: InviteUsage): void {
    this.pending.set(key, usage);
    this.connections.bind(usage, usage.flow);
  }

  settle(key: string): void {
    this.pending.delete(key);
  }

  /** Whoever has never proved to be there, and may never confirm what we have accepted, takes no more room than this. */
  #doubt(usage: InviteUsage): void {
    this.doubted.add(usage);
    if (this.doubted.size <= MOST_DOUBTED) return;
    const [first] = this.doubted;
    first?.giveUp();
  }

  #control(settings: OverloadSettings): OverloadControl {
    return new OverloadControl({
      ...settings,
      tag: this.chance.token(),
      arrange: () => this.#out.push(CROWDED),
      trusts: (flow) => this.trust.trusts(flow),
      known: {
        transaction: (key) => this.transactions.knows(key),
        dialog: (tag) => this.dialogs.has(tag),
        request: (branch) => this.transactions.awaits(branch),
      },
    });
  }
}

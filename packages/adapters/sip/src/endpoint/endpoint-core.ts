/** What all parts of an endpoint share: time, outputs, timers, transactions, and the table of dialogs. */
import type { Instant } from '@usher/core';
import { type Chance, type Flow, type Output, Timers } from '@usher/core/adapter';

import type { Alarm, Answer, Core } from '../dialog/core.js';
import type { InviteUsage } from '../dialog/invite-usage.js';
import type { OutgoingRequest } from '../dialog/outgoing-request.js';
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
import { RequestSender, type Sending } from './request-sender.js';
import { wayBack } from './way-back.js';

/** What all parts of an endpoint share. */
export class EndpointCore implements Core<InviteUsage>, Sending {
  /** The moment of the door that was last opened. */
  now: Instant = 0;
  readonly chance: Chance;
  readonly transports: readonly string[];
  readonly times: { readonly t1: number; readonly t2: number };
  readonly timers = new Timers<() => void>();
  readonly transactions: TransactionLayer<InviteUsage, OutgoingRequest>;
  readonly connections: Connections<InviteUsage>;
  /** Sessions, and INVITEs of which a peer knows a dialog, by our tag. */
  readonly dialogs = new Map<string, InviteUsage>();
  /** INVITEs of peers that await our answer, by what may name them without our tag. */
  readonly pending = new Map<string, InviteUsage>();
  readonly #sender: RequestSender;
  readonly #places: Places;
  #out: Output<EndpointEvent>[] = [];

  constructor(options: EndpointOptions) {
    this.chance = options.chance;
    this.transports = options.transports;
    this.times = { t1: options.timing?.t1 ?? 500, t2: options.timing?.t2 ?? 4_000 };
    this.transactions = new TransactionLayer(options.timing);
    this.connections = new Connections(options.limits ?? DEFAULT_LIMITS);
    this.#places = new Places(options.places, this.chance.token());
    this.#sender = new RequestSender(this);
  }

  get sender(): RequestSender {
    return this.#sender;
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
    const bytes = printAnswer(request, source, answer, own);
    const { now } = this;
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
    return this.transactions.send(request.method, branch, bytes, flow, request, now, this.#out);
  }

  locate(request: OutgoingRequest, uri: SipUri): void {
    this.tell({ type: 'unlocated', request, uri });
  }

  alive(flow: Flow): boolean {
    return this.connections.alive(flow);
  }

  wayBack(hop: string, flow: Flow, direct: boolean): Flow | undefined {
    return wayBack(hop, { flow, direct, alive: this.alive(flow) }, this.transports);
  }

  contact(way: Flow, user: string | undefined): string {
    return this.#places.contact(way, user);
  }

  sentBy(flow: Flow): string {
    return this.#places.sentBy(flow);
  }

  enter(usage: InviteUsage): void {
    this.dialogs.set(usage.tag, usage);
    this.connections.bind(usage, usage.flow);
  }

  leave(usage: InviteUsage): void {
    if (this.dialogs.get(usage.tag) === usage) this.dialogs.delete(usage.tag);
    this.connections.unbind(usage, usage.flow);
  }

  /** The peer of a session has come on this way. */
  rebind(usage: InviteUsage, from: Flow): void {
    if (usage.flow?.connection !== from.connection) {
      this.connections.unbind(usage, usage.flow);
      this.connections.bind(usage, from);
    }
    usage.flow = from;
  }

  pend(key: string, usage: InviteUsage): void {
    this.pending.set(key, usage);
    this.connections.bind(usage, usage.flow);
  }

  settle(key: string): void {
    this.pending.delete(key);
  }
}

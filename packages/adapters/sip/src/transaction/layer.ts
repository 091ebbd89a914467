/** The transaction layer: finds the transaction that a message belongs to, and keeps them all in time (RFC 3261, 17). */
import { type Flow, Timers } from '@usher/core/adapter';

import type { SipRequest, SipResponse } from '../syntax/message.js';
import { answerFlow } from '../transport/answer-flow.js';
import { isSamePeer } from '../transport/same-peer.js';
import { ByFlow } from './by-flow.js';
import { ClientTable } from './client-table.js';
import { ClientTransaction } from './client-transaction.js';
import type { Credit } from './credit.js';
import { InviteClientTransaction } from './invite-client-transaction.js';
import { InviteServerTransaction } from './invite-server-transaction.js';
import { serverKey } from './key.js';
import { type Lapse, lapseOf } from './lapse.js';
import { NonInviteClientTransaction } from './non-invite-client-transaction.js';
import { NonInviteServerTransaction } from './non-invite-server-transaction.js';
import type { Outlet } from './outlet.js';
import { EVERYBODY, type Reach } from './reach.js';
import { ServerTable } from './server-table.js';
import { ServerTransaction } from './server-transaction.js';
import { Timing, type TimingOptions } from './timing.js';
import type { Common } from './transaction.js';

/** How many server transactions there may be. */
export interface TransactionLimits {
  /** The most server transactions that wait for our final answer; 50,000 unless given. */
  readonly open?: number;
  /** The most that linger after it; beyond, the oldest are forgotten before their time. 200,000 unless given. */
  readonly lingering?: number;
}

/** How a transaction layer keeps time, and how much it keeps. */
export interface TransactionOptions extends TimingOptions, TransactionLimits {
  /** What a 100 tells the next hop of our load, where it takes part in its control (RFC 7339); nothing unless given. */
  readonly feedback?: () => string;
  /** Who can be reached; everybody unless given. */
  readonly reach?: Reach;
}

const OPEN = 50_000;
const LINGERING = 200_000;

/**
 * All transactions of one endpoint. `ServerUser` and `ClientUser` are what the transaction user (RFC 3261, 17) hangs on a
 * transaction to know it again.
 */
export class TransactionLayer<ServerUser = unknown, ClientUser = unknown> {
  readonly #timers = new Timers<ServerTransaction<ServerUser> | ClientTransaction<ClientUser>>();
  readonly #common: Common;
  readonly #servers: ServerTable<ServerUser>;
  readonly #clients = new ClientTable<ClientUser>();
  readonly #byFlow = new ByFlow<ServerTransaction<ServerUser> | ClientTransaction<ClientUser>>();
  /** The most server transactions that there may be: open, and lingering. */
  readonly limits: { readonly open: number; readonly lingering: number };

  constructor(options: TransactionOptions = {}) {
    const { feedback, reach = EVERYBODY } = options;
    this.#common = { timers: this.#timers, timing: new Timing(options), feedback, reach };
    this.limits = { open: options.open ?? OPEN, lingering: options.lingering ?? LINGERING };
    this.#servers = new ServerTable(this.limits.open, this.limits.lingering);
  }

  /** When `elapse` is due; undefined while nothing waits. */
  get deadline(): number | undefined {
    return this.#timers.deadline;
  }

  /** Whether there is the server transaction of this key: `METHOD host:port branch` (see `serverKey`). */
  knows(key: string): boolean {
    return this.#servers.get(key) !== undefined;
  }

  /** Whether there is a client transaction with this branch. */
  awaits(branch: string): boolean {
    return this.#clients.has(branch);
  }

  /** How many there are: server transactions, those of them that wait for our final answer, and client transactions. */
  get counts(): { readonly server: number; readonly open: number; readonly client: number } {
    return { server: this.#servers.size, open: this.#servers.open, client: this.#clients.size };
  }

  /**
   * A request has arrived.
   * - A ServerTransaction: it is new; answer it by `respond`. A CANCEL has a transaction of its own: find its aim by
   *   `cancelled`, answer 200 or 481.
   * - `ack`: an ACK to a 2xx, or to nothing that we know; for the dialog, and never answered.
   * - `absorbed`: a retransmission, or the ACK to a 300 to 699; nothing is left to do.
   * - `full`: there are too many open ones; answer 503 without state.
   * @param credit what may go to its sender, where he has not proved to be there.
   */
  request(
    message: SipRequest,
    flow: Flow,
    now: number,
    out: Outlet,
    credit?: Credit,
  ): ServerTransaction<ServerUser> | 'ack' | 'absorbed' | 'full' {
    if (message.method === 'ACK') return this.#acknowledge(message, flow, now, out);
    const key = serverKey(message, message.method);
    const known = this.#servers.get(key);
    if (known !== undefined) {
      this.#again(known, now, out, credit?.octets);
      return 'absorbed';
    }
    if (credit === undefined ? this.#servers.full : this.#servers.crowded) return 'full';
    const Made = message.method === 'INVITE' ? InviteServerTransaction : NonInviteServerTransaction;
    const to = answerFlow(message.via, flow);
    const transaction = new Made<ServerUser>(message, flow, to, this.#common, key);
    transaction.credit = credit;
    this.#servers.add(transaction, message);
    this.#byFlow.add(transaction);
    transaction.step('begin', now, out);
    return transaction;
  }

  /** Whether `request` would make a new server transaction of it, one that is not merged: look before any work is done for it. */
  fresh(message: SipRequest): boolean {
    return !(
      this.#servers.get(serverKey(message, message.method)) !== undefined ||
      this.#servers.full ||
      this.#servers.merges(message)
    );
  }

  /** Whether the same request is being dealt with that came on another way, where this is new: answer 482 (RFC 3261, 8.2.2.2). */
  merges(message: SipRequest): boolean {
    return this.#servers.merges(message);
  }

  /**
   * Whether this is a retransmission of what there is a transaction for, which answers it by itself.
   * @param octets of it: they add to the credit of a sender who has not proved to be there.
   */
  absorbs(message: SipRequest, now: number, out: Outlet, octets?: number): boolean {
    const known = this.#servers.get(serverKey(message, message.method));
    if (known === undefined) return false;
    this.#again(known, now, out, octets);
    return true;
  }

  /** The INVITE that this CANCEL is about, answered or not (RFC 3261, 9.2); undefined: answer 481. */
  cancelled(cancel: SipRequest): ServerTransaction<ServerUser> | undefined {
    return this.#servers.get(serverKey(cancel, 'INVITE'));
  }

  /**
   * Answers a request with `bytes`, a whole response of this status. A 2xx to an INVITE may come here again and again: its
   * retransmission is its user's (RFC 3261, 13.3.1.4).
   * @returns false where the transaction is past this answer, which is then not sent.
   */
  respond(
    transaction: ServerTransaction<ServerUser>,
    status: number,
    bytes: Uint8Array,
    now: number,
    out: Outlet,
  ): boolean {
    const { open, request } = transaction;
    if (!transaction.respond(status, bytes, now, out)) return false;
    if (status >= 300 && request?.method === 'INVITE')
      this.#servers.refused(transaction, request, bytes);
    if (status >= 300 && status < 400) transaction.left = request?.uri;
    this.#settle(transaction, open);
    return true;
  }

  /**
   * Sends a request other than ACK. `bytes` are the whole request, whose top Via has this branch. The ACK to a final answer of
   * 300 to 699 is sent here; the one to a 2xx is the user's, and goes out without a transaction.
   * @param credit where nobody has proved to be at the other end.
   */
  send(
    method: string,
    branch: string,
    bytes: Uint8Array,
    flow: Flow,
    user: ClientUser,
    now: number,
    out: Outlet,
    credit?: Credit,
  ): ClientTransaction<ClientUser> {
    const Made = method === 'INVITE' ? InviteClientTransaction : NonInviteClientTransaction;
    const transaction = new Made(method, branch, bytes, flow, user, this.#common);
    transaction.credit = credit;
    this.#clients.add(transaction);
    this.#byFlow.add(transaction);
    transaction.step('begin', now, out);
    return transaction;
  }

  /**
   * A response has arrived.
   * - A ClientTransaction: the response is for its user. Of a 2xx to an INVITE so is each retransmission (RFC 6026, 7.2).
   * - `absorbed`: a retransmission; nothing is left to do.
   * - `stray`: it belongs to nothing; report and drop it. `stray-2xx`: likewise, but one to an INVITE, which a dialog may have
   *   to acknowledge once more.
   */
  response(
    message: SipResponse,
    now: number,
    out: Outlet,
  ): ClientTransaction<ClientUser> | 'absorbed' | 'stray' | 'stray-2xx' {
    const { method } = message.cseq;
    const transaction = this.#clients.get(message.via.branch, method);
    if (transaction === undefined) {
      return method === 'INVITE' && message.status >= 200 && message.status < 300
        ? 'stray-2xx'
        : 'stray';
    }
    const telling = transaction.receive(message, now, out);
    if (transaction.state === 'terminated') this.#remove(transaction);
    return telling === 'response' ? transaction : 'absorbed';
  }

  /** Lets go of a request of ours: nothing more is sent, and what still comes is stray. */
  forget(transaction: ClientTransaction<ClientUser>): void {
    transaction.stop();
    this.#remove(transaction);
  }

  /**
   * Nothing can be sent to this flow. Over datagrams that concerns our requests alone: an answer that cannot be sent leaves
   * its transaction to its timers, and a flood of such answers costs nothing.
   */
  failed(flow: Flow, now: number, out: Outlet): Lapse<ServerUser, ClientUser>[] {
    return this.#fail(
      flow.transport === 'udp' ? this.#clients.to(flow) : this.#byFlow.on(flow),
      now,
      out,
    );
  }

  /** A connection is gone: no answer to what was sent on it will come. Our own answers go to a new one (RFC 3261, 18.2.2). */
  closed(flow: Flow, now: number, out: Outlet): Lapse<ServerUser, ClientUser>[] {
    const clients = this.#byFlow
      .on(flow)
      .filter((transaction) => transaction instanceof ClientTransaction);
    return this.#fail(clients, now, out);
  }

  /** Time has come. */
  elapse(now: number, out: Outlet): Lapse<ServerUser, ClientUser>[] {
    const lapses: Lapse<ServerUser, ClientUser>[] = [];
    for (const transaction of this.#timers.elapse(now)) {
      const open = transaction instanceof ServerTransaction && transaction.open;
      const lapse = lapseOf(transaction, transaction.fire(now, out));
      if (lapse !== undefined) lapses.push(lapse);
      this.#settle(transaction, open);
    }
    return lapses;
  }

  #again(
    known: ServerTransaction<ServerUser>,
    now: number,
    out: Outlet,
    octets: number | undefined,
  ): void {
    if (octets !== undefined && known.credit !== undefined) known.credit.octets += octets;
    known.step('request', now, out);
  }

  #acknowledge(ack: SipRequest, flow: Flow, now: number, out: Outlet): 'ack' | 'absorbed' {
    const transaction = this.#servers.acknowledgedBy(ack);
    // One to a final answer of 300 to 699 comes from where the INVITE came from (RFC 3261, 17.1.1.3).
    if (transaction === undefined || !isSamePeer(transaction.source, flow)) return 'ack';
    if (transaction.credit?.shows(ack.toTag) === true) {
      transaction.credit = undefined;
      this.#common.reach.prove(flow);
    }
    const telling = transaction.step('ack', now, out);
    this.#settle(transaction, false);
    return telling === 'ack' ? 'ack' : 'absorbed';
  }

  #fail(
    transactions: readonly (ServerTransaction<ServerUser> | ClientTransaction<ClientUser>)[],
    now: number,
    out: Outlet,
  ): Lapse<ServerUser, ClientUser>[] {
    const lapses: Lapse<ServerUser, ClientUser>[] = [];
    for (const transaction of transactions) {
      const open = transaction instanceof ServerTransaction && transaction.open;
      const lapse = lapseOf(transaction, transaction.step('failed', now, out));
      if (lapse !== undefined) lapses.push(lapse);
      this.#settle(transaction, open);
    }
    return lapses;
  }

  /** Keeps count after something happened, and lets go of what has ended. */
  #settle(
    transaction: ServerTransaction<ServerUser> | ClientTransaction<ClientUser>,
    wasOpen: boolean,
  ): void {
    const isClosed = wasOpen && transaction instanceof ServerTransaction && !transaction.open;
    if (isClosed) this.#servers.closed(transaction);
    if (transaction.state === 'terminated') this.#remove(transaction);
    const surplus = isClosed ? this.#servers.surplus : undefined;
    if (surplus === undefined) return;
    surplus.stop();
    this.#remove(surplus);
  }

  #remove(transaction: ServerTransaction<ServerUser> | ClientTransaction<ClientUser>): void {
    this.#byFlow.delete(transaction);
    if (transaction instanceof ClientTransaction) this.#clients.delete(transaction);
    else this.#servers.delete(transaction);
  }
}

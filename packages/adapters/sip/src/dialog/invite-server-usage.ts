/** An INVITE of a peer, from its arrival to our one final answer (RFC 3261, 13.3). */
import { type Address, RemoteProtocolError } from '@usher/core';
import type { Flow } from '@usher/core/adapter';

import type { SipRequest } from '../syntax/message.js';
import { parseVia } from '../syntax/via.js';
import type { ServerTransaction } from '../transaction/server-transaction.js';
import { numericAddress } from '../transport/numeric-address.js';
import type { Alarm, Answer, Core } from './core.js';
import { Dialog } from './dialog.js';
import { flat } from './flat.js';
import { InviteUsage } from './invite-usage.js';
import type { Withdrawal } from './usage-event.js';
import { recordRoutes } from './within-dialog.js';

/** While a decision is pending: when the first 180 leaves. */
const FIRST_RINGING = 500;
/** And how often it is said again, lest a proxy between takes us for dead (RFC 3261, 13.3.1.1). */
const NEXT_RINGING = 60_000;

/**
 * RFC 3261, 13.3.1: an INVITE may say after how many seconds it expires. They are counted in steps, so that peers cannot make
 * us keep timers of any length; whoever gives us more than this has other worries.
 */
const EXPIRY_STEP = 5;
const LONGEST_EXPIRY = 300;

/** What is there until our final answer, and takes no room afterwards. */
interface Pending {
  readonly transaction: ServerTransaction<InviteUsage>;
  readonly request: SipRequest;
  readonly remoteTarget: string;
  readonly key: string;
  ringing: Alarm;
  readonly expiring: Alarm | undefined;
}

/** A session that the peer invites us to. */
export class InviteServerUsage extends InviteUsage {
  /** Until our final answer. */
  #pending: Pending | undefined;
  /** The address that the INVITE began at, where proxies between have no part in what follows. */
  readonly #origin: string | undefined;
  readonly #inviter: string | undefined;

  /**
   * @param remoteTarget the URI of the peer's Contact.
   * @param verified the address that the inviter has proved.
   */
  constructor(
    core: Core<InviteUsage>,
    request: SipRequest,
    transaction: ServerTransaction<InviteUsage>,
    flow: Flow,
    remoteTarget: string,
    verified?: Address,
  ) {
    const user = request.requestUri?.user;
    const direct = isDirect(request);
    super(core, flow, direct, user === undefined ? undefined : flat(user));
    this.#origin = direct || request.recordRoutes.length > 0 ? undefined : originOf(request);
    this.#inviter = verified && flat(verified.toString());
    const key = pendingKey(request);
    core.pend(key, this);
    const ringing = core.start(FIRST_RINGING, () => this.#ring());
    const expiring = this.#expires(request);
    this.#pending = { transaction, request, remoteTarget, key, ringing, expiring };
  }

  override get inviter(): string | undefined {
    return this.#inviter;
  }

  override comesFrom(from: Flow): boolean {
    return this.peer.comesFrom(from, this.dialog?.target.hop, this.#origin);
  }

  override matches(request: SipRequest): boolean {
    const invite = this.#pending?.request;
    if (invite === undefined) return super.matches(request);
    return request.callId === invite.callId && request.fromTag === invite.fromTag;
  }

  override answer(transaction: ServerTransaction<InviteUsage>, answer: Answer): void {
    const pending = this.#pending;
    if (pending === undefined || transaction !== pending.transaction) {
      super.answer(transaction, answer);
    } else if (answer.status < 200) {
      this.core.answer(transaction, answer, this.tag);
    } else if (answer.status < 300) {
      this.#accept(pending, answer);
    } else {
      this.core.answer(transaction, answer, this.tag);
      this.#close();
    }
  }

  override withdraw(why: Withdrawal, reason?: string): boolean {
    const pending = this.#pending;
    if (pending === undefined) return false;
    this.core.answer(pending.transaction, { status: 487 }, this.tag);
    this.#close();
    this.core.tell({
      type: 'withdrawn',
      usage: this,
      why,
      ...(reason !== undefined && { reason }),
    });
    return true;
  }

  /** RFC 3261, 13.3.1: the INVITE may say when it expires. */
  #expires({ expires }: SipRequest): Alarm | undefined {
    if (expires === undefined || expires <= 0 || expires > LONGEST_EXPIRY) return undefined;
    const after = Math.ceil(expires / EXPIRY_STEP) * EXPIRY_STEP * 1_000;
    return this.core.start(after, () => void this.withdraw('cancelled'));
  }

  #accept({ request, transaction, remoteTarget }: Pending, answer: Answer): void {
    const secure = transaction.flow.transport === 'tls' || transaction.flow.transport === 'wss';
    const dialog = Dialog.ofServer(request, this.tag, remoteTarget, secure);
    if (!this.accept(request, transaction, answer)) {
      this.withdraw('lost');
      return;
    }
    this.#settle();
    this.begin(dialog, 'answered');
  }

  /** The INVITE has its final answer: lets go of all that only the answer needed. */
  #settle(): void {
    const pending = this.#pending;
    if (pending === undefined) return;
    this.#pending = undefined;
    this.core.stop(pending.ringing);
    this.core.stop(pending.expiring);
    this.core.settle(pending.key);
  }

  /** No session comes of it. */
  #close(): void {
    this.#settle();
    this.core.leave(this);
    this.state = 'over';
  }

  #ring(): void {
    const pending = this.#pending;
    if (pending === undefined) return;
    const { request, transaction } = pending;
    const contact = this.core.contact(transaction.flow, this.user);
    const fields = [...recordRoutes(request), ['Contact', contact] as const];
    this.core.answer(transaction, { status: 180, fields }, this.tag);
    // The peer knows of a dialog now, and may say BYE in it (RFC 3261, 15).
    this.core.enter(this);
    pending.ringing = this.core.start(NEXT_RINGING, () => this.#ring());
  }
}

/**
 * What a request names a pending INVITE by that knows no tag of ours: clients that were started within one second share
 * Call-ID and From tag, so the address counts as well.
 */
export function pendingKey(request: SipRequest): string {
  return `${request.callId} ${request.fromTag ?? ''} ${request.from.uri}`;
}

/**
 * The address that a request began at, as the first proxy saw it or its maker wrote it: it had to say so where the two differ
 * (RFC 3261, 18.2.1). Undefined where that cannot be told.
 */
function originOf(request: SipRequest): string | undefined {
  try {
    const { host, params } = parseVia(request.list('Via').at(-1) ?? '');
    const address = numericAddress(params.get('received') ?? host);
    return address && flat(address);
  } catch (error) {
    if (error instanceof RemoteProtocolError) return undefined;
    throw error;
  }
}

/** Whether the request came straight from who made it. */
function isDirect(request: SipRequest): boolean {
  const vias = request.all('Via');
  return vias.length === 1 && vias[0] === request.via.raw;
}

/** Takes in what belongs to a dialog, or to an INVITE: from whoever that is with, and from nobody else (RFC 3261, 9.2, 12.2.2). */
import { RemoteProtocolError } from '@usher/core';
import type { Flow } from '@usher/core/adapter';

import { contactOf } from '../dialog/contact-of.js';
import type { InviteUsage } from '../dialog/invite-usage.js';
import type { Withdrawal } from '../dialog/usage-event.js';
import type { SipRequest } from '../syntax/message.js';
import { Credit } from '../transaction/credit.js';
import type { ServerTransaction } from '../transaction/server-transaction.js';
import { isSamePeer } from '../transport/same-peer.js';
import type { Authenticator } from './authenticator.js';
import { capabilities } from './capabilities.js';
import type { EndpointCore } from './endpoint-core.js';
import { Refusal } from './refusal.js';
import { FULL, type Refusing, unknownDialog } from './refusing.js';
import { type Admission, screen, screenMethod } from './screening.js';

const OUT_OF_ORDER = new Refusal('out-of-order', 'a CSeq that is not above the last', 500);

/** Takes in what belongs to a dialog, or to an INVITE. */
export class DialogReception {
  readonly #core: EndpointCore;
  readonly #admission: Admission;
  readonly #refusing: Refusing;
  readonly #authenticator: Authenticator | undefined;

  constructor(
    core: EndpointCore,
    admission: Admission,
    refusing: Refusing,
    authenticator: Authenticator | undefined,
  ) {
    this.#core = core;
    this.#admission = admission;
    this.#refusing = refusing;
    this.#authenticator = authenticator;
  }

  /** A request with a To tag, other than ACK and CANCEL. */
  receive(request: SipRequest, octets: number, from: Flow): void {
    const core = this.#core;
    const { transactions, now, out } = core;
    const usage = this.#usageOf(request);
    if (usage === undefined) {
      // What ended a dialog may come again.
      if (transactions.absorbs(request, now, out, octets)) return;
      const refusal = screenMethod(request.method) ?? unknownDialog(request);
      this.#refuse(request, refusal, octets, from);
      return;
    }
    if (from !== usage.flow && !this.#isPeer(usage, request, octets, from)) return;
    if (request.method === 'BENOTIFY' && usage.takesInfo) {
      if (usage.dialog?.follows(request.cseq.number) === true) usage.overhear(request);
      return;
    }
    const credit =
      usage.peer.isDoubted && !this.#proves(usage, octets, from) ? new Credit(octets) : undefined;
    const transaction = transactions.request(request, from, now, out, credit);
    if (typeof transaction === 'string') {
      if (transaction === 'full') this.#refuse(request, FULL, octets, from);
      return;
    }
    try {
      this.#take(request, transaction, usage, from);
    } catch (error) {
      this.#refusing.caught(error, transaction);
    }
  }

  /** An ACK: of one to an answer of 300 to 699, its transaction has all that is to be had. */
  acknowledge(request: SipRequest, octets: number, from: Flow): void {
    const core = this.#core;
    const { transactions, now, out } = core;
    if (transactions.request(request, from, now, out) !== 'ack') return;
    const usage = this.#usageOf(request);
    if (usage === undefined || !usage.awaits(request.cseq.number)) return;
    if (from !== usage.flow && !this.#isPeer(usage, request, octets, from)) return;
    if (usage.peer.isDoubted) this.#proves(usage, octets, from);
    else if (from.remote.address === usage.peer.told) core.prove(from);
    core.doubted.delete(usage);
    core.rebind(usage, from);
    usage.acknowledge(request.cseq.number);
  }

  /** RFC 3261, 9.2. */
  cancel(request: SipRequest, octets: number, from: Flow): void {
    const core = this.#core;
    const { transactions, now, out } = core;
    const aim = transactions.cancelled(request);
    if (aim === undefined || !(isSamePeer(aim.source, from) || core.trust.trusts(from))) {
      this.#refuse(
        request,
        aim === undefined ? unknownDialog(request) : foreign(request),
        octets,
        from,
      );
      return;
    }
    const credit = core.isProven(from) ? undefined : new Credit(octets);
    const transaction = transactions.request(request, from, now, out, credit);
    if (typeof transaction === 'string') {
      if (transaction === 'full') this.#refuse(request, FULL, octets, from);
      return;
    }
    const usage = aim.user;
    const why = whyCancelled(request);
    core.answer(transaction, { status: 200 }, usage?.tag);
    usage?.withdraw(why, request.get('Reason')?.slice(0, 256));
  }

  #take(
    request: SipRequest,
    transaction: ServerTransaction<InviteUsage>,
    usage: InviteUsage,
    from: Flow,
  ): void {
    const { dialog } = usage;
    const refusal =
      dialog?.follows(request.cseq.number) === false
        ? OUT_OF_ORDER
        : (screen(request, this.#admission, usage.takesInfo) ?? this.#strays(request, usage));
    if (refusal !== undefined) {
      this.#refusing.refuseWithin(transaction, refusal);
      return;
    }
    this.#core.rebind(usage, from);
    if (request.method === 'OPTIONS') this.#core.answer(transaction, capabilities(this.#admission));
    else usage.receive(request, transaction);
  }

  /** Whether a further INVITE, or UPDATE, would lead us where its dialog does not lead. A malformed one is found out before anything happens. */
  #strays(request: SipRequest, { dialog, flow }: InviteUsage): Refusal | undefined {
    if (request.method !== 'INVITE' && request.method !== 'UPDATE') return undefined;
    const target = contactOf(request);
    if (target === undefined || dialog === undefined || flow === undefined) return undefined;
    return this.#core.mayMove(dialog.remoteTarget, target, flow)
      ? undefined
      : new Refusal('bad-target', 'a Contact where the dialog must not go on', 403);
  }

  /** Whether a request that is not from where the dialog's last one was is from the same peer all the same; else it is refused. */
  #isPeer(usage: InviteUsage, request: SipRequest, octets: number, from: Flow): boolean {
    const core = this.#core;
    if (usage.comesFrom(from) || core.trust.trusts(from)) {
      // Its tag went to another address, so that it proves nothing of this one.
      usage.peer.isDoubted ||= !core.isProven(from);
      return true;
    }
    return this.#isInviter(usage, request, octets, from);
  }

  /** Whether the one who was proven to be the inviter proves it from here as well; else the request is refused. */
  #isInviter(usage: InviteUsage, request: SipRequest, octets: number, from: Flow): boolean {
    const { inviter } = usage;
    const error = foreign(request);
    // RFC 3261, 22.1: an ACK is not answered, least of all by a challenge.
    if (request.method === 'ACK') {
      this.#core.tell({ type: 'violated', code: error.code, message: error.message, flow: from });
      return false;
    }
    if (inviter !== undefined && this.#authenticator !== undefined && usage.peer.assures(from)) {
      const admitted = this.#authenticator.admit(request, octets, from);
      if (admitted === undefined) return false;
      if (admitted.verified?.toString() === inviter) {
        this.#core.prove(from);
        return true;
      }
    }
    this.#refuse(request, error, octets, from);
    return false;
  }

  /** Whether its sender has proved to be where he is: he knows our tag, or has proved it before. */
  #proves(usage: InviteUsage, octets: number, from: Flow): boolean {
    const core = this.#core;
    if (from.remote.address === usage.peer.told) core.prove(from);
    const proven = core.isProven(from);
    // What comes from the peer pays for what goes to where it says that it can be reached.
    if (usage.peer.funds !== undefined) usage.peer.funds.octets += octets;
    usage.peer.isDoubted = !proven || usage.peer.funds !== undefined;
    if (!usage.peer.isDoubted) core.doubted.delete(usage);
    return proven;
  }

  #refuse(request: SipRequest, refusal: Refusal, octets: number, from: Flow): void {
    const most = this.#core.isProven(from) ? Infinity : octets;
    this.#refusing.refuse(request, refusal, most, from);
  }

  /** The session, or the INVITE, that a request with a To tag belongs to. */
  #usageOf(request: SipRequest): InviteUsage | undefined {
    const usage = this.#core.dialogs.get(request.toTag ?? '');
    return usage?.matches(request) === true ? usage : undefined;
  }
}

/** The refusal of a request that names what is not its sender's. */
function foreign({ method }: SipRequest): Refusal {
  return new Refusal('foreign-source', `${method} from somebody else than its dialog is with`, 403);
}

/** RFC 3326, 2: an answer by somebody else is told as such. */
function whyCancelled(request: SipRequest): Withdrawal {
  try {
    for (const { protocol, cause } of request.reasons) {
      if (protocol.toUpperCase() === 'SIP' && cause === 200) return 'elsewhere';
    }
  } catch (error) {
    // Whoever cannot say why cancels all the same.
    if (!(error instanceof RemoteProtocolError)) throw error;
  }
  return 'cancelled';
}

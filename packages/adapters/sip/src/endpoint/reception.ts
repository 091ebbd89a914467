/** Takes in the requests of peers: what is refused is answered here, what is let in goes to its dialog or to the house (RFC 3261, 8.2). */
import type { Address } from '@usher/core';
import type { Flow } from '@usher/core/adapter';

import { contactOf } from '../dialog/contact-of.js';
import { InviteServerUsage, pendingKey } from '../dialog/invite-server-usage.js';
import { InviteUsage } from '../dialog/invite-usage.js';
import type { SipRequest } from '../syntax/message.js';
import type { ServerTransaction } from '../transaction/server-transaction.js';
import { isSamePeer } from '../transport/same-peer.js';
import type { Authenticator } from './authenticator.js';
import { capabilities } from './capabilities.js';
import { DialogReception } from './dialog-reception.js';
import type { EndpointCore } from './endpoint-core.js';
import { type Admitted, provenanceOf } from './provenance.js';
import { Refusal } from './refusal.js';
import { FULL, Refusing, unknownDialog } from './refusing.js';
import { replacedBy } from './replacing.js';
import { type Admission, screen } from './screening.js';

/** Nobody was asked. */
const UNASKED: Admitted = { trusted: false };
const DRAINING = new Refusal('draining', 'nothing new is taken any more', 503);
/** Milliseconds for which something new has been refused, until whoever asks is told that we are not ready. */
const UNREADY = 10_000;
const OVERLOADED = new Refusal('overloaded', 'too much that is new is refused to be ready', 503);
const TOO_OFTEN = new Refusal(
  'too-often',
  'more than one user may ask for while others wait',
  480,
  [['Retry-After', '1']],
);
const UNREFERRED = new Refusal('unwanted-referral', 'REFER outside any session', 403);
const MERGED = new Refusal('merged', 'the same request came on another way', 482);

/** Takes in the requests of peers. */
export class Reception {
  /** Whether what is new is refused. */
  draining = false;
  readonly #core: EndpointCore;
  readonly #admission: Admission;
  readonly #authenticator: Authenticator | undefined;
  readonly #refusing: Refusing;
  readonly #within: DialogReception;

  /** @param authenticator undefined where anybody may come in, and nobody is trusted. */
  constructor(core: EndpointCore, admission: Admission, authenticator?: Authenticator) {
    this.#core = core;
    this.#admission = admission;
    this.#authenticator = authenticator;
    this.#refusing = new Refusing(core);
    this.#within = new DialogReception(core, admission, this.#refusing, authenticator);
  }

  /**
   * A request has arrived.
   * @param octets of it as it came.
   */
  receive(request: SipRequest, octets: number, from: Flow): void {
    const { method } = request;
    if (method === 'ACK') this.#within.acknowledge(request, octets, from);
    else if (method === 'CANCEL') this.#within.cancel(request, octets, from);
    else if (request.toTag !== undefined) this.#within.receive(request, octets, from);
    else this.#receiveNew(request, octets, from);
  }

  /** A request outside any dialog. */
  #receiveNew(request: SipRequest, octets: number, from: Flow): void {
    const core = this.#core;
    const { transactions, now, out } = core;
    const admitted = this.#admit(request, octets, from);
    if (admitted === undefined) return;
    const strange = !core.isProven(from);
    if (transactions.absorbs(request, now, out, octets)) return;
    const refusal = this.#refusalOf(request, from, admitted);
    if (refusal !== undefined && strange) {
      this.#refusing.refuse(request, refusal, octets, from);
      return;
    }
    const credit = strange ? core.reachability.creditOf(request.method, octets, from) : undefined;
    const transaction = transactions.request(request, from, now, out, credit);
    if (typeof transaction === 'string') {
      if (transaction === 'full') this.#refusing.refuse(request, FULL, octets, from);
      return;
    }
    try {
      if (refusal !== undefined) this.#refusing.refuseWithin(transaction, refusal);
      else this.#take(request, transaction, from, admitted);
    } catch (error) {
      this.#refusing.caught(error, transaction);
    }
  }

  /** How it comes in; undefined: it was sent away. */
  #admit(request: SipRequest, octets: number, from: Flow): Admitted | undefined {
    const authenticator = this.#authenticator;
    // A retransmission of what was let in is no replay, and what is merged goes no further anyway.
    if (authenticator?.concerns(request) !== true || !this.#core.transactions.fresh(request)) {
      return UNASKED;
    }
    const admitted = authenticator.admit(request, octets, from);
    // He got our nonce: nobody does at an address that is not his.
    if (admitted?.verified !== undefined) this.#core.prove(from);
    return admitted;
  }

  /** Why nobody takes it; undefined where it may be let in. */
  #refusalOf(request: SipRequest, from: Flow, { verified }: Admitted): Refusal | undefined {
    try {
      const refusal = screen(request, this.#admission);
      if (refusal !== undefined) return refusal;
      if (this.#core.transactions.merges(request)) return MERGED;
      const { method } = request;
      if (method === 'BYE') {
        return this.#invitedBy(request, from) === undefined ? unknownDialog(request) : undefined;
      }
      if (verified !== undefined && this.#exceeds(verified)) return TOO_OFTEN;
      // RFC 3311, 5.2; RFC 6665, 4.1.3: these are of a dialog, and nothing outside one.
      if (method === 'UPDATE' || method === 'NOTIFY') return unknownDialog(request);
      if (method === 'REFER') return UNREFERRED;
      // Whether a message is anything new only the house can tell.
      if (method === 'MESSAGE') return undefined;
      if (this.draining) return DRAINING;
      if (method === 'INVITE') {
        const replaced = replacedBy(this.#core, request, from, verified);
        return replaced instanceof Refusal ? replaced : refusalOfInvite(request);
      }
      return this.#core.sheddingFor > UNREADY ? OVERLOADED : undefined;
    } catch (error) {
      // A value that nobody had looked at before turns out to be malformed.
      return Refusal.of(error);
    }
  }

  /** Whether somebody who is known for sure asks for more than his part while others wait. */
  #exceeds(verified: Address): boolean {
    const { overload, now } = this.#core;
    return overload?.admits(verified.toString(), now) === false;
  }

  /** The INVITE that a BYE without a To tag takes back: some clients say that where CANCEL is due. */
  #invitedBy(request: SipRequest, from: Flow): InviteUsage | undefined {
    const { pending, trust } = this.#core;
    const usage = pending.get(pendingKey(request));
    const flow = usage?.flow;
    return flow !== undefined && (isSamePeer(flow, from) || trust.trusts(from)) ? usage : undefined;
  }

  #take(
    request: SipRequest,
    transaction: ServerTransaction<InviteUsage>,
    from: Flow,
    admitted: Admitted,
  ): void {
    const core = this.#core;
    switch (request.method) {
      case 'BYE': {
        const usage = this.#invitedBy(request, from);
        core.answer(transaction, { status: 200 }, usage?.tag);
        usage?.withdraw('cancelled');
        return;
      }
      case 'MESSAGE': {
        const provenance = provenanceOf(request, from, admitted);
        core.tell({ type: 'paged', request, transaction, provenance });
        return;
      }
      case 'INVITE': {
        const usage = new InviteServerUsage(
          core,
          request,
          transaction,
          from,
          contactOf(request) ?? '',
          admitted.verified,
        );
        transaction.user = usage;
        const provenance = provenanceOf(request, from, admitted);
        const replaces = replacedBy(core, request, from, admitted.verified);
        core.tell({
          type: 'invited',
          usage,
          request,
          transaction,
          provenance,
          ...(replaces instanceof InviteUsage && { replaces }),
        });
        return;
      }
      default:
        core.answer(transaction, capabilities(this.#admission));
    }
  }
}

function refusalOfInvite(request: SipRequest): Refusal | undefined {
  const contact = contactOf(request);
  if (contact === undefined || request.recordRoutes.some(({ uri }) => !/^sips?:/i.test(uri))) {
    const message = 'an INVITE needs one Contact, with a SIP URI, as do its routes';
    return new Refusal('bad-contact', message, 400);
  }
  return undefined;
}

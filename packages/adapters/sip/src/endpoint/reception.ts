/** Takes in the requests of peers: what is refused is answered here, what is let in goes to its dialog or to the house (RFC 3261, 8.2, 12.2.2). */
import { type Address, LocalProtocolError, RemoteProtocolError } from '@usher/core';
import type { Flow } from '@usher/core/adapter';

import { ALLOW } from '../dialog/allow.js';
import { contactOf } from '../dialog/contact-of.js';
import { InviteServerUsage, pendingKey } from '../dialog/invite-server-usage.js';
import type { InviteUsage } from '../dialog/invite-usage.js';
import type { Withdrawal } from '../dialog/usage-event.js';
import type { SipRequest } from '../syntax/message.js';
import type { Field } from '../syntax/printer.js';
import type { ServerTransaction } from '../transaction/server-transaction.js';
import { printAnswer } from './answering.js';
import type { Authenticator } from './authenticator.js';
import type { EndpointCore } from './endpoint-core.js';
import { Refusal } from './refusal.js';
import { type Admission, screen } from './screening.js';

type Transaction = ServerTransaction<InviteUsage>;

const DRAINING = new Refusal('draining', 'nothing new is taken any more', 503);

/** Takes in the requests of peers. */
export class Reception {
  /** Whether what is new is refused. */
  draining = false;
  readonly #core: EndpointCore;
  readonly #admission: Admission;
  readonly #authenticator: Authenticator | undefined;

  /** @param authenticator undefined where nobody has to prove anything. */
  constructor(core: EndpointCore, admission: Admission, authenticator?: Authenticator) {
    this.#core = core;
    this.#admission = admission;
    this.#authenticator = authenticator;
  }

  /**
   * A request has arrived.
   * @param octets of it as it came.
   */
  receive(request: SipRequest, octets: number, from: Flow): void {
    const { transactions, now, out } = this.#core;
    const authenticator = this.#authenticator;
    let verified: Address | undefined;
    // A retransmission of what was let in is no replay, and what is merged goes no further anyway.
    if (authenticator?.concerns(request) === true && transactions.fresh(request)) {
      verified = authenticator.admit(request, octets, from);
      if (verified === undefined) return;
    }
    const found = transactions.request(request, from, now, out);
    if (found === 'absorbed') return;
    if (found === 'ack') {
      const usage = this.#usageOf(request);
      usage?.acknowledge(request.cseq.number, from);
      return;
    }
    if (found === 'full') {
      const bytes = printAnswer(request, from, { status: 503 }, this.#core.chance.token());
      this.#core.transmit(bytes, from);
      return;
    }
    try {
      this.#take(request, found, from, verified);
    } catch (error) {
      // A value that nobody had looked at before turns out to be malformed, or to be nothing that could be said again.
      if (error instanceof RemoteProtocolError) this.#refuse(found, error);
      else if (error instanceof LocalProtocolError) this.#complain(found, error);
      else throw error;
    }
  }

  #take(
    request: SipRequest,
    transaction: Transaction,
    from: Flow,
    verified: Address | undefined,
  ): void {
    const refusal = screen(request, this.#admission);
    if (request.method === 'CANCEL') {
      this.#cancel(request, transaction);
    } else if (request.toTag !== undefined) {
      this.#takeWithin(request, transaction, from, refusal);
    } else if (refusal !== undefined) {
      this.#refuse(transaction, refusal);
    } else if (transaction.merged) {
      this.#refuse(transaction, new Refusal('merged', 'the same request came on another way', 482));
    } else {
      this.#takeNew(request, transaction, from, verified);
    }
  }

  /** RFC 3261, 9.2. */
  #cancel(request: SipRequest, transaction: Transaction): void {
    const aim = this.#core.transactions.cancelled(request);
    if (aim === undefined) {
      this.#refuse(transaction, unknownDialog(request));
      return;
    }
    const usage = aim.user;
    const why = whyCancelled(request);
    this.#core.answer(transaction, { status: 200 }, usage?.tag);
    usage?.withdraw(why, request.get('Reason')?.slice(0, 256));
  }

  /** A request within a dialog. */
  #takeWithin(
    request: SipRequest,
    transaction: Transaction,
    from: Flow,
    refusal: Refusal | undefined,
  ): void {
    const usage = this.#usageOf(request);
    if (usage === undefined) {
      this.#refuse(
        transaction,
        refusal !== undefined && isStrange(refusal) ? refusal : unknownDialog(request),
      );
    } else if (usage.dialog?.follows(request.cseq.number) === false) {
      this.#refuse(
        transaction,
        new Refusal('out-of-order', 'a CSeq that is not above the last', 500),
      );
    } else if (refusal !== undefined) {
      this.#refuse(transaction, refusal);
    } else {
      // A malformed one is refused before anything has happened.
      if (request.method === 'INVITE') contactOf(request);
      this.#core.rebind(usage, from);
      if (request.method === 'OPTIONS') this.#core.answer(transaction, this.#capabilities());
      else usage.receive(request, transaction);
    }
  }

  /** A request outside any dialog. */
  #takeNew(
    request: SipRequest,
    transaction: Transaction,
    from: Flow,
    verified: Address | undefined,
  ): void {
    if (request.method === 'BYE') {
      // Some clients say BYE without a To tag where CANCEL is due.
      const usage = this.#core.pending.get(pendingKey(request));
      if (usage === undefined) {
        this.#refuse(transaction, unknownDialog(request));
        return;
      }
      this.#core.answer(transaction, { status: 200 }, usage.tag);
      usage.withdraw('cancelled');
    } else if (request.method === 'MESSAGE') {
      // Whether it is anything new only the house can tell.
      this.#core.tell({ type: 'paged', request, transaction, verified });
    } else if (this.draining) {
      this.#refuse(transaction, DRAINING);
    } else if (request.method === 'INVITE') {
      this.#invite(request, transaction, from, verified);
    } else {
      this.#core.answer(transaction, this.#capabilities());
    }
  }

  #invite(
    request: SipRequest,
    transaction: Transaction,
    from: Flow,
    verified: Address | undefined,
  ): void {
    const contact = contactOf(request);
    if (contact === undefined || request.recordRoutes.some(({ uri }) => !/^sips?:/i.test(uri))) {
      const message = 'an INVITE needs one Contact, with a SIP URI, as do its routes';
      this.#refuse(transaction, new Refusal('bad-contact', message, 400));
      return;
    }
    if (request.get('Replaces') !== undefined) {
      // RFC 3891, 3: what is to be replaced is not known; a stranger replaces nothing that is.
      this.#refuse(transaction, unknownDialog(request));
      return;
    }
    const usage = new InviteServerUsage(this.#core, request, transaction, from, contact);
    transaction.user = usage;
    this.#core.tell({ type: 'invited', usage, request, transaction, verified });
  }

  /** RFC 3261, 11.2. */
  #capabilities(): { status: number; fields: Field[] } {
    const { invitations, messages } = this.#admission;
    return {
      status: 200,
      fields: [
        ['Allow', ALLOW],
        ['Accept', `${invitations.accept}, ${messages.accept}`],
        ['Accept-Encoding', 'identity'],
        ['Supported', ''],
      ],
    };
  }

  /** The session, or the INVITE, that a request with a To tag belongs to. */
  #usageOf(request: SipRequest): InviteUsage | undefined {
    const usage = this.#core.dialogs.get(request.toTag ?? '');
    return usage?.matches(request) === true ? usage : undefined;
  }

  #refuse(transaction: Transaction, error: RemoteProtocolError): void {
    const { status, code, message } = error;
    const fields = error instanceof Refusal ? error.fields : undefined;
    this.#core.answer(transaction, { status, fields });
    this.#core.tell({ type: 'violated', code, message, flow: transaction.source, status });
  }

  #complain({ source }: Transaction, { code, message }: LocalProtocolError): void {
    this.#core.tell({ type: 'violated', code, message, flow: source });
  }
}

function unknownDialog(request: SipRequest): Refusal {
  const { method } = request;
  return new Refusal(
    'unknown-dialog',
    `${method} for a dialog or transaction that is not ours`,
    481,
  );
}

/** Whether it is the method that is refused, whatever dialog it came in. */
function isStrange({ status }: Refusal): boolean {
  return status === 405 || status === 501;
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

/** Says no: without state where nothing of a request is kept (RFC 3261, 8.2.7), and in its transaction where there is one. */
import { LocalProtocolError } from '@usher/core';
import type { Flow } from '@usher/core/adapter';

import type { InviteUsage } from '../dialog/invite-usage.js';
import type { SipRequest } from '../syntax/message.js';
import type { ServerTransaction } from '../transaction/server-transaction.js';
import type { EndpointCore } from './endpoint-core.js';
import { Refusal } from './refusal.js';
import { StatelessAnswers } from './stateless-answers.js';

/** As many requests wait for an answer as may. */
export const FULL = new Refusal('too-many-requests', 'too many requests wait for an answer', 503);

/** Says no. */
export class Refusing {
  readonly #core: EndpointCore;
  readonly #answers: StatelessAnswers;

  constructor(core: EndpointCore) {
    this.#core = core;
    this.#answers = new StatelessAnswers(core);
  }

  /**
   * Refuses a request of which nothing is kept: the same again is answered the same again.
   * @param octets that the answer may have at most: as many as the request, where its sender has not proved to be there.
   */
  refuse(
    request: SipRequest,
    { status, code, message, fields }: Refusal,
    octets: number,
    flow: Flow,
  ): void {
    const said = { status, fields: () => fields, least: 0 };
    const unsent = this.#answers.send(request, said, octets, flow);
    if (unsent === undefined) this.#core.tell({ type: 'violated', code, message, flow, status });
    else {
      const why = `${message}; not answered: ${unsent}`;
      this.#core.tell({ type: 'violated', code, message: why, flow });
    }
  }

  /** Refuses a request in its transaction. */
  refuseWithin(transaction: ServerTransaction<InviteUsage>, refusal: Refusal): void {
    const { status, code, message, fields } = refusal;
    this.#core.answer(transaction, { status, fields });
    this.#core.tell({ type: 'violated', code, message, flow: transaction.source, status });
  }

  /**
   * A value that nobody had looked at before turned out to be malformed, or to be nothing that could be said again.
   * @throws whatever is of neither kind.
   */
  caught(error: unknown, transaction: ServerTransaction<InviteUsage>): void {
    if (error instanceof LocalProtocolError) {
      const { code, message } = error;
      this.#core.tell({ type: 'violated', code, message, flow: transaction.source });
    } else this.refuseWithin(transaction, Refusal.of(error));
  }
}

/** The refusal of a request that belongs to nothing of ours (RFC 3261, 9.2, 12.2.2). */
export function unknownDialog({ method }: SipRequest): Refusal {
  const message = `${method} for a dialog or transaction that is not ours`;
  return new Refusal('unknown-dialog', message, 481);
}

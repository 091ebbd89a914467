/** The facts of one request that awaits its answer, as the house sees them: read out of it once, and small afterwards. */
import type { Address, Invitation, Message, Party, Retargeting, SessionType } from '@usher/core';

import { flat } from '../dialog/flat.js';
import type { Provenance } from '../endpoint/provenance.js';
import type { SipRequest } from '../syntax/message.js';
import { hiddenBy } from './hidden-fields.js';
import { historyOf } from './history.js';
import { addressOf, partyOf } from './party.js';
import { RequestHeaders } from './request-headers.js';

const NO_CONTEXT: ReadonlyMap<string, unknown> = new Map();

/** The facts of one request that awaits its answer. */
export class SipInvitation implements Omit<Invitation, 'deadline'> {
  readonly endpoint: Address;
  readonly inviter: Party;
  readonly history: readonly Retargeting[];
  readonly headers: RequestHeaders;
  readonly context = NO_CONTEXT;
  declare readonly subject?: string;
  declare readonly conversationId?: string;
  declare readonly firstMessage?: Message;
  /** Why nobody waits for the answer any more. */
  gone: 'cancelled' | 'lost' | undefined;
  #controller: AbortController | undefined;
  #reason: unknown;

  constructor(
    readonly id: string,
    readonly type: SessionType,
    readonly medium: string,
    request: SipRequest,
    provenance: Provenance,
    firstMessage?: Message,
  ) {
    this.endpoint = addressOf(request.to.uri);
    this.inviter = partyOf(request.from, provenance.identity);
    this.history = historyOf(request);
    this.headers = new RequestHeaders(request, hiddenBy(provenance));
    const subject = request.get('Subject');
    if (subject !== undefined && subject !== '') this.subject = flat(subject);
    const conversation = request.get('Conversation-ID') ?? request.get('Ms-Conversation-ID');
    if (conversation !== undefined) this.conversationId = flat(conversation);
    if (firstMessage !== undefined) this.firstMessage = firstMessage;
  }

  /** Made when somebody looks at it. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.gone !== undefined) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  /** Nobody waits for the answer any more. */
  withdraw(gone: 'cancelled' | 'lost', reason: unknown): void {
    if (this.gone !== undefined) return;
    this.gone = gone;
    this.#reason = reason;
    this.headers.pack();
    this.#controller?.abort(reason);
  }
}

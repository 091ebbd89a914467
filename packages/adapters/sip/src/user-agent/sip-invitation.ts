/** The facts of one request that awaits its answer, as the house sees them: read out of it once, and small afterwards. */
import {
  type Address,
  type Application,
  type Message,
  type Party,
  type Retargeting,
  type SessionType,
  type SourceNetwork,
  Withdrawal,
  type WithdrawalReason,
} from '@usher/core';
import type { InvitationFacts, Receiver } from '@usher/core/adapter';

import { EDGE_TRUST, sourceNetworkOf } from '../dialect/source-network.js';
import { flat } from '../dialog/flat.js';
import type { Provenance } from '../endpoint/provenance.js';
import type { SipRequest } from '../syntax/message.js';
import { hiddenBy } from './hidden-fields.js';
import { endpointOf, historyOf } from './history.js';
import { contextOf } from './context.js';
import { partyOf, referrerOf } from './party.js';
import { RequestHeaders } from './request-headers.js';

/** The facts of one request that awaits its answer. */
export class SipInvitation implements InvitationFacts {
  readonly endpoint: Address;
  readonly inviter: Party;
  readonly history: readonly Retargeting[];
  readonly headers: RequestHeaders;
  declare readonly direct?: true;
  declare readonly subject?: string;
  declare readonly conversationId?: string;
  declare readonly firstMessage?: Message;
  declare readonly application?: Application;
  /** The session that it is to take the place of. */
  declare replaces?: Receiver;
  /** Why nobody waits for the answer any more. */
  gone: WithdrawalReason | undefined;
  #controller: AbortController | undefined;
  #reason: Withdrawal | undefined;

  constructor(
    readonly id: string,
    readonly type: SessionType,
    readonly medium: string,
    request: SipRequest,
    provenance: Provenance,
    firstMessage?: Message,
    application?: Application,
  ) {
    this.history = historyOf(request);
    this.endpoint = endpointOf(request, this.history);
    this.inviter = partyOf(request.from, provenance.identity);
    this.headers = new RequestHeaders(request, hiddenBy(provenance));
    const subject = request.get('Subject');
    if (subject !== undefined && subject !== '') this.subject = flat(subject);
    const conversation = request.get('Conversation-ID') ?? request.get('Ms-Conversation-ID');
    if (conversation !== undefined) this.conversationId = flat(conversation);
    if (firstMessage !== undefined) this.firstMessage = firstMessage;
    if (application !== undefined) this.application = application;
    if (isGruu(request.to.uri)) this.direct = true;
  }

  get context(): ReadonlyMap<string, unknown> {
    return contextOf(this);
  }

  get priority(): string | undefined {
    return this.headers.get('Priority');
  }

  get referredBy(): Address | undefined {
    const value = this.headers.get('Referred-By');
    return value === undefined ? undefined : referrerOf(value);
  }

  /** Only trusted peers' word is among the header fields. */
  get sourceNetwork(): SourceNetwork | undefined {
    const value = this.headers.get(EDGE_TRUST);
    return value === undefined ? undefined : sourceNetworkOf(value);
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
  withdraw(gone: WithdrawalReason, text: string): void {
    if (this.gone !== undefined) return;
    this.gone = gone;
    this.#reason = new Withdrawal(gone, text);
    this.headers.pack();
    this.#controller?.abort(this.#reason);
  }
}

/** Whether a URI names one device of its address: by `gr` (RFC 5627, 3.1), or by `gruu`, as drafts of that had it. */
function isGruu(uri: string): boolean {
  return uri.includes(';gr') && /;(?:gr(?:=|;|\?|$)|gruu(?:;|\?|$))/.test(uri);
}

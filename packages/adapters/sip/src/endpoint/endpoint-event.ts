/** What the endpoint tells of. */
import type { Flow } from '@usher/core/adapter';

import type { InviteClientUsage } from '../dialog/invite-client-usage.js';
import type { InviteServerUsage } from '../dialog/invite-server-usage.js';
import type { InviteUsage } from '../dialog/invite-usage.js';
import type { OutgoingRequest } from '../dialog/outgoing-request.js';
import type { UsageEvent } from '../dialog/usage-event.js';
import type { SipRequest } from '../syntax/message.js';
import type { RegistrationEvent } from '../registration/registration-core.js';
import type { SipUri } from '../syntax/uri.js';
import type { ServerTransaction } from '../transaction/server-transaction.js';
import type { Provenance } from './provenance.js';

/** What the endpoint tells of. */
export type EndpointEvent =
  /** Execute `turn` when what the sockets have ready was read, and before they are read again. */
  | { readonly type: 'crowded' }
  | UsageEvent<InviteUsage>
  | RegistrationEvent
  /** Somebody invites us; respond to the transaction. */
  | {
      readonly type: 'invited';
      readonly usage: InviteServerUsage;
      /** The session that it is to take the place of (RFC 3891). */
      readonly replaces?: InviteUsage;
      readonly request: SipRequest;
      readonly transaction: ServerTransaction<InviteUsage>;
      readonly provenance: Provenance;
    }
  /** An invitation of ours is about to leave. */
  | { readonly type: 'inviting'; readonly reference: number; readonly usage: InviteClientUsage }
  /** A message outside any dialog (RFC 3428); respond to the transaction. */
  | {
      readonly type: 'paged';
      readonly request: SipRequest;
      readonly transaction: ServerTransaction<InviteUsage>;
      readonly provenance: Provenance;
    }
  /** A message was not answered in time, and cannot be any more (RFC 4320, 4.2). */
  | { readonly type: 'lapsed'; readonly transaction: ServerTransaction<InviteUsage> }
  /** The name of a host has to be looked up: execute `located` for this request. */
  | { readonly type: 'unlocated'; readonly request: OutgoingRequest; readonly uri: SipUri }
  /** A connection is of no use any more: close it. */
  | { readonly type: 'unframed'; readonly flow: Flow }
  /** A peer broke the protocol. */
  | {
      readonly type: 'violated';
      readonly code: string;
      readonly message: string;
      readonly flow: Flow;
      /** The status that answered it. */
      readonly status?: number;
    };

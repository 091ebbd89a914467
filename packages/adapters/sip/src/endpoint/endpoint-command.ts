/** What the endpoint can be told to do. */
import type { Flow } from '@usher/core/adapter';

import type { Answer } from '../dialog/core.js';
import type { InviteClientUsage, InviteParts } from '../dialog/invite-client-usage.js';
import type { InviteUsage } from '../dialog/invite-usage.js';
import type { OutgoingRequest } from '../dialog/outgoing-request.js';
import type { ReferParts } from '../dialog/referring.js';
import type { SubscribeParts } from '../dialog/subscribing.js';
import type { Field } from '../syntax/printer.js';
import type { ServerTransaction } from '../transaction/server-transaction.js';

/** What a message outside any dialog is made of. */
export interface PagerParts {
  /** The Request-URI; also the value of To. */
  readonly uri: string;
  /** The value of Route, where the first hop is not the one that the Request-URI names; and its URI. */
  readonly route?: { readonly value: string; readonly uri: string } | undefined;
  /** The value of From, tag included. */
  readonly from: string;
  readonly callId: string;
  readonly sequence: number;
  /** Content-Type and the like. */
  readonly fields: readonly Field[];
  readonly body: Uint8Array;
}

/** What the endpoint can be told to do. */
export type EndpointCommand =
  /** The turn that `crowded` asked for: those who had to wait are dealt with. */
  | { readonly type: 'turn' }
  /** The event loop was late by so many milliseconds, once in a hundred, during the last second, and busy for that part of it. */
  | { readonly type: 'late'; readonly delay: number; readonly busy: number }
  /** Answers a request that an event handed out. Comes to nothing where it has its answer already. */
  | {
      readonly type: 'respond';
      readonly transaction: ServerTransaction<InviteUsage>;
      readonly answer: Answer;
    }
  /** Invites somebody; `inviting` tells which usage its events will name. */
  | { readonly type: 'invite'; readonly reference: number; readonly parts: InviteParts }
  | { readonly type: 'cancel'; readonly usage: InviteClientUsage }
  /** Sends a message within a session, or INFO. */
  | {
      readonly type: 'message';
      readonly usage: InviteUsage;
      /** MESSAGE unless given. */
      readonly method?: 'INFO';
      /** Comes back in `delivered`. */
      readonly reference: number;
      readonly fields: readonly Field[];
      readonly body: Uint8Array;
    }
  /** Refreshes a session by an INVITE with this description, which is the last one that we gave. */
  | { readonly type: 'refresh'; readonly usage: InviteUsage; readonly body: Uint8Array }
  /** Asks the peer to invite somebody else; `reference` comes back in `delivered`. */
  | {
      readonly type: 'refer';
      readonly usage: InviteUsage;
      readonly reference: number;
      readonly parts: ReferParts;
    }
  /** Subscribes to an event in a session's dialog, or asks for its full state anew; `reference` comes back in `delivered`. */
  | {
      readonly type: 'subscribe';
      readonly usage: InviteUsage;
      readonly reference: number;
      readonly parts: SubscribeParts;
    }
  /** Gives that subscription back. */
  | { readonly type: 'unsubscribe'; readonly usage: InviteUsage }
  /** What came of what the peer asked us for by REFER. */
  | { readonly type: 'progress'; readonly usage: InviteUsage; readonly status: number }
  /** Sends a message outside any dialog: this way while that is alive, or where its host is found. */
  | {
      readonly type: 'page';
      readonly reference: number;
      readonly parts: PagerParts;
      readonly way?: Flow | undefined;
    }
  | { readonly type: 'bye'; readonly usage: InviteUsage }
  /** What a look-up found, the best first. */
  | {
      readonly type: 'located';
      readonly request: OutgoingRequest;
      readonly hops: readonly Flow[];
    }
  /** A connection is gone. */
  | { readonly type: 'closed'; readonly flow: Flow }
  /** Nothing can be sent this way. */
  | { readonly type: 'failed'; readonly flow: Flow }
  /** Asks for all bindings, and keeps them up from then on. */
  | { readonly type: 'register' }
  /** From now on INVITE and OPTIONS outside any dialog are refused by 503, and our bindings are taken back. */
  | { readonly type: 'drain' };

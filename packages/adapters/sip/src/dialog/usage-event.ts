/** What INVITE usages tell of: everything that happens between an INVITE and the end of its session. */
import type { SipRequest, SipResponse } from '../syntax/message.js';
import type { ServerTransaction } from '../transaction/server-transaction.js';
import type { Notice } from './notice.js';
import type { ReferTo } from './refer-to.js';

/** Why nobody waits for our answer to an INVITE any more. */
export type Withdrawal =
  /** The inviter took it back (RFC 3261, 9.2). */
  | 'cancelled'
  /** Somebody else took it up: CANCEL with `Reason: SIP;cause=200` (RFC 3326, 2). */
  | 'elsewhere'
  /** The way to the inviter is gone. */
  | 'lost';

/** Something that happened to one usage. */
export type UsageEvent<Usage> =
  /** An invitation of a peer waits for an answer no longer; the protocol's own answer has left. */
  | {
      readonly type: 'withdrawn';
      readonly usage: Usage;
      readonly why: Withdrawal;
      readonly reason?: string;
    }
  /** The peer has confirmed our acceptance. */
  | { readonly type: 'acknowledged'; readonly usage: Usage }
  /** The peer wants another session description; respond to the transaction (RFC 3261, 14.2). */
  | {
      readonly type: 'offered';
      readonly usage: Usage;
      readonly request: SipRequest;
      readonly transaction: ServerTransaction<Usage>;
    }
  /** The session is to be refreshed by an INVITE with our description as it is: execute `refresh` (RFC 4028, 7.4). */
  | { readonly type: 'refreshing'; readonly usage: Usage }
  /** A message within the session; respond to the transaction. */
  | {
      readonly type: 'message';
      readonly usage: Usage;
      readonly request: SipRequest;
      readonly transaction: ServerTransaction<Usage>;
    }
  /** INFO within the session, where that is taken; respond to the transaction. */
  | {
      readonly type: 'informed';
      readonly usage: Usage;
      readonly request: SipRequest;
      readonly transaction: ServerTransaction<Usage>;
    }
  /** A provisional answer to an invitation of ours. */
  | {
      readonly type: 'progressed';
      readonly usage: Usage;
      readonly status: number;
      readonly text: string;
    }
  /** An invitation of ours was accepted, and that is confirmed. */
  | { readonly type: 'established'; readonly usage: Usage; readonly response: SipResponse }
  /** An invitation of ours came to nothing; without a response where none came. */
  | {
      readonly type: 'declined';
      readonly usage: Usage;
      readonly status: number;
      readonly text: string;
      readonly response?: SipResponse;
    }
  /** The peer would have us invite somebody else; respond to the transaction, and tell the `progress` (RFC 3515). */
  | {
      readonly type: 'referred';
      readonly usage: Usage;
      readonly to: ReferTo;
      readonly request: SipRequest;
      readonly transaction: ServerTransaction<Usage>;
    }
  /** What became of a message of ours, or of whom a REFER of ours leads to, by the reference that was given with it. */
  | {
      readonly type: 'delivered';
      readonly reference: number;
      readonly status: number;
      readonly text: string;
    }
  /** What was subscribed to has news; without a notice there will be none any more (RFC 6665). */
  | { readonly type: 'notified'; readonly usage: Usage; readonly notice: Notice | undefined }
  /** Whoever relays our messages tells what became of one of them (MS-CONFIM). */
  | { readonly type: 'reported'; readonly usage: Usage; readonly body: Uint8Array }
  /**
   * The session is over. `us`: the BYE of ours was answered, or never will be. `network`: the peer does not answer any more,
   * or never confirmed.
   */
  | {
      readonly type: 'ended';
      readonly usage: Usage;
      readonly by: 'us' | 'peer' | 'network';
      readonly status?: number;
      /** What the peer said of it (RFC 3326). */
      readonly reason?: string;
    };

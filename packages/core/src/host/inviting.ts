/** How the house invites somebody, and what comes of it. */
import type { Address } from '../words/address.js';
import type { Session } from '../words/session.js';

/** How the house invites somebody. */
export interface Inviting {
  /** By which user agent, by its name; needed where the house has several. */
  readonly userAgent?: string;
  /** The bot whose session it is: its bounds, its mailbox and its injection count. Needed where the house has several. */
  readonly bot?: string;
  /** Who we are; the user agent's own address unless given. */
  readonly from?: string | Address;
  readonly displayName?: string;
  readonly subject?: string;
  /** By what both sides know the conversation; a fresh one unless given. */
  readonly conversationId?: string;
  /** Whether we go where a redirection sends us (RFC 3261, 8.1.3.4), or are told of it; `follow` unless given. */
  readonly redirects?: 'follow' | 'tell';
  /** Aborting it takes the invitation back. */
  readonly signal?: AbortSignal;
  /** Told of provisional answers: 180 Ringing and the like. */
  readonly progress?: (status: number, text: string) => void;
}

/** What became of an invitation of ours. `forwarded`: where to go instead, and where the house did not. */
export type InviteResult =
  | { readonly type: 'accepted'; readonly session: Session }
  | { readonly type: 'rejected'; readonly status: number; readonly text: string }
  | { readonly type: 'forwarded'; readonly status: number; readonly targets: readonly string[] };

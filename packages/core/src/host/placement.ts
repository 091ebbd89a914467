/** One bot in the house: which invitations it is asked about, when, and within what bounds. */
import type { Plugin } from '../injection/plugin.js';
import type { RejectReason } from '../words/decision.js';
import type { Duration } from '../words/duration.js';
import type { Invitation } from '../words/invitation.js';

/** What stands in for a decision that a bot did not make: the next bot is asked, or the invitation is rejected. */
export type Fallback = 'pass' | RejectReason;

/** One bot in the house. */
export interface Placement {
  /** The name that this house knows the bot by; unique. */
  readonly id: string;
  /** The bot, or the way to make it. */
  readonly plugin: Plugin;
  /** Where it stands in the line: the lowest is asked first; unique. */
  readonly order: number;
  /** Which invitations it is asked about; every one unless given. */
  readonly match?: (invitation: Invitation) => boolean;
  readonly decide?: {
    /** How long it may take to decide; 20 s unless given. */
    readonly timeout?: Duration;
    /** What counts when it took longer; `unavailable` (480) unless given. */
    readonly onTimeout?: Fallback;
    /** What counts when it failed; `unavailable` (480) unless given. */
    readonly onError?: Fallback;
    /**
     * On an address that the bot shares with people: no acceptance leaves before the invitation is so old, so that a person may
     * take it up first; then it is cancelled here. Rejections never wait, nor what names this device alone, nor a message
     * outside any session.
     */
    readonly politely?: Duration;
  };
  readonly session?: {
    /** Ends a session in which nothing was said for so long; without limit unless given. */
    readonly idle?: Duration;
    /** Ends a session after so long, come what may; without limit unless given. */
    readonly max?: Duration;
    /**
     * What an invitation to talk is where its inviter, known at least as well, names the conversation of a session that is up: a
     * session of its own (`new`, unless given), or that one, whose other end the peer has lost (`replace`). Then no bot is asked, what
     * was not confirmed is said again, and the old medium ends.
     */
    readonly again?: 'new' | 'replace';
    /** How many messages may wait to be read; 64 unless given. One more is refused with 486 until there is room. */
    readonly mailbox?: number;
  };
  readonly limits?: {
    /** How many sessions it may hold at once; beyond, it answers 486 with Retry-After. */
    readonly sessions?: number;
  };
  /** What the bot's own schema checks, and what `Config` injects. Nothing given counts as an empty object. */
  readonly config?: unknown;
}

/** An IM conversation in being (RFC 3261, 6; RFC 4975). */
import type { Observable, ObservableInput } from 'rxjs';

import type { Address } from './address.js';
import type { Duration } from './duration.js';
import type { Invitation, Party } from './invitation.js';
import type { Composing, Content, Delivery, Message } from './message.js';
import type { Participant } from './participant.js';

/** Why a session ended, and by whom. */
export interface SessionEnd {
  /** `bot`: its conversation completed, failed or asked; `host`: drain, idle, limit; `network`: no answer any more. */
  readonly by: 'bot' | 'peer' | 'host' | 'network';
  /**
   * One of: completed, failed, ended, hung-up, ejected, idle, drain, limit, lost, handed-over, transferred, replaced; of a medium
   * that another one has taken over from, moved.
   */
  readonly why: string;
  /** A SIP status that came or goes with it, where there is one. */
  readonly status?: number;
}

/**
 * The incoming messages: to be subscribed to, or read with `for await`; the same bounded, strictly serial mailbox. One
 * reader at a time; what nobody reads waits, also from before. `for await` fetches each message when it wants it. A
 * subscriber that sends while it is handed a message gets the next one when the fate of that is known; one that sends
 * nothing at once may have as many in hand as the mailbox has places, and one more each second or with each later send.
 */
export interface Messages extends Observable<Message>, AsyncIterable<Message> {}

/** How a question is asked. */
export interface Asking {
  /** How long to wait for an answer each time; 60 s unless said otherwise. */
  readonly timeout?: Duration;
  /** What to say when none came in time; unless given, the question is not repeated. */
  readonly retry?: string;
  /** How often the question is put in all, the first time included; 1, or 2 where there is a `retry`. */
  readonly attempts?: number;
}

/** How the peer is sent on. */
export interface Transferring {
  /** Another session of this house, whose peer the target is: the peer of this one takes our place in it (RFC 3891). */
  readonly replacing?: Session;
  /** How long the two may take to meet; 2 minutes unless given. */
  readonly timeout?: Duration;
}

/** What became of sending the peer on; where it failed the session goes on. */
export type Transferred =
  | { readonly type: 'transferred' }
  | { readonly type: 'failed'; readonly status: number; readonly reason: string };

/** What became of talking to whom the peer has sent us. */
export type Referred =
  | { readonly type: 'accepted'; readonly session: Session }
  | { readonly type: 'rejected'; readonly status: number; readonly text: string }
  | { readonly type: 'forwarded'; readonly status: number; readonly targets: readonly string[] };

/** The peer would have us talk to somebody else (RFC 3515). What is not answered within 20 seconds is declined. */
export interface Referral {
  /** Whom to. */
  readonly target: Address;
  /**
   * Invites the target, in the peer's name; the peer is told how that goes. The session with the peer goes on.
   * @throws LocalProtocolError `already-answered`; and what `host.invite` throws.
   */
  accept(conversation: (session: Session) => ObservableInput<unknown> | void): Promise<Referred>;
  /** Says no: 603. */
  decline(): void;
}

/** An IM conversation in being, as a bot sees it. */
export interface Session {
  /** Unique in this house. */
  readonly id: string;
  readonly invitation: Invitation;
  /** Who has invited: the peer (`incoming`), or we (`outgoing`). */
  readonly direction: 'incoming' | 'outgoing';
  /** Who we are in this session. */
  readonly local: Address;
  readonly peer: Party;
  readonly messages: Messages;
  /** Whether the peer is typing (RFC 3994): `active` and `idle` as they change. */
  readonly composing: Observable<Composing>;
  /** Aborts when the session is over, whoever ended it. */
  readonly signal: AbortSignal;
  /** How it ended, once it has. */
  readonly ended: Promise<SessionEnd>;
  /**
   * Says something, after all that was said before it.
   * @returns what became of it; a refusal by the peer is a value, not an error.
   * @throws SessionEnded when the session is over; LocalProtocolError `backlog` when too much is waiting to be sent.
   */
  send(content: string | Content): Promise<Delivery>;
  /**
   * Puts a question and waits for the next message: one that arrives after this. What was unread before stays so.
   * @throws Unanswered when none came within its time and attempts; SessionEnded when the session is over.
   */
  ask(question: string, asking?: Asking): Promise<string>;
  /** Shows the peer that we are typing, or no longer are; ends by itself with the next `send`. */
  compose(composing?: Composing): void;
  /**
   * Lets another bot of the house go on with this session. This bot's conversation is over: its `messages` complete and
   * its `signal` aborts, while the peer notices nothing.
   * @param bot the id under which the house knows it.
   * @throws LocalProtocolError `no-such-bot`, or `not-taken` where that bot does not accept; the session then stays here.
   */
  handOver(bot: string): Promise<void>;
  /**
   * Who takes part: in a session of two, we and the peer; in a conference, all whom it tells of (RFC 4575). The present ones
   * at once, where they are known, and then as they change. Of a conference nobody is asked before somebody listens here.
   */
  readonly participants: Observable<readonly Participant[]>;
  /** Whom the peer would have us talk to, as it asks; while nobody listens, it is declined. */
  readonly referrals: Observable<Referral>;
  /**
   * Sends the peer on to somebody else (RFC 3515). When they have met, the session ends with `transferred`.
   * @returns what became of it: that the peer does not go is a value, not an error.
   * @throws LocalProtocolError `not-transferable` where the medium cannot, or the session to be replaced is none of this house;
   * `bad-address`; SessionEnded when the session is over.
   */
  transfer(target: string | Address, transferring?: Transferring): Promise<Transferred>;
  /** Ends the session politely, after what was said before it has gone out. */
  end(): Promise<void>;
}

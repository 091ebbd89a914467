/** All that the host did, as data: logs, metrics, transcripts, the operator's page and tests live on it. */
import type { RegistrationState } from '../ports/registration-state.js';
import type { Listening, Violation } from '../ports/user-agent.js';
import type { Address } from '../words/address.js';
import type { Instant } from '../words/duration.js';
import type { Invitation } from '../words/invitation.js';
import type { Content, Delivery, Message } from '../words/message.js';
import type { SessionEnd } from '../words/session.js';
import type { WithdrawalReason } from '../words/withdrawal.js';

/** How one bot came to what it said of an invitation. */
export interface Step {
  readonly bot: string;
  /** What it said, or what was done in its stead: `unmatched` was not asked, `full` has no session left to give. */
  readonly outcome:
    | 'accept'
    | 'reject'
    | 'forward'
    | 'pass'
    | 'defer'
    | 'failed'
    | 'silent'
    | 'full'
    | 'unmatched';
  /** Why, in words for people. */
  readonly why: string;
  /** Milliseconds. */
  readonly took: number;
}

/** What the house answered, in short. */
export type AnswerSummary =
  | { readonly type: 'accept' }
  | {
      readonly type: 'reject';
      readonly status: number;
      readonly text?: string;
      readonly diagnostic?: string;
    }
  | { readonly type: 'forward'; readonly status: 302 | 303; readonly targets: readonly string[] };

/** What an invitation of ours came to, in short. */
export type InviteAnswer =
  /** `by` is who has accepted: another than was invited where it was sent on. */
  | { readonly type: 'accepted'; readonly by: Address }
  | { readonly type: 'rejected'; readonly status: number; readonly text: string }
  | { readonly type: 'forwarded'; readonly status: number; readonly targets: readonly string[] };

/** What all activity about one session has in common. */
interface OfSession {
  readonly at: Instant;
  /** The session's id. */
  readonly session: string;
  /** The id of the bot that holds it. */
  readonly bot: string;
}

/** A user agent listens. */
interface ListeningBegan {
  readonly type: 'listening';
  readonly at: Instant;
  readonly userAgent: string;
  readonly listening: Listening;
}

/** How the binding of one of our addresses to where we are stands has changed, or it was refreshed. */
interface Registered extends RegistrationState {
  readonly type: 'registered';
  readonly at: Instant;
  readonly userAgent: string;
}

/** An invitation was let in, and is about to be decided. */
interface Invited {
  readonly type: 'invited';
  readonly at: Instant;
  readonly userAgent: string;
  readonly invitation: Invitation;
}

/** An invitation was refused at the door, before any bot saw it. */
interface Shed {
  readonly type: 'shed';
  readonly at: Instant;
  readonly userAgent: string;
  /** The invitation's id. */
  readonly invitation: string;
  readonly status: number;
  /** Too many sessions, too many undecided invitations, or the door is not open yet or no longer. */
  readonly why: 'sessions' | 'pending' | 'opening' | 'draining';
}

/** A bot left the decision to somebody outside, who has until then. */
interface Deferred {
  readonly type: 'deferred';
  readonly at: Instant;
  readonly userAgent: string;
  readonly invitation: Invitation;
  readonly bot: string;
  readonly until: Instant;
  /** What is asked, in words for people. */
  readonly why?: string;
}

/** An invitation was decided, and this answer went to the user agent. */
interface Decided {
  readonly type: 'decided';
  readonly at: Instant;
  readonly userAgent: string;
  readonly invitation: Invitation;
  /** The bot whose word it was; absent where every bot passed. */
  readonly bot?: string;
  readonly answer: AnswerSummary;
  readonly steps: readonly Step[];
  /** Milliseconds from the knock to the answer. */
  readonly took: number;
}

/** The inviter left before there was an answer, or together with it. */
interface Cancelled {
  readonly type: 'cancelled';
  readonly at: Instant;
  readonly userAgent: string;
  readonly invitation: Invitation;
  readonly why: WithdrawalReason;
  readonly steps: readonly Step[];
  /** Milliseconds since the knock. */
  readonly took: number;
}

/** What all activity about one invitation of ours has in common. */
interface OfInviting {
  readonly at: Instant;
  readonly userAgent: string;
  /** The id of the bot whose session it will be. */
  readonly bot: string;
  /** The invitation's id. */
  readonly invitation: string;
  readonly target: Address;
}

/** An invitation of ours is about to leave. */
interface Inviting extends OfInviting {
  readonly type: 'inviting';
  readonly from: Address;
  /** The id of the invitation that is bridged by it. */
  readonly onBehalfOf?: string;
}

/** What became of an invitation of ours is known. */
interface AnsweredUs extends OfInviting {
  readonly type: 'answered';
  readonly answer: InviteAnswer;
  /** Milliseconds since it left. */
  readonly took: number;
}

/** Two peers talk through the house: this session goes on to somebody whom the house has invited. */
interface Bridged extends OfSession {
  readonly type: 'bridged';
  readonly to: Address;
  /** The id of the invitation of ours that reached them. */
  readonly by: string;
}

/** A session began. */
interface Started extends OfSession {
  readonly type: 'started';
  readonly invitation: Invitation;
  /** What carries its messages. */
  readonly medium: string;
}

/** A message came in and was taken. Its content is somebody's talk: not for logs. */
interface Received extends OfSession {
  readonly type: 'received';
  readonly message: Message;
}

/** A message came in and could not be taken; the peer was told this status. */
interface Refused extends OfSession {
  readonly type: 'refused';
  /** The message's id. */
  readonly message: string;
  readonly status: number;
  readonly why: 'mailbox' | 'journal';
}

/** A message was sent, and this became of it. Its content is somebody's talk: not for logs. */
interface Sent extends OfSession {
  readonly type: 'sent';
  /** The message's id. */
  readonly message: string;
  readonly content: Content;
  readonly delivery: Delivery;
  /** Milliseconds until its fate was known. */
  readonly took: number;
}

/** A session went from the bot named here to another one. */
interface HandedOver extends OfSession {
  readonly type: 'handed-over';
  /** The id of the bot that goes on with it. */
  readonly to: string;
}

/** A session went on over another medium: nobody who takes part in it has to notice. */
export interface Moved extends OfSession {
  readonly type: 'moved';
  /** The id of the invitation that led there. */
  readonly by: string;
  /**
   * Its peer has taken it to a conference (`escalated`), or has lost its end and come anew (`again`); or what carried it was dead, and
   * the peer was invited anew (`lost`).
   */
  readonly why: 'escalated' | 'again' | 'lost';
  /** What carries its messages from now on. */
  readonly medium: string;
}

/** A session ended. */
interface Ended extends OfSession {
  readonly type: 'ended';
  readonly end: SessionEnd;
  /** Milliseconds that it lasted. */
  readonly took: number;
}

/** Something of ours or of a bot's failed. What it harmed is named; nothing else was. */
export interface Failed {
  readonly type: 'failed';
  readonly at: Instant;
  readonly what:
    | 'decide'
    | 'answer'
    | 'conversation'
    | 'journal'
    | 'medium'
    | 'disposal'
    | 'subscriber'
    | 'user-agent';
  readonly bot?: string;
  readonly session?: string;
  /** The invitation's id. */
  readonly invitation?: string;
  readonly error: unknown;
}

/** A peer did something wrong, or the network did. */
interface Violated extends Violation {
  readonly type: 'violated';
  readonly at: Instant;
  readonly userAgent: string;
}

/** A bot or the host noted something for people. */
interface Noted {
  readonly type: 'noted';
  readonly at: Instant;
  readonly level: 'info' | 'warn';
  readonly text: string;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly bot?: string;
  readonly session?: string;
  /** The invitation's id. */
  readonly invitation?: string;
}

/** New invitations are refused from now on. */
interface Draining {
  readonly type: 'draining';
  readonly at: Instant;
  readonly sessions: number;
}

/** The house is closed; nothing comes after it. */
interface Closed {
  readonly type: 'closed';
  readonly at: Instant;
}

/** One thing that the host did. */
export type Activity =
  | ListeningBegan
  | Registered
  | Invited
  | Shed
  | Deferred
  | Decided
  | Cancelled
  | Inviting
  | AnsweredUs
  | Bridged
  | Started
  | Received
  | Refused
  | Sent
  | HandedOver
  | Moved
  | Ended
  | Failed
  | Violated
  | Noted
  | Draining
  | Closed;

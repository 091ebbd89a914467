/** Our end of a protocol: where invitations come from and answers go (RFC 3261, 6). An adapter is one. */
import type { Address } from '../words/address.js';
import type { RejectReason } from '../words/decision.js';
import type { Content, Delivery } from '../words/message.js';
import type { Invitation, Retargeting } from '../words/invitation.js';
import type { WithdrawalReason } from '../words/withdrawal.js';
import type { Introduction } from './introduction.js';
import type { Medium, Receiver } from './medium.js';
import type { RegistrationState } from './registration-state.js';

/** One place where a user agent listens. */
export interface Listening {
  /** `udp`, `tcp`, `ws`, …: a word for people. */
  readonly transport: string;
  readonly address: string;
  readonly port: number;
}

/** The house's one answer to an invitation. */
export type Answer =
  | {
      readonly type: 'accept';
      readonly receiver: Receiver;
      /** The invitation alone is taken up: where it leads to, such as a conference, the bot goes by itself. */
      readonly apart?: true;
    }
  | {
      readonly type: 'reject';
      readonly status: number;
      /** Why, by name, where the bot gave a name: a dialect may have a status of its own for it. */
      readonly reason?: RejectReason;
      readonly text?: string;
      /** Milliseconds. */
      readonly retryAfter?: number;
      /** Why, for whoever reads the wire: names the cause, never a secret nor a stack. */
      readonly diagnostic?: string;
    }
  | { readonly type: 'forward'; readonly status: 302 | 303; readonly targets: readonly Address[] };

/**
 * What the answer came to. `gone`: the inviter had left, so the protocol's own answer went out instead. `failed`: the inviter
 * heard that we come, but where we were invited to, such as a conference, nobody let us in; nothing is left of it.
 */
export type Answered =
  | { readonly type: 'accepted'; readonly medium: Medium }
  | { readonly type: 'answered' }
  | { readonly type: 'failed'; readonly status: number; readonly text: string }
  | { readonly type: 'gone'; readonly why: WithdrawalReason };

/** What a user agent knows of an invitation. */
export interface InvitationFacts extends Omit<Invitation, 'deadline' | 'replaces' | 'escalates'> {
  /** The host's side of the session that it is to take the place of (RFC 3891): its sender has a right to that. */
  readonly replaces?: Receiver | undefined;
}

/**
 * An invitation at the door, together with the way to answer it. Where the inviter leaves, its `signal` aborts, with a
 * `Withdrawal` for a reason. A `firstMessage` is taken by the host before an acceptance
 * leaves; a user agent that hands it to the receiver as well, under the same id, is told that it is taken.
 */
export interface Knock {
  readonly invitation: InvitationFacts;
  /**
   * Answers, once. For an acceptance the receiver stands before anything leaves; the medium may be used at once, and what
   * is sent before the peer confirmed waits for that.
   * @throws LocalProtocolError `already-answered` at a second answer.
   */
  answer(answer: Answer): Promise<Answered>;
}

/** What a peer did wrong, or the network: for activity and counters. */
export interface Violation {
  readonly code: string;
  readonly message: string;
  /** The peer as the network sees it: `udp 127.0.0.1:5080`. */
  readonly peer?: string;
  /** The status that answered it, where an answer was due. */
  readonly status?: number;
}

/** The host, as a user agent sees it. */
export interface Door {
  /**
   * Lays an invitation before the house. Admission is decided at once and synchronously: where it is refused, the status
   * to answer with is returned and nothing else will happen.
   */
  knock(knock: Knock): { readonly status: number; readonly retryAfter?: number } | undefined;
  /** Reports what a peer did wrong. */
  violated(violation: Violation): void;
  /** Reports how a binding of one of our addresses stands, as often as that changes and as it is refreshed. */
  registered?(registration: RegistrationState): void;
}

/** How to invite somebody. */
export interface InviteOptions {
  /** Who we are; a user agent's own address unless given. */
  readonly from?: Address;
  readonly displayName?: string;
  readonly subject?: string;
  /** By what both sides know the conversation. */
  readonly conversationId?: string;
  /** The addresses that were tried before the target, the first one first (RFC 7044). */
  readonly history?: readonly Retargeting[];
  /** Header fields besides those that are made here; the host has looked at their names. */
  readonly headers?: readonly (readonly [name: string, value: string])[];
  /** On whose word we come. */
  readonly introduction?: Introduction;
  /** Over how many more hops it may go (RFC 3261, 20.22: Max-Forwards); 70 unless given. */
  readonly hops?: number;
  /** Whether a redirection is followed, five times at most (RFC 3261, 8.1.3.4); only told of unless given, or where that cannot be. */
  readonly redirects?: 'follow' | 'tell';
  /** Whether it may be followed there; anywhere unless given. */
  readonly allows?: (target: Address) => boolean;
  /** Aborting it cancels the invitation. */
  readonly signal?: AbortSignal;
  /** Told of the peer's provisional answers: 180 Ringing and the like. */
  readonly progress?: (status: number, text: string) => void;
}

/** What became of an invitation of ours; `peer` is who has accepted, which is another than the target where it was sent on. */
export type Invited =
  | { readonly type: 'accepted'; readonly medium: Medium; readonly peer: Address }
  | { readonly type: 'rejected'; readonly status: number; readonly text: string }
  | { readonly type: 'forwarded'; readonly status: number; readonly targets: readonly string[] };

/** How much there is of one thing, and the most that there may be, where that is bounded. */
export interface Gauge {
  readonly used: number;
  readonly limit?: number;
}

/** How a user agent is doing, as of now: for health and metrics. */
export interface UserAgentState {
  /** Milliseconds for which new invitations have been turned away for want of capacity; 0 while they are not. */
  readonly sheddingFor: number;
  /** What there is at the moment, by name: `dialogs`, `server-transactions`, …. */
  readonly gauges: ReadonlyMap<string, Gauge>;
  /** What has happened since it was made, by name; they only grow. */
  readonly counters: ReadonlyMap<string, number>;
}

/** Our end of a protocol. */
export interface UserAgent {
  /** `sip`, `console`, …: unique in a house. */
  readonly name: string;
  /** Where it listens; empty before `open` and after `close`. */
  readonly listening: readonly Listening[];
  /** By what addresses we are known: the first one is who we are where nobody says, the others lead back to us as well. */
  readonly addresses?: readonly Address[];
  /** How the bindings of our addresses to where we are stand, where it keeps any. */
  readonly registrations?: readonly RegistrationState[];
  /** How it is doing, where it can tell; undefined while closed. */
  readonly state?: UserAgentState | undefined;
  /**
   * Begins to listen, and lays each invitation before the door.
   * @throws when any place to listen cannot be had; then none is held.
   */
  open(door: Door): Promise<void>;
  /** Invites somebody to a session; the receiver stands before the invitation leaves. */
  invite(target: Address, receiver: Receiver, options?: InviteOptions): Promise<Invited>;
  /** Sends one message outside any session, where the protocol can (RFC 3428). */
  send(
    target: Address,
    content: Content,
    options?: Pick<InviteOptions, 'from' | 'displayName'>,
  ): Promise<Delivery>;
  /** From now on every new invitation is refused as unavailable (503); sessions go on. */
  drain(): void;
  /** Stops listening and lets go of everything. Sessions still open are ended at the peer first. */
  close(): Promise<void>;
}

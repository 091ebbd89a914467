/** The house: hosts bots, lays every invitation before them in order, and keeps the sessions that they accept. */
import type { ServiceIdentifier } from 'inversify';
import type { Observable } from 'rxjs';

import type { Chance, Clock } from '../ports/clock.js';
import type { Journal, Store } from '../ports/journal.js';
import type { Gauge, UserAgent } from '../ports/user-agent.js';
import type { Address } from '../words/address.js';
import type { ConversationClass, Converse, Decision } from '../words/decision.js';
import type { Duration } from '../words/duration.js';
import type { Invitation, Party } from '../words/invitation.js';
import type { Session } from '../words/session.js';
import type { Activity } from './activity.js';
import type { PendingInvitation } from './pending-invitation.js';
import type { OutgoingHook } from './draft.js';
import type { ForwardingOptions } from './guards.js';
import type { Inviting, InviteResult } from './inviting.js';
import type { Placement } from './placement.js';

/** What a house is made of. */
export interface HostOptions {
  readonly userAgents: readonly UserAgent[];
  readonly bots: readonly Placement[];
  /** The system's clock unless given. */
  readonly clock?: Clock;
  /** The system's chance unless given. */
  readonly chance?: Chance;
  /** In memory unless given: then a message survives nothing. */
  readonly journal?: Journal;
  /** In memory unless given. */
  readonly store?: Store;
  /** Admission, counted before any bot is asked; beyond, an invitation is refused with 503. */
  readonly limits?: {
    /** Sessions at once, those about to begin included; 100,000 unless given. */
    readonly sessions?: number;
    /** Invitations that await their answer; 10,000 unless given. */
    readonly pending?: number;
    /** Those of them that wait for somebody outside their bot; 1,000 unless given. Beyond, nobody is waited for. */
    readonly deferred?: number;
  };
  /** Where invitations may go; to any SIP address but our own unless given. */
  readonly forwarding?: ForwardingOptions;
  /** Sees each invitation of ours before it leaves, and may decorate or, by throwing, forbid it. */
  readonly outgoing?: OutgoingHook;
}

/** How the house is doing, as of now: for health and metrics. */
export interface HostState {
  /** `opening` until everybody may come in, `draining` from the first wish to close. */
  readonly door: 'opening' | 'open' | 'draining';
  readonly sessions: Gauge;
  /** Invitations that await their answer. */
  readonly pending: Gauge;
  /** Those of them whose bot left the decision to somebody outside. */
  readonly deferred: Gauge;
  /** The sessions of each bot by its id, in the order in which the bots are asked. */
  readonly bots: ReadonlyMap<string, Gauge>;
}

/** The house, opened, drained and closed as one. */
export interface Host {
  /** Every invitation that was let in, of all user agents. Whoever listens cannot disturb the decision. */
  readonly invitations: Observable<Invitation>;
  /** All that the host did, as data. It never carries secrets; message bodies only as `Message` or `Content`. */
  readonly activity: Observable<Activity>;
  /** How many sessions are in being. */
  readonly sessions: number;
  readonly state: HostState;
  /** The invitations that wait for somebody outside their bot to decide, by their ids, as of now: it changes by itself. */
  readonly pending: ReadonlyMap<string, PendingInvitation>;
  /**
   * The newest session of that conversation with that party, as the bot that holds it sees it. It is found only by whom it is
   * with: by the same address, known at least as well, and proven to be the same where that was proven.
   */
  find(conversationId: string, party: Party): Session | undefined;
  /**
   * Answers an invitation that a bot deferred, as if the bot had: `pass` asks the next bot, another `defer` gives it another
   * length of time, and a session counts on the bot that deferred. Resolves when the answer is out, and an acceptance
   * confirmed. To reject what no longer waits does nothing.
   * @throws LocalProtocolError `not-pending` where it does not wait (any more), also where the inviter left in that moment;
   * `not-accepted` where nothing that both sides have could carry the session; `not-confirmed` where the inviter never confirmed it; `bad-decision`, `forbidden-target` and `no-room`,
   * and what the constructor of a conversation throws: then the invitation waits on.
   */
  decide(invitation: string, decision: Decision): Promise<void>;
  /**
   * Opens the door: every user agent listens, or none does and this throws what the first one threw.
   * @throws LocalProtocolError `closed` once the house is draining.
   */
  open(): Promise<void>;
  /**
   * Invites somebody to a session, in which `conversation` talks once it is accepted; messages are taken from before the
   * invitation leaves. The session counts as one of `bot`. Where there is no room for it that is a rejection of our own:
   * 503 for the house, 486 for the bot.
   * @returns what became of it: a rejection or redirection is a value, not an error.
   * @throws LocalProtocolError `bad-address`, `no-such-bot`, `no-such-user-agent`, `forbidden-target`, `forbidden-header`; what
   * the hook throws, the constructor of a conversation class, or the user agent.
   */
  invite(
    target: string | Address,
    conversation: Converse | ConversationClass,
    inviting?: Inviting,
  ): Promise<InviteResult>;
  /**
   * Refuses new invitations (503), and waits for the sessions to end. Those that have not after `within` are ended
   * politely (`{ by: 'host', why: 'drain' }`). A later, shorter wish counts.
   */
  drain(within: Duration): Promise<void>;
  /** Drains at once where nobody drained before, closes the user agents, and disposes all in reverse order of making. */
  close(): Promise<void>;
}
/** The house itself, to be injected. */
export const Host: ServiceIdentifier<Host> = Symbol.for('@usher/core:Host');

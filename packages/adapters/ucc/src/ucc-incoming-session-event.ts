/** Somebody invites us: what is known of it, and the one answer. */
import { forward, type Forwarding, type Invitation, reject, type Rejection } from '@usher/core';

import { UCC_PARTICIPANT_STATE_CHANGE_REASON } from './enumerations/participant-state-change-reason.js';
import { UCC_REJECT_OR_TERMINATE_REASON } from './enumerations/reject-or-terminate-reason.js';
import { UCC_RETARGET_REASON } from './enumerations/retarget-reason.js';
import { UCC_SESSION_REDIRECT_METHOD } from './enumerations/session-redirect-method.js';
import { UCC_SOURCE_NETWORK_TYPE } from './enumerations/source-network-type.js';
import { UccError } from './ucc-error.js';
import type { Change } from './ucc-participant.js';
import type { Surroundings, UccSession, UccSessionParticipant } from './ucc-session.js';
import { UccUri } from './ucc-uri.js';

const { UCCPSCR_NORMAL, UCCPSCR_FORWARD_DISCONNECT } = UCC_PARTICIPANT_STATE_CHANGE_REASON;
const {
  UCCROTR_NOT_SPECIFIED,
  UCCROTR_ACCEPTED_ELSEWHERE,
  UCCROTR_FORWARDED,
  UCCROTR_TIMEOUT,
  UCCROTR_UNAVAILABLE,
  UCCROTR_BUSY,
  UCCROTR_NOT_ACCEPTABLE,
  UCCROTR_DECLINE,
  UCCROTR_DECLINE_EVERYWHERE,
} = UCC_REJECT_OR_TERMINATE_REASON;

/** How each reason is said in the words of the house. What is missing here cannot be said. */
const REJECTIONS: ReadonlyMap<number, Rejection> = new Map([
  [UCCROTR_NOT_SPECIFIED, reject('unavailable')],
  [UCCROTR_ACCEPTED_ELSEWHERE, reject('unavailable')],
  [UCCROTR_TIMEOUT, reject('timeout')],
  [UCCROTR_UNAVAILABLE, reject('unavailable')],
  [UCCROTR_BUSY, reject('busy')],
  [UCCROTR_NOT_ACCEPTABLE, reject('not-acceptable')],
  [UCCROTR_DECLINE, reject('decline')],
  [UCCROTR_DECLINE_EVERYWHERE, reject('decline-everywhere')],
]);

const NETWORKS = {
  company: UCC_SOURCE_NETWORK_TYPE.UCCSNT_COMPANY,
  'federated-enterprise': UCC_SOURCE_NETWORK_TYPE.UCCSNT_FEDERATED_ENTERPRISE,
  'federated-public': UCC_SOURCE_NETWORK_TYPE.UCCSNT_FEDERATED_PUBLIC,
} as const;

/** One place that an invitation was at before. UCC calls it obsolescent; it is data, and never proof. */
export interface UccSessionHistoryEntry {
  readonly Uri: UccUri;
  /** 0 where it is not said. */
  readonly StatusCode: number;
  readonly StatusText: string;
  readonly Index: number;
  readonly RedirectionReason: UCC_RETARGET_REASON;
}

/** Where an invitation is redirected: a name for people, which the house leaves out, and the address. */
export interface UccNameUriPair {
  readonly Name?: string;
  readonly Uri: string | UccUri;
}

/** The one answer: what to accept with is the house's side of it. */
export type UccAnswer = { readonly type: 'accept' } | Rejection | Forwarding;

/** Somebody invites us. It may be kept, and answered later: once, until its time is over. */
export class UccIncomingSessionEvent {
  /** The session that begins with `Accept`. */
  readonly Session: UccSession;
  /** Who invites. */
  readonly Inviter: UccSessionParticipant;
  /** The session that this one takes the place of, where it is one of ours: it ends as this one is accepted (RFC 3891). */
  readonly TargetReplaceSession: UccSession | undefined;
  /** The invitation in the words of the house: its subject, its first message, its header fields. */
  readonly invitation: Invitation;
  readonly #surroundings: Surroundings;
  readonly #settle: (answer: UccAnswer) => void;
  #open = true;

  /** @param settle told the answer, once. */
  constructor(
    invitation: Invitation,
    session: UccSession,
    inviter: UccSessionParticipant,
    replaced: UccSession | undefined,
    surroundings: Surroundings,
    settle: (answer: UccAnswer) => void,
  ) {
    this.invitation = invitation;
    this.Session = session;
    this.Inviter = inviter;
    this.TargetReplaceSession = replaced;
    this.#surroundings = surroundings;
    this.#settle = settle;
  }

  /** The network that it comes from, where a trusted edge says so. */
  get SourceType(): UCC_SOURCE_NETWORK_TYPE {
    const { sourceNetwork } = this.invitation;
    return sourceNetwork === undefined
      ? UCC_SOURCE_NETWORK_TYPE.UCCSNT_UNSPECIFIED
      : NETWORKS[sourceNetwork];
  }

  /** Where it was before it came here, the first place first. */
  get History(): readonly UccSessionHistoryEntry[] {
    return this.invitation.history.map(({ address, status, reason }, at) => ({
      Uri: new UccUri(address),
      StatusCode: status ?? 0,
      StatusText: reason ?? '',
      Index: at + 1,
      RedirectionReason: UCC_RETARGET_REASON.UCCRR_OTHERS,
    }));
  }

  /** Whether it still waits for its answer. */
  get open(): boolean {
    return this.#open;
  }

  /**
   * Takes it up: the session is connected when its participants say so.
   * @throws UccError 0x80EE002A where the inviter has left, or it was answered before.
   */
  Accept(): void {
    this.#close('Accept');
    this.#settle({ type: 'accept' });
  }

  /**
   * Turns it down; where the inviter has left, or it was answered before, nothing happens.
   * @throws UccError 0x80070057 where the reason is none, or `UCCROTR_FORWARDED`, which says nothing of where to.
   */
  Reject(reason: UCC_REJECT_OR_TERMINATE_REASON): void {
    if (!this.#open) return;
    const rejection = REJECTIONS.get(reason);
    if (rejection === undefined) {
      throw UccError.badArgument(
        reason === UCCROTR_FORWARDED
          ? 'Reject(UCCROTR_FORWARDED) says nothing of where to; use Redirect or Forward'
          : `${reason} is no reason to reject an invitation`,
      );
    }
    this.#open = false;
    this.#settle(rejection);
    if (reason === UCCROTR_NOT_SPECIFIED) {
      this.#surroundings.warn('an invitation is rejected without a reason, as 480; name one');
      // The participants' state stays what it was: this is how UCC tells it from a rejection with a reason.
      this.Session.forgotten();
    } else {
      const text = rejection.reason ?? 'rejected';
      this.#conclude({ reason: UCCPSCR_NORMAL, status: rejection.status, text, wanted: true });
    }
  }

  /**
   * Sends the inviter to others, the first one preferred; no session begins here.
   * @throws UccError 0x80EE002A where the inviter has left, or it was answered before; 0x80070057 where there is no target, or
   * one is no address, the inviter, ourselves, or a place where it was before.
   */
  Redirect(method: UCC_SESSION_REDIRECT_METHOD, targets: readonly UccNameUriPair[]): void {
    this.#check('Redirect');
    if (!Object.values(UCC_SESSION_REDIRECT_METHOD).includes(method))
      throw UccError.badArgument(`${method} is no method to redirect by`);
    if (targets.length === 0) throw UccError.badArgument('to redirect needs a target');
    const uris = targets.map(({ Uri }) => this.#target(Uri));
    this.#open = false;
    const { UCCSRM_SERVER_REDIRECT } = UCC_SESSION_REDIRECT_METHOD;
    const mode = method === UCCSRM_SERVER_REDIRECT ? 'server' : 'redirect';
    this.#settle(
      forward(
        uris.map(({ address }) => address),
        { mode },
      ),
    );
    const text = 'forwarded';
    this.#conclude({ reason: UCCPSCR_FORWARD_DISCONNECT, status: method, text, wanted: true });
  }

  /** Sends the inviter to somebody else, as RTC's `Forward` does: `Redirect` with one target, by the inviter. */
  Forward(uri: string | UccUri): void {
    this.Redirect(UCC_SESSION_REDIRECT_METHOD.UCCSRM_CLIENT_REDIRECT, [{ Uri: uri }]);
  }

  /** Nobody waits for an answer any more, or somebody else has given it. */
  closed(change: Change): void {
    this.#open = false;
    this.#conclude(change);
  }

  #check(what: string): void {
    if (!this.#open)
      throw UccError.badState(`${what}: the inviter has left, or it was answered before`);
  }

  #close(what: string): void {
    this.#check(what);
    this.#open = false;
  }

  #target(uri: string | UccUri): UccUri {
    const target = typeof uri === 'string' ? UccUri.parse(uri) : uri;
    const { inviter, endpoint, history } = this.invitation;
    const visited = [inviter.address, endpoint, ...history.map(({ address }) => address)];
    if (!visited.some((address) => address.equals(target.address))) return target;
    throw UccError.badArgument(
      `not redirected to ${target.Value}: it is the inviter, ourselves, or was tried before`,
    );
  }

  #conclude(change: Change): void {
    this.Session.concluded(change);
  }
}

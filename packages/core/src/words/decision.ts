/** Accept, reject, forward or pass, as a value: exactly one answer leaves the house whatever the bot does. */
import type { ObservableInput } from 'rxjs';

import { Address } from './address.js';
import { type Duration, milliseconds } from './duration.js';
import { LocalProtocolError } from './errors.js';
import type { Session } from './session.js';

/**
 * What a bot does with a session. When it completes, the session ends politely; when it fails, this session alone ends. One
 * that returns nothing keeps the session until the peer hangs up, the bot ends it, or a bound of its placement does.
 */
export type Converse = (session: Session) => ObservableInput<unknown> | void;

/** A conversation as a class, made for each session by injection. */
export interface Conversation {
  converse(session: Session): ObservableInput<unknown> | void;
}

/** A class of conversations; its constructor's arguments are what its `@service` decorator injects. */
// oxlint-disable-next-line typescript/no-explicit-any -- a constructor's arguments are contravariant: only `any` takes all
export type ConversationClass = new (...dependencies: any[]) => Conversation;

/** Why an invitation is rejected, and the SIP status that says so (RFC 3261, 21). */
export const REJECT_STATUS = {
  timeout: 408,
  unavailable: 480,
  busy: 486,
  'not-acceptable': 488,
  decline: 603,
  /** 603 as well; the word is kept apart for dialects that have a status of their own for it. */
  'decline-everywhere': 603,
} as const;

/** A reason by name. `busy` and `unavailable` let other devices of the same address answer; `decline` ends them all. */
export type RejectReason = keyof typeof REJECT_STATUS;

/**
 * How a forward is done: `redirect` tells the inviter (302), `server` asks the proxy between (303), `bridge` invites the targets
 * ourselves, one after the other, and carries what is said between the one that accepts and the inviter.
 */
export type ForwardMode = 'redirect' | 'server' | 'bridge';

export interface Acceptance {
  readonly type: 'accept';
  readonly conversation: Converse | ConversationClass;
  /** Of an invitation to a conference: it alone is taken up, and what it would take there is left as it is. */
  readonly apart?: true;
}
export interface Rejection {
  readonly type: 'reject';
  /** 400 to 699, never a redirection. */
  readonly status: number;
  readonly reason?: RejectReason;
  /** The reason phrase for the inviter. */
  readonly text?: string;
  /** After how many milliseconds the inviter may try again (RFC 3261, 20.33). */
  readonly retryAfter?: number;
}
export interface Forwarding {
  readonly type: 'forward';
  /** Where to go instead, the first one preferred (RFC 3261, 21.3). */
  readonly targets: readonly Address[];
  readonly mode: ForwardMode;
  /** Of a bridge: for how many milliseconds each target is tried; 30,000 unless given. */
  readonly timeout?: number;
}
export interface Passing {
  readonly type: 'pass';
  readonly why: string;
}

export interface Deferral {
  readonly type: 'defer';
  /** How many milliseconds somebody outside the bot has to decide. */
  readonly within: number;
  /** What counts where nobody did. */
  readonly otherwise: Exclude<Decision, Deferral>;
  /** What they are asked, for whoever is shown it. */
  readonly why?: string;
}

/** What a bot decided, as a value. */
export type Decision = Acceptance | Rejection | Forwarding | Passing | Deferral;

/**
 * Takes the invitation up and says what the talk will be: a function, or a class made by injection for each session. Of one that
 * `escalates` a session, the talk of that goes on and this one does not begin. Of one to a conference the session is with that.
 * Unless it is `apart`: then there is a session with whoever invites and nothing else, and it is the bot's to go there, and to
 * end the session that there was.
 */
export function accept(
  conversation: Converse | ConversationClass,
  options: { readonly apart?: boolean } = {},
): Acceptance {
  if (typeof conversation === 'function') {
    return { type: 'accept', conversation, ...(options.apart === true && { apart: true }) };
  }
  throw new LocalProtocolError(
    'bad-decision',
    'accept() takes a function of the session, or a conversation class',
  );
}

/**
 * Turns the invitation down, by a named reason or by a SIP status with its text.
 * @throws LocalProtocolError `bad-decision` where the reason is no name and no status of 400 to 699.
 */
export function reject(
  reason: RejectReason,
  options?: { text?: string; retryAfter?: Duration },
): Rejection;
export function reject(
  status: number,
  text: string,
  options?: { retryAfter?: Duration },
): Rejection;
export function reject(
  reason: RejectReason | number,
  second?: string | { text?: string; retryAfter?: Duration },
  third?: { retryAfter?: Duration },
): Rejection {
  const options =
    typeof second === 'object'
      ? second
      : { ...third, ...(second !== undefined && { text: second }) };
  const status =
    typeof reason === 'number' ? reason : (REJECT_STATUS[reason] as number | undefined);
  if (status === undefined || !Number.isInteger(status) || status < 400 || status > 699) {
    throw new LocalProtocolError(
      'bad-decision',
      `reject(${JSON.stringify(reason)}): a reason is needed: ${Object.keys(REJECT_STATUS).join(', ')}, or a status of 400 to 699`,
    );
  }
  return {
    type: 'reject',
    status,
    ...(typeof reason === 'string' && { reason }),
    ...(options.text !== undefined && { text: options.text }),
    ...(options.retryAfter !== undefined && { retryAfter: milliseconds(options.retryAfter) }),
  };
}

/**
 * Sends the inviter to somebody else, the first target preferred, and no session begins here; or bridges to the first target
 * that accepts, each of them tried for at most the `timeout`.
 * @throws LocalProtocolError `bad-address` where a target is no address, `bad-decision` where there is none; `bad-duration`.
 */
export function forward(
  targets: string | Address | readonly (string | Address)[],
  options: { mode?: ForwardMode; timeout?: Duration } = {},
): Forwarding {
  const list = typeof targets === 'string' || targets instanceof Address ? [targets] : targets;
  if (list.length === 0)
    throw new LocalProtocolError('bad-decision', 'forward() needs at least one target');
  return {
    type: 'forward',
    targets: list.map((target) => (typeof target === 'string' ? Address.parse(target) : target)),
    mode: options.mode ?? 'redirect',
    ...(options.timeout !== undefined && { timeout: milliseconds(options.timeout) }),
  };
}

/**
 * Leaves the decision to somebody outside the bot, most often a person: the inviter hears that it rings, the invitation waits in
 * `host.pending`, and `host.decide` answers it. `otherwise` counts where nobody did `within` that time.
 * @throws LocalProtocolError `bad-duration`; `bad-decision` where `otherwise` is missing, no reason, or another deferral.
 */
export function defer(options: {
  readonly within: Duration;
  readonly otherwise: RejectReason | Exclude<Decision, Deferral>;
  readonly why?: string;
}): Deferral {
  const { otherwise, why } = options;
  const instead = typeof otherwise === 'string' ? reject(otherwise) : otherwise;
  const within = milliseconds(options.within);
  return { type: 'defer', within, otherwise: instead, ...(why !== undefined && { why }) };
}

/** Leaves the invitation to the next bot in order; `why` appears in the explanation of the decision. */
export function pass(why: string): Passing {
  return { type: 'pass', why };
}

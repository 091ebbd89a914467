/** The facts of a request that awaits its one answer (RFC 3261, 13). */
import type { Address } from './address.js';
import type { Instant } from './duration.js';
import type { Message } from './message.js';

/**
 * How it is known who invites: by a password (`digest`) or a certificate (`tls`) of the inviter's own, by what an authority has
 * signed (`passport`, RFC 8224), or by the word of a peer that is trusted (`asserted`, RFC 3325). `none`: the address is only
 * what the inviter says of itself.
 */
export interface Identity {
  readonly how: 'digest' | 'tls' | 'passport' | 'asserted' | 'none';
  /** The address that was proven or asserted; absent where none was, as in a PASSporT of attestation `B` or `C`. */
  readonly address?: Address;
  /**
   * How far the signer of a PASSporT vouches for its origin (RFC 8588, 4): `A` knows the inviter and their right to the
   * number, `B` the inviter alone, `C` only where it came from. Absent where no signer said so.
   */
  readonly attestation?: 'A' | 'B' | 'C';
  /** The inviter wants this address to be told to nobody (RFC 3323; RFC 3325, 7): it is for judging, and not to be shown on. */
  readonly private?: true;
}

/** One party of an invitation or a session. */
export interface Party {
  readonly address: Address;
  /** The display name that the party gave itself; data, never proof. */
  readonly displayName?: string;
  /** `alice@example.com`: what to show a person. */
  readonly userAtHost: string;
  readonly identity: Identity;
}

/** What kind of session is asked for. `unknown` can always be decided like any other. */
export type SessionType = 'im' | 'audio-video' | 'conference' | 'application' | 'unknown';

/** Where an invitation comes from, as a trusted edge says: our own company, another one, or a public service. */
export type SourceNetwork = 'company' | 'federated-enterprise' | 'federated-public';

/** What a session of the type `application` is asked for with: content that a matcher has claimed, and nobody has looked into. */
export interface Application {
  /** A media type with its parameters. */
  readonly contentType: string;
  readonly body: Uint8Array;
}

/** One earlier target of the invitation (RFC 7044). */
export interface Retargeting {
  readonly address: Address;
  readonly status?: number;
  readonly reason?: string;
}

/** The header fields of the request, read only; names in any case. */
export interface Headers {
  /** The first value of this name, or undefined. */
  get(name: string): string | undefined;
  /** Every value of this name, in order, as they stood. */
  all(name: string): readonly string[];
}

/** The session that an invitation is to take the place of, or to take to a conference: what of a `Session` whoever judges the invitation may see. */
export interface ReplacedSession {
  /** As in `session.id`: by it a bot finds what it keeps of that session. */
  readonly id: string;
  readonly local: Address;
  readonly peer: Party;
  /** Aborts when it is over. */
  readonly signal: AbortSignal;
}

/** The facts of a request that awaits its one answer. */
export interface Invitation {
  /** Unique in this house: the same in activity, logs and journal. */
  readonly id: string;
  /** Which of our addresses was invited. */
  readonly endpoint: Address;
  readonly inviter: Party;
  /** Whom we have invited, where the invitation is our own; absent in one that came to us. */
  readonly target?: Party;
  readonly type: SessionType;
  /**
   * It names this one device of ours (a GRUU, RFC 5627, 3.1) and no other of the same address: nobody else could take it up.
   */
  readonly direct?: true;
  /** What would carry the messages: `message` within the dialog (RFC 3261), `pager` (RFC 3428), or an adapter's own. */
  readonly medium: string;
  /** The inviter's name for the conversation that this belongs to; opaque, and the inviter's claim only. */
  readonly conversationId?: string;
  readonly subject?: string;
  /** How urgent the inviter finds it, as it stands: `emergency`, `urgent`, `normal`, `non-urgent`, or another word (RFC 3261, 20.26). */
  readonly priority?: string | undefined;
  /** Who has sent the inviter here, as the inviter says (RFC 3892). */
  readonly referredBy?: Address | undefined;
  /** The network that it comes from; only where a peer that is trusted says so. */
  readonly sourceNetwork?: SourceNetwork | undefined;
  /** What it is about, where its type is `application`. */
  readonly application?: Application;
  /** The first message, where the invitation itself carries one; it will also be the first of `session.messages`. */
  readonly firstMessage?: Message;
  /**
   * The session of this house that it is to take the place of (RFC 3891). Whoever accepts takes that over: the other one ends
   * with `replaced` once this one is confirmed, and goes on as it was where this one comes to nothing.
   */
  readonly replaces?: ReplacedSession | undefined;
  /**
   * The session of this house that it would take to a conference: the inviter is its peer, known at least as well as then, and
   * names its conversation. Only the bot that holds it is asked. Where that accepts, the session goes on over there once we are
   * let in, with all that was said and is still to be said, and only then ends here; else it stays as it was.
   */
  readonly escalates?: ReplacedSession;
  /** The addresses that were tried before this one. */
  readonly history: readonly Retargeting[];
  /**
   * Facts under names of their own, such as an adapter's: `10000` is the conversation ID where there is one, and `conference`
   * what an invitation to a conference says (see the adapter).
   */
  readonly context: ReadonlyMap<string, unknown>;
  readonly headers: Headers;
  /** When the house answers for the bot. Set by the host as the bot is asked. */
  readonly deadline: Instant;
  /**
   * Aborts when an answer is no longer wanted: the inviter left, and then its `reason` is a `Withdrawal`, or the deadline
   * passed.
   */
  readonly signal: AbortSignal;
}

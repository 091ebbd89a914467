/** What carries the messages of one session: MSRP, or MESSAGE within the dialog, or pager mode (RFC 3264). */
import type { Address } from '../words/address.js';
import type { Composing, Content, Delivery, Message } from '../words/message.js';
import type { SessionEnd, Transferred } from '../words/session.js';
import type { Participant } from '../words/participant.js';
import type { Cancel } from './clock.js';
import type { Introduction } from './introduction.js';

/** The carrier of one session's messages, as the host uses it. */
export interface Medium {
  /** `message`, `pager`, or an adapter's own. */
  readonly name: string;
  /** The most octets that one message may have, where there is a bound. */
  readonly limit: number | undefined;
  /**
   * Whether the peer may be invited anew where this is dead: where a message fails by 408, 480 or 481, or the network has lost it.
   * What has not arrived is then said again, under the same id.
   */
  readonly resumable?: boolean;
  /**
   * Carries one message to the peer. The host sends one after the other: never before the last one's fate is known.
   * @param id the message's stable identity: the same on each transmission.
   */
  send(content: Content, id: string): Promise<Delivery>;
  /** Tells the peer whether we are typing, where the peer understands it; never fails. */
  compose(composing: Composing): void;
  /**
   * Sends the peer on to somebody else, where the protocol can, there to take the place of `replacing`.
   * @throws LocalProtocolError `not-transferable` where that is no session that could be replaced.
   */
  transfer?(
    target: Address,
    options: { readonly replacing?: Medium; readonly timeout: number },
  ): Promise<Transferred>;
  /**
   * Whether the peer has confirmed that we accepted its invitation, where the protocol has it do so: resolves when it has, or
   * with false where it never will.
   */
  confirmation?(): Promise<boolean>;
  /**
   * Tells who takes part, at once where that is known, and then as it changes; absent where there are two. Returns what ends
   * that. It is never told of after the session's end.
   */
  participants?(told: (participants: readonly Participant[]) => void): Cancel;
  /** Ends the session at the peer; resolves when the peer knows, or cannot be told. */
  end(end: SessionEnd): Promise<void>;
}

/** What became of a message that was handed to the host. */
export type Receipt =
  | { readonly type: 'taken' }
  /** The peer must hear this status, and may try again after that many milliseconds. */
  | {
      readonly type: 'refused';
      readonly status: number;
      readonly text?: string;
      readonly retryAfter?: number;
    };

/** A peer's wish that we invite somebody else (RFC 3515): accepted or declined, once; and concluded, where it was accepted. */
export interface AskedReferral {
  readonly target: Address;
  /** What the invitation has to say besides. */
  readonly introduction: Introduction;
  accept(): void;
  decline(status: number): void;
  /** The invitation had this final status. */
  conclude(status: number): void;
}

/** The host's side of one session, which a medium hands what arrives. It stands before the acceptance leaves. */
export interface Receiver {
  /** Takes one message; answer the peer only when the receipt is there. Strictly in the order of arrival. */
  receive(message: Message): Receipt | Promise<Receipt>;
  /** The peer is typing, or no longer is. */
  compose(composing: Composing): void;
  /** The peer would have us invite somebody else. Where it is absent, that is declined. */
  refer?(referral: AskedReferral): void;
  /** The session is over at the peer or on the way to it. Said once; nothing comes after it. */
  end(end: SessionEnd): void;
}

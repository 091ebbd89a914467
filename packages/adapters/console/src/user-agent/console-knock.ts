/** An invitation on a console, from the knock to its one answer: both sides at once. */
import {
  type Address,
  type Content,
  type Headers,
  LocalProtocolError,
  Message,
  Withdrawal,
  type WithdrawalReason,
} from '@usher/core';
import type {
  Answer,
  Answered,
  Door,
  Clock,
  InvitationFacts,
  InviteOptions,
  Knock,
  Receipt,
  Receiver,
} from '@usher/core/adapter';

import { ConsoleEnd } from './console-end.js';

/** What is invited with. */
export interface Inviting extends InviteOptions {
  readonly id: string;
  readonly from: Address;
  readonly target: Address;
  /** The message itself, where it is one outside any session (RFC 3428). */
  readonly page?: Content;
}

/** What the inviter hears. */
export type Heard =
  /** `receipt`: what became of the message outside any session, where it was one. */
  | { readonly type: 'accepted'; readonly receipt?: Receipt }
  | { readonly type: 'rejected'; readonly status: number; readonly text: string }
  | { readonly type: 'forwarded'; readonly status: number; readonly targets: readonly string[] };

/** An invitation on a console. */
export class ConsoleKnock implements Knock {
  readonly invitation: InvitationFacts;
  /** The inviter's end of the session. */
  readonly inviter: ConsoleEnd;
  /** What the inviter hears. */
  readonly heard: Promise<Heard>;
  /** The end of the session at who was invited. */
  readonly invited: ConsoleEnd;
  /** Called once, when it is accepted and nobody knows yet. */
  onAccepted: () => void = () => undefined;
  /** The inviter knows that it was accepted: what was said meanwhile goes out. */
  confirm: () => void = () => undefined;
  readonly #abort = new AbortController();
  #hear: (heard: Heard) => void = () => undefined;
  #answered = false;
  #gone: WithdrawalReason | undefined;

  constructor(inviting: Inviting, receiver: Receiver, clock: Clock) {
    const { from, target, page } = inviting;
    const medium = page === undefined ? 'console' : 'pager';
    const began = new Promise<void>((resolve) => {
      this.confirm = resolve;
    });
    [this.inviter, this.invited] = ConsoleEnd.pair(medium, from, target, clock, began);
    this.inviter.receiver = receiver;
    this.invitation = factsOf(inviting, medium, clock, this.#abort.signal);
    this.heard = new Promise((resolve) => {
      this.#hear = resolve;
    });
  }

  async answer(answer: Answer): Promise<Answered> {
    if (this.#answered) {
      throw new LocalProtocolError('already-answered', 'this invitation has had its one answer');
    }
    this.#answered = true;
    if (this.#gone !== undefined) return { type: 'gone', why: this.#gone };
    if (answer.type === 'accept') {
      this.invited.receiver = answer.receiver;
      this.onAccepted();
      void this.#accept(answer.receiver);
      return { type: 'accepted', medium: this.invited };
    }
    if (answer.type === 'reject') {
      const { status, text, reason } = answer;
      this.#hear({ type: 'rejected', status, text: text ?? reason ?? '' });
    } else {
      this.#hear({ ...answer, type: 'forwarded', targets: answer.targets.map(String) });
    }
    return { type: 'answered' };
  }

  /** Lays it before the door; where nobody is there, or the door refuses it, the inviter hears that. Returns whether it waits. */
  layBefore(door: Door | undefined): boolean {
    const refusal = door === undefined ? { status: 503 } : door.knock(this);
    if (refusal === undefined) return true;
    this.#answered = true;
    this.#hear({ type: 'rejected', status: refusal.status, text: '' });
    return false;
  }

  /** The inviter takes it back, or who was invited closes (`lost`); harmless once it was answered. */
  withdraw(why: WithdrawalReason): void {
    if (this.#answered || this.#gone !== undefined) return;
    this.#gone = why;
    this.#hear({ type: 'rejected', status: why === 'cancelled' ? 487 : 503, text: '' });
    this.#abort.abort(new Withdrawal(why, 'nobody waits for the answer any more'));
  }

  /** Tells the inviter; a message outside any session has its receipt first. */
  async #accept(receiver: Receiver): Promise<void> {
    const { firstMessage } = this.invitation;
    const receipt = firstMessage && (await receiver.receive(firstMessage));
    this.#hear({ type: 'accepted', ...(receipt !== undefined && { receipt }) });
  }
}

function factsOf(
  inviting: Inviting,
  medium: string,
  clock: Clock,
  signal: AbortSignal,
): InvitationFacts {
  const { id, from, target, displayName, subject, conversationId, page } = inviting;
  return {
    id,
    endpoint: target,
    inviter: {
      address: from,
      userAtHost: from.userAtHost,
      ...(displayName !== undefined && { displayName }),
      identity: { how: 'none' },
    },
    type: 'im',
    medium,
    ...(subject !== undefined && { subject }),
    ...(conversationId !== undefined && { conversationId }),
    ...(page && {
      firstMessage: new Message(`${id}-1`, from, page.contentType, page.body.slice(), clock.now()),
    }),
    history: inviting.history ?? [],
    context: new Map(),
    headers: headersOf(inviting.headers ?? []),
    signal,
  };
}

function headersOf(fields: readonly (readonly [name: string, value: string])[]): Headers {
  const all = (name: string): readonly string[] =>
    fields.flatMap(([one, value]) => (one.toLowerCase() === name.toLowerCase() ? [value] : []));
  return { get: (name) => all(name)[0], all };
}

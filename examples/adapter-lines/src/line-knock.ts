/** An invitation that came by a line, and the one answer to it. */
import { Address, LocalProtocolError, Withdrawal, type WithdrawalReason } from '@usher/core';
import { type Answer, type Answered, type InvitationFacts, type Knock } from '@usher/core/adapter';

import { LineMedium } from './line-medium.js';
import { type Frame, type Link, textOf } from './link.js';

/** An invitation at the door. */
export class LineKnock implements Knock {
  #answered = false;
  #gone: WithdrawalReason | undefined;
  #medium: LineMedium | undefined;

  constructor(
    readonly invitation: InvitationFacts,
    private readonly abort: AbortController,
    private readonly link: Link,
    private readonly reply: (frame: Frame) => void,
  ) {
    link.closed = () => this.#withdraw('cancelled');
  }

  async answer(answer: Answer): Promise<Answered> {
    if (this.#answered) {
      throw new LocalProtocolError('already-answered', 'this invitation has had its one answer');
    }
    this.#answered = true;
    if (this.#gone !== undefined) return { type: 'gone', why: this.#gone };
    if (answer.type === 'accept') {
      const { address } = this.invitation.inviter;
      // The receiver stands before the acceptance leaves.
      this.#medium = new LineMedium(this.link, address, answer.receiver);
      this.reply({ status: 200 });
      return { type: 'accepted', medium: this.#medium };
    }
    const { status } = answer;
    if (answer.type === 'reject') this.refuse(status, answer.text);
    else {
      this.reply({ status, targets: answer.targets.map(String) });
      this.link.close();
    }
    return { type: 'answered' };
  }

  refuse(status: number, text = ''): void {
    this.reply({ status, text });
    this.link.close();
  }

  /** We close: who still waits hears it, and a session is ended. */
  async leave(): Promise<void> {
    if (!this.#answered && this.#gone === undefined) this.refuse(503);
    this.#withdraw('lost');
    await this.#medium?.end();
  }

  /** Nobody waits for the answer any more. */
  #withdraw(why: WithdrawalReason): void {
    if (this.#answered || this.#gone !== undefined) return;
    this.#gone = why;
    this.abort.abort(new Withdrawal(why, 'the inviter has left'));
  }
}

/** What a line says of an invitation; undefined where it is none. */
export function factsOf(
  frame: Frame,
  id: string,
  signal: AbortSignal,
): InvitationFacts | undefined {
  const inviter = Address.from(textOf(frame, 'invite') ?? '');
  const endpoint = Address.from(textOf(frame, 'to') ?? '');
  if (inviter === undefined || endpoint === undefined) return undefined;
  const [displayName, subject] = [textOf(frame, 'displayName'), textOf(frame, 'subject')];
  return {
    id,
    endpoint,
    inviter: {
      address: inviter,
      userAtHost: inviter.userAtHost,
      ...(displayName !== undefined && { displayName }),
      identity: { how: 'none' },
    },
    type: 'im',
    medium: 'lines',
    ...(subject !== undefined && { subject }),
    history: [],
    context: new Map(),
    headers: { get: () => undefined, all: () => [] },
    signal,
  };
}

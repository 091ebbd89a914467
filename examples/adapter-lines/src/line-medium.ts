/** What carries the messages of one session: each is a line, and its receipt the reply to it. */
import { type Address, type Composing, type Content, type Delivery, Message } from '@usher/core';
import type { SessionEnd } from '@usher/core';
import { type Medium, type Receiver, systemClock } from '@usher/core/adapter';

import { type Frame, type Link, statusOf, textOf } from './link.js';

const GONE: Delivery = { type: 'failed', status: 481, reason: 'the session is over' };

/** One end of a session. */
export class LineMedium implements Medium {
  readonly name = 'lines';
  /** Octets; a line has room for so many. */
  readonly limit = 700_000;
  #over = false;

  constructor(
    private readonly link: Link,
    private readonly peer: Address,
    private readonly receiver: Receiver,
  ) {
    link.heard = (frame, reply) => this.#hear(frame, reply);
    link.closed = () => this.#finish({ by: 'network', why: 'lost', status: 408 });
  }

  async send({ contentType, body }: Content, id: string): Promise<Delivery> {
    if (this.#over) return GONE;
    const octets = Buffer.from(body).toString('base64');
    const receipt = await new Promise<Frame>((hear) => {
      this.link.ask({ message: id, contentType, body: octets }, hear);
    });
    const status = statusOf(receipt);
    if (status < 300) return { type: 'delivered', status };
    return { type: 'failed', status, reason: textOf(receipt, 'text') ?? 'refused' };
  }

  compose(composing: Composing): void {
    if (!this.#over) this.link.tell({ composing });
  }

  async end(): Promise<void> {
    if (this.#over) return;
    this.#finish();
    this.link.tell({ end: true });
    this.link.close();
  }

  #hear(frame: Frame, reply: (frame: Frame) => void): void {
    if (this.#over) return;
    if (frame['message'] !== undefined) void this.#take(frame, reply);
    else if (frame['composing'] === 'active') this.receiver.compose('active');
    else if (frame['composing'] === 'idle') this.receiver.compose('idle');
    else if (frame['end'] === true) {
      this.#finish({ by: 'peer', why: 'hung-up' });
      this.link.close();
    }
  }

  async #take(frame: Frame, reply: (frame: Frame) => void): Promise<void> {
    const [id, contentType] = [textOf(frame, 'message'), textOf(frame, 'contentType')];
    const { body } = frame;
    if (id === undefined || contentType === undefined || typeof body !== 'string') {
      return reply({ status: 400 });
    }
    const octets = Uint8Array.from(Buffer.from(body, 'base64'));
    const message = new Message(id, this.peer, contentType, octets, systemClock.now());
    // The peer hears of it only when the house has taken it.
    const receipt = await this.receiver.receive(message);
    reply(receipt.type === 'taken' ? { status: 200 } : receipt);
  }

  /** The session is over; the house is told once, and only where it was not the house that ended it. */
  #finish(end?: SessionEnd): void {
    if (this.#over) return;
    this.#over = true;
    if (end !== undefined) this.receiver.end(end);
  }
}

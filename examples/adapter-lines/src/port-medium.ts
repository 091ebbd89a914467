/** What carries the messages of one session: notes through a message port, with a receipt for each message. */
import type { MessagePort } from 'node:worker_threads';

import { type Address, type Composing, type Content, type Delivery, Message } from '@usher/core';
import type { SessionEnd } from '@usher/core';
import { type Medium, type Receipt, type Receiver, systemClock } from '@usher/core/adapter';

/** What goes through the port. */
type Note = {
  readonly message?: readonly [id: string, contentType: string, body: Uint8Array];
  readonly receipt?: Receipt;
  readonly composing?: Composing;
  readonly end?: true;
};

const GONE: Receipt = { type: 'refused', status: 481, text: 'the session is over' };

/** One end of a session. */
export class PortMedium implements Medium {
  readonly name = 'port';
  readonly limit = undefined;
  #over = false;
  /** The house sends one message after the other: at most one waits for its receipt. */
  #hear: (receipt: Receipt) => void = () => undefined;

  constructor(
    private readonly port: MessagePort,
    private readonly peer: Address,
    private readonly receiver: Receiver,
  ) {
    port.on('message', (note: Note) => void this.#take(note));
    port.on('close', () => this.#finish({ by: 'network', why: 'lost' }));
  }

  async send({ contentType, body }: Content, id: string): Promise<Delivery> {
    const receipt = await new Promise<Receipt>((hear) => {
      if (this.#over) return hear(GONE);
      this.#hear = hear;
      this.port.postMessage({ message: [id, contentType, body] });
    });
    if (receipt.type === 'taken') return { type: 'delivered', status: 200 };
    return { type: 'failed', status: receipt.status, reason: receipt.text ?? 'refused' };
  }

  compose(composing: Composing): void {
    if (!this.#over) this.port.postMessage({ composing });
  }

  async end(): Promise<void> {
    if (this.#over) return;
    this.#finish();
    this.port.postMessage({ end: true });
    this.port.close();
  }

  async #take({ message, receipt, composing, end }: Note): Promise<void> {
    if (this.#over) return;
    if (end) this.#finish({ by: 'peer', why: 'hung-up' });
    if (composing !== undefined) this.receiver.compose(composing);
    if (receipt !== undefined) this.#hear(receipt);
    if (message === undefined) return;
    const said = new Message(message[0], this.peer, message[1], message[2], systemClock.now());
    // The peer hears of it only when the house has taken it.
    this.port.postMessage({ receipt: await this.receiver.receive(said) });
  }

  /** The session is over: nobody waits for a receipt any longer, and the house is told where it was not the house's wish. */
  #finish(end?: SessionEnd): void {
    if (this.#over) return;
    this.#over = true;
    this.#hear(GONE);
    if (end !== undefined) this.receiver.end(end);
  }
}

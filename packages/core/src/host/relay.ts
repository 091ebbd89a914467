/** One direction of a bridge: what one peer says goes to the other as it is, and is answered by what became of it there. */
import type { Medium, Receipt, Receiver } from '../ports/medium.js';
import type { Composing, Delivery, Message } from '../words/message.js';
import type { SessionEnd } from '../words/session.js';

/** How many messages may wait to be carried over. */
const BACKLOG = 64;
/** Of how many messages the fate is kept, so that one that comes twice goes over once. */
const REMEMBERED = 8;

const TAKEN: Receipt = { type: 'taken' };
const ENDED: Receipt = { type: 'refused', status: 481 };
const FULL: Receipt = { type: 'refused', status: 486, retryAfter: 1000 };
/** RFC 3261, 22.1: nobody but us could answer that challenge. */
const CHALLENGES: ReadonlySet<number> = new Set([401, 407]);

/** Whom a relay tells what happens. */
export interface RelayOwner {
  /** A fresh stable id for one message. */
  identify(): string;
  /** A message has come from one peer. */
  received(message: Message): void;
  /** It has gone to the other's medium. */
  sending(message: Message, id: string): void;
  /** Its fate is known. `error` is there where the medium failed instead of telling it. */
  sent(message: Message, id: string, delivery: Delivery, error?: unknown): void;
  /** The peer whom this relay hears has left. */
  left(relay: Relay, end: SessionEnd): void;
}

interface Waiting {
  readonly message: Message;
  readonly resolve: (receipt: Receipt) => void;
}

/** One direction of a bridge. */
export class Relay implements Receiver {
  readonly #owner: RelayOwner;
  #medium: Medium | undefined;
  #waiting: Waiting[] | undefined;
  readonly #recent = new Map<string, Promise<Receipt>>();
  #carrying = false;
  #over = false;
  #whenIdle: (() => void) | undefined;

  constructor(owner: RelayOwner) {
    this.#owner = owner;
  }

  /** Where what is heard here goes: what waited for it goes out. */
  attach(medium: Medium): void {
    this.#medium = medium;
    this.#advance();
  }

  /** Takes one message; the receipt is there when the other peer has it, or will not. */
  receive(message: Message): Receipt | Promise<Receipt> {
    const known = this.#recent.get(message.id);
    if (known !== undefined) return known;
    if (this.#over) return ENDED;
    if (this.#waiting !== undefined && this.#waiting.length >= BACKLOG) return FULL;
    this.#owner.received(message);
    const receipt = new Promise<Receipt>((resolve) => {
      (this.#waiting ??= []).push({ message, resolve });
    });
    const [oldest] = this.#recent.keys();
    if (oldest !== undefined && this.#recent.size >= REMEMBERED) this.#recent.delete(oldest);
    this.#recent.set(message.id, receipt);
    this.#advance();
    return receipt;
  }

  compose(composing: Composing): void {
    if (!this.#over) this.#medium?.compose(composing);
  }

  end(end: SessionEnd): void {
    this.#owner.left(this, end);
  }

  /** Takes nothing more; goes on with `then` once what was taken has gone over. */
  close(then: () => void): void {
    this.#over = true;
    if (!this.#carrying && (this.#waiting === undefined || this.#waiting.length === 0)) then();
    else this.#whenIdle = then;
  }

  /** Takes nothing more, and whoever waits is refused: there is nobody at the other end. */
  abandon(): void {
    this.#over = true;
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const { resolve } of waiting) resolve(ENDED);
    if (!this.#carrying) this.#rest();
  }

  #advance(): void {
    const medium = this.#medium;
    if (this.#carrying || medium === undefined) return;
    const next = this.#waiting?.shift();
    if (next === undefined) {
      this.#rest();
      return;
    }
    this.#carrying = true;
    void this.#carry(next, medium);
  }

  #rest(): void {
    const then = this.#whenIdle;
    this.#whenIdle = undefined;
    then?.();
  }

  async #carry({ message, resolve }: Waiting, medium: Medium): Promise<void> {
    const id = this.#owner.identify();
    let failure: unknown;
    let delivery: Delivery;
    try {
      delivery = await this.#send(message, id, medium);
    } catch (error) {
      failure = error;
      delivery = { type: 'failed', status: 500, reason: 'the medium failed' };
    }
    this.#owner.sent(message, id, delivery, failure);
    resolve(receiptOf(delivery));
    this.#carrying = false;
    // Whoever left is not waited for: where one message does not arrive any more, the next ones do not either.
    if (this.#over && delivery.type === 'failed') this.abandon();
    else this.#advance();
  }

  #send(message: Message, id: string, medium: Medium): Delivery | Promise<Delivery> {
    const { contentType, body } = message;
    if (medium.limit !== undefined && body.length > medium.limit) {
      const reason = `${body.length} octets are more than the ${medium.limit} that one message may have there`;
      return { type: 'failed', status: 513, reason };
    }
    const sending = medium.send({ contentType, body }, id);
    this.#owner.sending(message, id);
    return sending;
  }
}

function receiptOf(delivery: Delivery): Receipt {
  if (delivery.type === 'delivered') return TAKEN;
  const { status, reason } = delivery;
  if (CHALLENGES.has(status)) return { type: 'refused', status: 500 };
  return { type: 'refused', status, text: reason };
}

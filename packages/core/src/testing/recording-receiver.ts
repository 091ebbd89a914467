/** A receiver that keeps what it was given, in order, and lets a test wait for it without a clock. */
import type { Receipt, Receiver } from '../ports/medium.js';
import type { Composing, Message } from '../words/message.js';
import type { SessionEnd } from '../words/session.js';

/** One end of a session, as a test sees it. */
export class RecordingReceiver implements Receiver {
  readonly messages: Message[] = [];
  readonly composing: Composing[] = [];
  /** How the session ended; more than one entry is a fault of the medium. */
  readonly ends: SessionEnd[] = [];
  /** Everything in the order in which it came. */
  readonly order: ('message' | 'composing' | 'end')[] = [];
  /** How each message is received: taken, unless a test says otherwise. */
  receipt: (message: Message) => Receipt | Promise<Receipt> = () => ({ type: 'taken' });
  readonly #waiting = new Set<() => void>();

  receive(message: Message): Receipt | Promise<Receipt> {
    this.messages.push(message);
    this.#note('message');
    return this.receipt(message);
  }

  compose(composing: Composing): void {
    this.composing.push(composing);
    this.#note('composing');
  }

  end(end: SessionEnd): void {
    this.ends.push(end);
    this.#note('end');
  }

  /** What was said, as text. */
  get texts(): string[] {
    return this.messages.map((message) => message.text);
  }

  /** Resolves as soon as this holds; looked at again with everything that comes. */
  until(holds: (receiver: this) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!holds(this)) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }

  #note(what: 'message' | 'composing' | 'end'): void {
    this.order.push(what);
    for (const look of this.#waiting) look();
  }
}

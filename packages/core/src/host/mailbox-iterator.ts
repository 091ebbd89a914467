/** `for await` as the reader of a mailbox: it fetches the next message when it wants it, so nothing piles up. */
import type { Message } from '../words/message.js';
import type { Holder, Reader } from './mailbox.js';

type Result = IteratorResult<Message, undefined>;

const DONE: Result = { done: true, value: undefined };

/** Reads a mailbox message by message, until nothing more comes and all was read. */
export class MailboxIterator implements AsyncIterator<Message, undefined>, Reader {
  readonly #holder: Holder;
  /** Who waits for the next message; almost always one. */
  #waiting: ((result: Result) => void) | undefined;
  #behind: ((result: Result) => void)[] | undefined;
  #done = false;

  constructor(holder: Holder) {
    this.#holder = holder;
  }

  /** @throws LocalProtocolError `mailbox-taken` (as a rejection) while somebody else reads. */
  next(): Promise<Result> {
    const { mailbox } = this.#holder;
    if (this.#done || this.#holder.moved || mailbox.over) return this.return();
    try {
      mailbox.claim(this);
    } catch (error) {
      return Promise.reject(error);
    }
    const message = this.#waiting === undefined ? mailbox.next() : undefined;
    if (message !== undefined) return Promise.resolve({ done: false, value: message });
    return new Promise((resolve) => {
      if (this.#waiting === undefined) this.#waiting = resolve;
      else (this.#behind ??= []).push(resolve);
    });
  }

  /** The loop was left: somebody else may read now. */
  return(): Promise<Result> {
    this.complete();
    this.#holder.mailbox.release(this);
    return Promise.resolve(DONE);
  }

  get fetches(): boolean {
    return true;
  }

  get ready(): boolean {
    return this.#waiting !== undefined;
  }

  take(message: Message): void {
    const resolve = this.#waiting;
    this.#waiting = this.#behind?.shift();
    resolve?.({ done: false, value: message });
  }

  complete(): void {
    this.#done = true;
    for (const resolve of [this.#waiting, ...(this.#behind ?? [])]) resolve?.(DONE);
    this.#waiting = undefined;
    this.#behind = undefined;
  }
}

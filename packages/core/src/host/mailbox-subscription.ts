/** A subscriber as the reader of a mailbox. */
import type { Subscriber, Unsubscribable } from 'rxjs';

import type { Message } from '../words/message.js';
import type { Mailbox, Reader } from './mailbox.js';
import type { Pace } from './pace.js';

/** Hands a subscriber one message after the other, at its pace. */
export class MailboxSubscription implements Reader, Unsubscribable {
  readonly #mailbox: Mailbox;
  readonly #subscriber: Subscriber<Message>;
  readonly #pace: Pace;

  constructor(mailbox: Mailbox, subscriber: Subscriber<Message>, pace: Pace) {
    this.#mailbox = mailbox;
    this.#subscriber = subscriber;
    this.#pace = pace;
  }

  get fetches(): boolean {
    return false;
  }

  get ready(): boolean {
    return this.#pace.admits();
  }

  take(message: Message): void {
    const begun = this.#pace.mark();
    this.#subscriber.next(message);
    this.#pace.handed(begun);
  }

  complete(): void {
    this.#subscriber.complete();
  }

  unsubscribe(): void {
    this.#pace.stop();
    this.#mailbox.release(this);
  }
}

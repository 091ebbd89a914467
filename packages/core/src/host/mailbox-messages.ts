/** `session.messages`: one mailbox, to be subscribed to or read with `for await`. */
import type { Observable, Subscriber } from 'rxjs';

import type { Message } from '../words/message.js';
import type { Messages } from '../words/session.js';
import { type Guard, GuardedObservable } from './guarded-observable.js';
import type { Holder } from './mailbox.js';
import { MailboxIterator } from './mailbox-iterator.js';
import { MailboxSubscription } from './mailbox-subscription.js';
import type { Pace } from './pace.js';

/** A holder that can be subscribed to; told when a subscriber threw. */
export interface PacedHolder extends Holder, Guard {
  /** The pace at which a new subscriber is given messages. */
  pace(): Pace;
}

/** The incoming messages of one session, for one bot. */
export class MailboxMessages extends GuardedObservable<Message> implements Messages {
  readonly #holder: PacedHolder;

  constructor(holder: PacedHolder) {
    super(holder, read);
    this.#holder = holder;
  }

  /** Makes a subscriber the reader of the mailbox, where nobody else is. */
  static read(messages: MailboxMessages, subscriber: Subscriber<Message>): void {
    const holder = messages.#holder;
    const { mailbox } = holder;
    if (holder.moved || mailbox.over) return subscriber.complete();
    const subscription = new MailboxSubscription(mailbox, subscriber, holder.pace());
    try {
      mailbox.claim(subscription);
    } catch (error) {
      return subscriber.error(error);
    }
    // Before the first message, whose subscriber may have enough of it.
    subscriber.add(subscription);
    mailbox.deliver();
  }

  [Symbol.asyncIterator](): AsyncIterator<Message> {
    return new MailboxIterator(this.#holder);
  }
}

/** One function for all sessions: they rest in great numbers. */
function read(this: Observable<Message>, subscriber: Subscriber<Message>): void {
  if (this instanceof MailboxMessages) MailboxMessages.read(this, subscriber);
}

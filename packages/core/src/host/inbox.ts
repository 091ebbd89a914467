/** Where a session's messages come in: none is taken that does not fit, and none that is not in the journal. */
import type { Journal } from '../ports/journal.js';
import type { Receipt } from '../ports/medium.js';
import type { Message } from '../words/message.js';
import type { ActivityFeed } from './activity-feed.js';
import type { Mailbox } from './mailbox.js';

/** Of how many messages the ids are kept, so that one that comes twice is recognised. */
const REMEMBERED = 8;

const TAKEN: Receipt = { type: 'taken' };
/** RFC 3261, 21.4.19: there is no such dialog any more. */
const ENDED: Receipt = { type: 'refused', status: 481 };
/** A full mailbox is the bot at its own limit, not the house (which would be 503): the peer may try again soon. */
const FULL: Receipt = { type: 'refused', status: 486, retryAfter: 1000 };
const UNRECORDED: Receipt = { type: 'refused', status: 500 };

/** Whose messages come in. */
export interface InboxOwner {
  readonly id: string;
  /** The id of the bot that holds the session. */
  readonly holder: string;
  /** Whether messages are still taken. */
  readonly listening: boolean;
  readonly mailbox: Mailbox;
  /** A message is about to be laid into the mailbox. */
  taken(message: Message): void;
}

/** Where messages are kept, and told of. */
export interface Recording {
  readonly journal: Journal;
  readonly feed: ActivityFeed;
}

/** One session's way in. */
export class Inbox {
  readonly #owner: InboxOwner;
  readonly #household: Recording;
  /** The ids of the last messages; a ring of its full length, which is shorter than what an empty array grows to. */
  #seen: (string | undefined)[] | undefined;
  #count = 0;
  /** Messages on their way through the journal, by id. */
  #recording: Map<string, Promise<Receipt>> | undefined;
  /** The last of them: nothing passes it. */
  #last: Promise<Receipt> | undefined;
  #overflowed = false;

  constructor(owner: InboxOwner, household: Recording) {
    this.#owner = owner;
    this.#household = household;
  }

  /** Takes one message; the receipt is there once the message is in the journal. */
  receive(message: Message): Receipt | Promise<Receipt> {
    const { id, holder, mailbox, listening } = this.#owner;
    if (!listening) return ENDED;
    if (this.#seen?.includes(message.id) === true) return TAKEN;
    const underway = this.#recording?.get(message.id);
    if (underway !== undefined) return underway;
    if (mailbox.full) return this.#overflow(message);
    let recording: Promise<void> | void;
    try {
      const { contentType, body, at } = message;
      const content = { contentType, body };
      recording = this.#household.journal.record({
        type: 'received',
        session: id,
        bot: holder,
        message: message.id,
        content,
        at,
      });
    } catch (error) {
      return this.#unrecorded(message, error);
    }
    if (recording === undefined && this.#last === undefined) {
      this.#take(message);
      return TAKEN;
    }
    return this.#await(message, recording);
  }

  #await(message: Message, recording: Promise<void> | void): Promise<Receipt> {
    const { mailbox } = this.#owner;
    mailbox.reserved += 1;
    const receipt = this.#recorded(message, recording, this.#last).finally(() => {
      this.#recording?.delete(message.id);
      if (this.#last === receipt) this.#last = undefined;
    });
    (this.#recording ??= new Map()).set(message.id, receipt);
    this.#last = receipt;
    return receipt;
  }

  async #recorded(
    message: Message,
    recording: Promise<void> | void,
    before: Promise<Receipt> | undefined,
  ): Promise<Receipt> {
    let refusal: Receipt | undefined;
    try {
      await recording;
    } catch (error) {
      refusal = this.#unrecorded(message, error);
    }
    await before;
    this.#owner.mailbox.reserved -= 1;
    if (refusal !== undefined) return refusal;
    this.#take(message);
    return TAKEN;
  }

  #take(message: Message): void {
    this.#overflowed = false;
    this.#seen ??= Array.from({ length: REMEMBERED });
    this.#seen[this.#count % REMEMBERED] = message.id;
    this.#count += 1;
    this.#owner.taken(message);
    this.#owner.mailbox.put(message);
  }

  /** Told once, until there was room again: a flood of messages is no flood of activity. */
  #overflow(message: Message): Receipt {
    if (!this.#overflowed) this.#refused(message, 486, 'mailbox');
    this.#overflowed = true;
    return FULL;
  }

  #unrecorded(message: Message, error: unknown): Receipt {
    const { id, holder } = this.#owner;
    this.#household.feed.tell({ type: 'failed', what: 'journal', session: id, bot: holder, error });
    this.#refused(message, 500, 'journal');
    return UNRECORDED;
  }

  #refused(message: Message, status: number, why: 'mailbox' | 'journal'): void {
    const { id, holder } = this.#owner;
    this.#household.feed.tell({
      type: 'refused',
      session: id,
      bot: holder,
      message: message.id,
      status,
      why,
    });
  }
}

/** What a session still has to say: one message after the other goes to the medium, never before the last one's fate is known. */
import type { Clock } from '../ports/clock.js';
import type { Medium } from '../ports/medium.js';
import { LocalProtocolError, SessionEnded } from '../words/errors.js';
import type { Content, Delivery } from '../words/message.js';

/** How many messages may wait to be sent. */
const BACKLOG = 64;

interface Waiting {
  readonly content: Content;
  readonly resolve: (delivery: Delivery | PromiseLike<Delivery>) => void;
  readonly reject: (error: Error) => void;
}

/** Whom an outbox tells what happens. */
export interface OutboxOwner {
  /** A fresh stable id for one message. */
  identify(): string;
  /** A message has gone to the medium. */
  sending(content: Content, id: string): void;
  /** The fate of a message is known. `error` is there where the medium failed instead of telling it. */
  sent(content: Content, id: string, delivery: Delivery, took: number, error?: unknown): void;
}

/** One session's messages on their way out, in order. */
export class Outbox {
  readonly #owner: OutboxOwner;
  readonly #clock: Clock;
  #medium: Medium | undefined;
  #waiting: Waiting[] | undefined;
  #sending = false;
  #closed = false;
  #whenIdle: (() => void) | undefined;
  /** How many messages were given to this outbox. */
  begun = 0;
  /** Of how many the fate is known: the first so many, since they go in order. */
  settled = 0;

  constructor(owner: OutboxOwner, clock: Clock) {
    this.#owner = owner;
    this.#clock = clock;
  }

  /** From now on there is a medium: what waited for it goes out. */
  attach(medium: Medium): void {
    this.#medium = medium;
    this.#advance();
  }

  /** Sends after all that was given before. Rejects with `SessionEnded`, or with LocalProtocolError `backlog`. */
  send(content: Content): Promise<Delivery> {
    if (this.#closed) return refuse(new SessionEnded());
    if (!this.#sending && this.#medium !== undefined) {
      this.begun += 1;
      return this.#transmit(content, this.#medium);
    }
    if (this.#waiting !== undefined && this.#waiting.length >= BACKLOG) {
      return refuse(
        new LocalProtocolError(
          'backlog',
          `${BACKLOG} messages of this session wait to be sent already; await some of them`,
        ),
      );
    }
    this.begun += 1;
    const delivery = new Promise<Delivery>((resolve, reject) => {
      (this.#waiting ??= []).push({ content, resolve, reject });
    });
    // Whoever ignores what becomes of a message must not bring the process down when the session ends before it is sent.
    delivery.catch(ignore);
    return delivery;
  }

  /** Takes nothing more; what was taken still goes out. */
  close(): void {
    this.#closed = true;
  }

  /** Takes nothing more, and gives up what still waits. The one that the medium has may yet arrive. */
  abandon(): void {
    this.#closed = true;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting !== undefined) for (const { reject } of waiting) reject(new SessionEnded());
  }

  /** Goes on with `then` once nothing waits and nothing is on its way; at once where that is so already. */
  whenIdle(then: () => void): void {
    if (!this.#sending && (this.#waiting === undefined || this.#waiting.length === 0)) then();
    else this.#whenIdle = then;
  }

  #transmit(content: Content, medium: Medium): Promise<Delivery> {
    const id = this.#owner.identify();
    if (medium.limit !== undefined && content.body.length > medium.limit) {
      // RFC 3261, 21.5.7
      const reason = `${content.body.length} octets are more than the ${medium.limit} that one message may have here`;
      return Promise.resolve(
        this.#settle(content, id, this.#clock.now(), { type: 'failed', status: 513, reason }),
      );
    }
    this.#sending = true;
    const since = this.#clock.now();
    let sending: Promise<Delivery>;
    try {
      sending = medium.send(content, id);
    } catch (error) {
      sending = Promise.reject(error);
    }
    this.#owner.sending(content, id);
    return sending.then(
      (delivery) => this.#settle(content, id, since, delivery),
      (error: unknown) =>
        this.#settle(
          content,
          id,
          since,
          { type: 'failed', status: 500, reason: 'the medium failed' },
          error,
        ),
    );
  }

  #settle(
    content: Content,
    id: string,
    since: number,
    delivery: Delivery,
    error?: unknown,
  ): Delivery {
    this.#sending = false;
    this.settled += 1;
    this.#owner.sent(content, id, delivery, this.#clock.now() - since, error);
    this.#advance();
    return delivery;
  }

  #advance(): void {
    while (!this.#sending && this.#medium !== undefined) {
      const next = this.#waiting?.shift();
      if (next === undefined) {
        const then = this.#whenIdle;
        this.#whenIdle = undefined;
        then?.();
        return;
      }
      next.resolve(this.#transmit(next.content, this.#medium));
    }
  }
}

function ignore(): void {
  // Nobody waits for this one.
}

function refuse(error: LocalProtocolError): Promise<never> {
  const refusal = Promise.reject(error);
  refusal.catch(ignore);
  return refusal;
}

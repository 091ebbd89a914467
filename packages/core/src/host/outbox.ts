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

/** A message that has gone to a medium. */
interface Sent {
  readonly content: Content;
  readonly id: string;
  readonly since: number;
  /** What becomes of it on the next medium, where nobody waits for this one any longer. */
  again?: Promise<Delivery>;
}

/** A message that goes to the next medium first. */
interface Held {
  readonly sent: Sent;
  /** What became of it here. */
  readonly failure: Delivery;
  readonly resolve: (delivery: Delivery | PromiseLike<Delivery>) => void;
}

/** What a message fails by where its medium is dead, or about to be (RFC 3261, 12.2.1.2). */
const DEAD: ReadonlySet<number> = new Set([408, 480, 481]);
const UNHEARD: Delivery = { type: 'failed', status: 408, reason: 'no answer in time' };

/** What is rarely there. */
interface Besides {
  held?: Held | undefined;
  /** Called once nothing waits and nothing is on its way. */
  whenIdle?: (() => void) | undefined;
  /** Called once nothing is on its way. */
  whenStill?: (() => void) | undefined;
}

/** Whom an outbox tells what happens. */
export interface OutboxOwner {
  readonly clock: Clock;
  /** A fresh stable id for one message. */
  identify(): string;
  /** A message has gone to the medium. */
  sending(content: Content, id: string): void;
  /** A message has failed by 408, 480 or 481: whether it is to wait for another medium. */
  lost(status: number): boolean;
  /** The fate of a message is known. `error` is there where the medium failed instead of telling it. */
  sent(content: Content, id: string, delivery: Delivery, took: number, error?: unknown): void;
}

/** One session's messages on their way out, in order. */
export class Outbox {
  readonly #owner: OutboxOwner;
  #medium: Medium | undefined;
  #waiting: Waiting[] | undefined;
  /** The one that is on its way. */
  #sent: Sent | undefined;
  /** Made when it is needed: there are many sessions, and most of them rest. */
  #besides: Besides | undefined;
  #closed = false;
  /** How many messages were given to this outbox. */
  begun = 0;
  /** Of how many the fate is known: the first so many, since they go in order. */
  settled = 0;

  constructor(owner: OutboxOwner) {
    this.#owner = owner;
  }

  /** From now on there is a medium, or another one: what waited for it goes out. */
  attach(medium: Medium): void {
    this.#medium = medium;
    const held = this.#unhold();
    if (held !== undefined) {
      const { content, id, since } = held.sent;
      // Under the same id: whoever has it already knows it by that.
      held.resolve(this.#transmit(content, medium, { content, id, since }));
    }
    this.#advance();
  }

  /** Nothing more goes out until a medium is attached; goes on with `then` once nothing is on its way. */
  pause(then?: () => void): void {
    this.#medium = undefined;
    this.#rare.whenStill = then;
    this.#still();
  }

  /** What is on its way is not waited for any longer: it goes to the next medium as well, under the same id. */
  forsake(): void {
    const sent = this.#sent;
    if (sent === undefined) return;
    sent.again = this.#hold(sent, UNHEARD);
    this.#sent = undefined;
    this.#still();
  }

  /** There will be no other medium: what waited to be sent again has failed. */
  release(): void {
    const held = this.#unhold();
    if (held !== undefined) held.resolve(this.#told(held.sent, held.failure));
  }

  /** Sends after all that was given before. Rejects with `SessionEnded`, or with LocalProtocolError `backlog`. */
  send(content: Content): Promise<Delivery> {
    if (this.#closed) return refuse(new SessionEnded());
    if (this.#sent === undefined && this.#medium !== undefined) {
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
    this.#medium = undefined;
    this.release();
    this.#besides = undefined;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting !== undefined) for (const { reject } of waiting) reject(new SessionEnded());
  }

  /** Goes on with `then` once nothing waits and nothing is on its way; at once where that is so already. */
  whenIdle(then: () => void): void {
    const isIdle = this.#sent === undefined && this.#besides?.held === undefined;
    if (isIdle && (this.#waiting === undefined || this.#waiting.length === 0)) then();
    else this.#rare.whenIdle = then;
  }

  /** @param again the message, where it has been on its way before. */
  #transmit(content: Content, medium: Medium, again?: Sent): Promise<Delivery> {
    const since = this.#owner.clock.now();
    const sent = again ?? { content, id: this.#owner.identify(), since };
    if (medium.limit !== undefined && content.body.length > medium.limit) {
      // RFC 3261, 21.5.7
      const reason = `${content.body.length} octets are more than the ${medium.limit} that one message may have here`;
      return Promise.resolve(this.#told(sent, { type: 'failed', status: 513, reason }));
    }
    this.#sent = sent;
    let sending: Promise<Delivery>;
    try {
      sending = medium.send(content, sent.id);
    } catch (error) {
      sending = Promise.reject(error);
    }
    if (again === undefined) this.#owner.sending(content, sent.id);
    return sending.then(
      (delivery) => this.#settle(sent, delivery),
      (error: unknown) =>
        this.#settle(sent, { type: 'failed', status: 500, reason: 'the medium failed' }, error),
    );
  }

  #settle(sent: Sent, delivery: Delivery, error?: unknown): Delivery | Promise<Delivery> {
    if (sent.again !== undefined) return sent.again;
    const isDead = delivery.type === 'failed' && DEAD.has(delivery.status);
    if (isDead && this.#owner.lost(delivery.status)) {
      const again = this.#hold(sent, delivery);
      this.#sent = undefined;
      this.#medium = undefined;
      this.#still();
      return again;
    }
    this.#sent = undefined;
    this.#told(sent, delivery, error);
    this.#advance();
    this.#still();
    return delivery;
  }

  /** The fate of a message is known for good. */
  #told({ content, id, since }: Sent, delivery: Delivery, error?: unknown): Delivery {
    this.settled += 1;
    this.#owner.sent(content, id, delivery, this.#owner.clock.now() - since, error);
    return delivery;
  }

  #hold(sent: Sent, failure: Delivery): Promise<Delivery> {
    return new Promise((resolve) => {
      this.#rare.held = { sent, failure, resolve };
    });
  }

  get #rare(): Besides {
    return (this.#besides ??= {});
  }

  #unhold(): Held | undefined {
    const besides = this.#besides;
    const held = besides?.held;
    if (besides !== undefined) besides.held = undefined;
    return held;
  }

  #still(): void {
    const besides = this.#besides;
    if (this.#sent !== undefined || besides === undefined) return;
    const then = besides.whenStill;
    besides.whenStill = undefined;
    then?.();
  }

  #advance(): void {
    while (this.#sent === undefined && this.#medium !== undefined) {
      const next = this.#waiting?.shift();
      if (next === undefined) {
        const besides = this.#besides;
        const then = besides?.whenIdle;
        if (besides !== undefined) besides.whenIdle = undefined;
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

/**
 * At which pace a subscriber is handed the messages of a mailbox.
 *
 * RxJS has no way to say "I am done with this one": `concatMap` takes whatever it is given into a queue without bound. So
 * the mailbox goes by what it can see. Where a subscriber sends while it is handed a message, it is done with it when the
 * fate of what it sent is known, and gets the next one then: `messages.pipe(concatMap((m) => session.send(m)))` holds one
 * message at a time, and the bound of the mailbox is the bound. Where it sends nothing at once (it answers later, or
 * never), it may have as many messages in hand as the mailbox has places; a place comes back with each message that is
 * sent later, and one every second. Meanwhile messages wait in the mailbox, which refuses what is beyond its bound.
 */
import type { Cancel, Clock } from '../ports/clock.js';
import type { Mailbox } from './mailbox.js';
import type { Outbox } from './outbox.js';

/** How long until a place comes back by itself, in milliseconds. */
const RETURN = 1000;

/**
 * How many turns of the microtask queue a reply is given to travel up to whoever awaits it, so that the next message finds
 * its reader at rest: `send` itself takes one, an `async` function around it two or three more.
 */
const TURNS = 8;

/** The session whose messages are handed out. */
export interface Paced {
  readonly clock: Clock;
  readonly outbox: Outbox;
  readonly mailbox: Mailbox;
}

/** The pace of one subscriber. */
export class Pace {
  readonly #line: Paced;
  readonly #places: number;
  /** Places left; parts of one count, as time returns them. */
  #left: number;
  #countedAt: number;
  /** The number of the send whose fate is awaited. */
  #awaits: number | undefined;
  #resting = false;
  #timer: Cancel | undefined;

  /** @param places how many messages a subscriber may have in hand that it said nothing to. */
  constructor(line: Paced, places: number) {
    this.#line = line;
    this.#places = places;
    this.#left = places;
    this.#countedAt = line.clock.now();
  }

  /** Whether the next message may be handed out now; if not, the mailbox is told to deliver once it may. */
  admits(): boolean {
    if (this.#awaits !== undefined || this.#resting) return false;
    if (this.#left >= 1) return true;
    const now = this.#line.clock.now();
    this.#left = Math.min(this.#places, this.#left + (now - this.#countedAt) / RETURN);
    this.#countedAt = now;
    if (this.#left >= 1) return true;
    this.#timer ??= this.#line.clock.at(now + (1 - this.#left) * RETURN, () => {
      this.#timer = undefined;
      // What is divided and multiplied again may be short by a hair.
      this.#left = Math.max(this.#left, 1);
      this.#countedAt = this.#line.clock.now();
      this.#line.mailbox.deliver();
    });
    return false;
  }

  /** To be taken before a message is handed out, and given to `handed` after it. */
  mark(): number {
    return this.#line.outbox.begun;
  }

  /** A message was handed out. */
  handed(mark: number): void {
    const { begun, settled } = this.#line.outbox;
    if (begun === mark) this.#left -= 1;
    else if (settled < begun) this.#awaits = begun;
  }

  /** The fate of one more message that was sent is known. */
  settled(): void {
    if (this.#awaits === undefined) this.#left = Math.min(this.#places, this.#left + 1);
    else if (this.#line.outbox.settled < this.#awaits) return;
    else this.#awaits = undefined;
    if (!this.#resting && this.#line.mailbox.waiting) this.#rest(TURNS);
  }

  /** Nothing more is to be handed out. */
  stop(): void {
    this.#timer?.();
    this.#resting = true;
  }

  #rest(turns: number): void {
    this.#resting = true;
    queueMicrotask(() => {
      if (turns > 0) return this.#rest(turns - 1);
      this.#resting = false;
      this.#line.mailbox.deliver();
    });
  }
}

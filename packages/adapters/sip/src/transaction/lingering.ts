/** The server transactions that have their final answer and wait for retransmissions, the oldest first. */
import type { ServerTransaction } from './server-transaction.js';

/** A queue of transactions that may end on their own while they stand in it. */
export class Lingering<User> {
  #queue: (ServerTransaction<User> | undefined)[] = [];
  #head = 0;

  add(transaction: ServerTransaction<User>): void {
    this.#queue.push(transaction);
  }

  /** The oldest that has not ended. */
  get oldest(): ServerTransaction<User> | undefined {
    this.trim();
    return this.#queue[this.#head];
  }

  /** Lets go of those that have ended, as far as they are the oldest. */
  trim(): void {
    while (this.#queue[this.#head]?.state === 'terminated') {
      this.#queue[this.#head] = undefined;
      this.#head += 1;
    }
    // Half of it is gone: let go of that half, so that each is moved once on average.
    if (this.#head > 1024 && this.#head * 2 > this.#queue.length) {
      this.#queue = this.#queue.slice(this.#head);
      this.#head = 0;
    }
  }
}

/** Messages of ours whose fate is not known yet. */
import type { Delivery } from '@usher/core';

import type { Sender } from '../session/post.js';

/** Who waits for the fate of one. */
interface Waiting {
  readonly resolve: (delivery: Delivery) => void;
  readonly sender: Sender | undefined;
}

/** Messages of ours whose fate is not known yet. */
export class Deliveries {
  readonly #waiting = new Map<number, Waiting>();
  #last = 0;

  get size(): number {
    return this.#waiting.size;
  }

  /** A fresh reference. */
  next(): number {
    return (this.#last += 1);
  }

  /** What becomes of the message with this reference. */
  expect(reference: number, sender?: Sender): Promise<Delivery> {
    return new Promise((resolve) => {
      this.#waiting.set(reference, { resolve, sender });
    });
  }

  /** The answer to it has come, or there will be none. RFC 3428, 7: 202 says that it is on its way. */
  settle(reference: number, status: number, text: string): void {
    const waiting = this.#waiting.get(reference);
    if (waiting === undefined) return;
    this.#waiting.delete(reference);
    waiting.sender?.settled();
    waiting.resolve(
      status < 300 ? { type: 'delivered', status } : { type: 'failed', status, reason: text },
    );
  }

  /** Nothing is sent any more. */
  abandon(): void {
    for (const reference of this.#waiting.keys()) this.settle(reference, 503, 'closed');
  }
}

/** Puts the text of one source into its order again: what was lost is taken from what is said again (RFC 4103, 5.3, 5.4). */
import type { Instant } from '@usher/core';

import { LOST } from './t140.js';

/** RFC 4103, 5.4: so long is waited for what is missing, in milliseconds. */
const PATIENCE = 1_000;
/** Blocks that wait for one before them. */
const MOST_WAITING = 64;
/** A gap wider than this is no loss: the source has begun anew. */
const WIDEST_GAP = 100;

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Puts the text of one source into its order again. */
export class BlockOrder {
  /** The number of the block that comes next; numbers go on where those of the packets begin again at 0. */
  #next: number | undefined;
  readonly #waiting = new Map<number, Uint8Array>();
  #deadline: Instant | undefined;

  /** When no more is waited for what is missing; undefined while nothing is. */
  get deadline(): Instant | undefined {
    return this.#deadline;
  }

  /**
   * Takes what one packet brings, and gives back the text that is in order now.
   * @param sequence the packet's number.
   * @param blocks the oldest first; the last one is the packet's own.
   */
  take(sequence: number, blocks: readonly Uint8Array[], now: Instant): string {
    const ahead = this.#ahead(sequence);
    let text = '';
    if (ahead === undefined) {
      if (this.#next !== undefined) text = LOST;
      this.#waiting.clear();
      // What the first packet says again was said to us as well, and may have been lost.
      this.#next = 0x10000 + sequence - blocks.length + 1;
    }
    const next = this.#next ?? 0;
    const first = ahead === undefined ? next : next + ahead - blocks.length + 1;
    for (const [index, data] of blocks.entries()) {
      if (first + index >= next) this.#waiting.set(first + index, data);
    }
    text += this.#inOrder();
    if (this.#waiting.size > MOST_WAITING) return text + this.#giveUp(now);
    if (this.#waiting.size === 0) this.#deadline = undefined;
    else if (text !== '' || this.#deadline === undefined) this.#deadline = now + PATIENCE;
    return text;
  }

  /** Time has passed: what is still missing is marked as lost. */
  elapse(now: Instant): string {
    return this.#deadline === undefined || this.#deadline > now ? '' : this.#giveUp(now);
  }

  /** How far a packet is ahead of the one that is expected, or behind it; undefined for the first one. */
  #ahead(sequence: number): number | undefined {
    if (this.#next === undefined) return undefined;
    // The nearest number that ends in this sequence, on either side.
    const ahead = ((sequence - this.#next + 0x8000) & 0xffff) - 0x8000;
    return Math.abs(ahead) < WIDEST_GAP ? ahead : undefined;
  }

  #inOrder(): string {
    let text = '';
    let next = this.#next ?? 0;
    for (let data = this.#waiting.get(next); data !== undefined; data = this.#waiting.get(next)) {
      this.#waiting.delete(next);
      next += 1;
      if (data.length > 0) text += utf8.decode(data);
    }
    this.#next = next;
    return text;
  }

  /** What is missing before the first block that waits is lost. */
  #giveUp(now: Instant): string {
    let text = '';
    const first = Math.min(...this.#waiting.keys());
    if (this.#next !== undefined && Number.isFinite(first)) {
      text = LOST.repeat(first - this.#next);
      this.#next = first;
      text += this.#inOrder();
    }
    this.#deadline = this.#waiting.size === 0 ? undefined : now + PATIENCE;
    return text;
  }
}

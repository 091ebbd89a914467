/** Keeps what strangers can cause from filling the log: at most one line a second of each class and source. */
import type { Activity, Instant } from '@usher/core';
import { sourceOf } from '@usher/sip';

const WINDOW = 1_000;
/** Classes told apart in one window; those beyond share one line. Nobody reads more lines a second than that. */
const CLASSES = 128;
const REST = 'rest';

/** What was withheld, and will have no line to tell of it. */
export interface LeftOut {
  readonly lines: number;
  readonly classes: number;
}

/**
 * Decides which lines are written. How many were withheld is told by the next line of their class, if that comes within a
 * second, and else all together; nothing is remembered for longer, however many strangers there are.
 */
export class Limiter {
  #began = Number.NEGATIVE_INFINITY;
  /** How many lines of each class were withheld in this window, besides the one that was written. */
  #counts = new Map<string, number>();
  /** How many in the window before, for which no line came yet. */
  #before = new Map<string, number>();
  #lines = 0;
  #classes = 0;

  /** How many lines like this one were withheld before it, or undefined where it is withheld too. */
  admit(what: string, at: Instant): number | undefined {
    this.elapse(at);
    const known = this.#counts.has(what) || this.#counts.size < CLASSES ? what : REST;
    const count = this.#counts.get(known);
    if (count !== undefined) {
      this.#counts.set(known, count + 1);
      return undefined;
    }
    const withheld = this.#before.get(known) ?? 0;
    this.#before.delete(known);
    this.#counts.set(known, 0);
    return withheld;
  }

  /** Whether something is withheld that is not told of yet. */
  get holds(): boolean {
    return this.#lines > 0 || this.#before.size > 0 || [...this.#counts.values()].some(isSome);
  }

  /** Time passes. */
  elapse(now: Instant): void {
    if (now - this.#began < WINDOW) return;
    const isLong = now - this.#began >= 2 * WINDOW;
    this.#began = now;
    this.#turn();
    if (isLong) this.#turn();
  }

  /** What no line has told of, and none will: this takes it away. */
  takeLeftOut(): LeftOut | undefined {
    if (this.#lines === 0) return undefined;
    const leftOut = { lines: this.#lines, classes: this.#classes };
    this.#lines = 0;
    this.#classes = 0;
    return leftOut;
  }

  /** A new window begins. */
  #turn(): void {
    for (const count of this.#before.values()) {
      this.#lines += count;
      this.#classes += 1;
    }
    this.#before = new Map([...this.#counts].filter(([, count]) => isSome(count)));
    this.#counts = new Map();
  }
}

function isSome(count: number): boolean {
  return count > 0;
}

/** What is counted together; undefined for what is always written. */
export function classOf(activity: Activity): string | undefined {
  const { type } = activity;
  if (type === 'violated') return `${type} ${activity.code} ${placeOf(activity.peer)}`;
  if (type === 'shed') return `${type} ${activity.why}`;
  if (type === 'refused') return `${type} ${activity.session}`;
  if (type === 'failed') return `${type} ${activity.what} ${activity.bot ?? ''}`;
  if (type === 'sent' && activity.delivery.type === 'failed') return `${type} ${activity.session}`;
  return undefined;
}

/** The source of `udp 192.0.2.1:5060`: without the transport and the port, which whoever is there may change as they like. */
function placeOf(peer = ''): string {
  const address = peer.slice(peer.lastIndexOf(' ') + 1);
  const colon = address.lastIndexOf(':');
  return sourceOf(colon < 0 ? address : address.slice(0, colon));
}

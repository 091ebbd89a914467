/** Keeps what strangers can cause from filling the log: at most one line a second of each class and source. */
import type { Activity } from '@usher/core';

const WINDOW = 1_000;
/** Classes remembered in one window; those beyond share one line. */
const CLASSES = 1_024;
const REST = 'rest';

/** Decides which lines are written. */
export class Limiter {
  #began = Number.NEGATIVE_INFINITY;
  /** The classes of this window that had their line. */
  readonly #seen = new Set<string>();
  /** How many lines of each class were withheld since its last one. */
  readonly #withheld = new Map<string, number>();

  /** How many lines like this one were withheld before it, or undefined where it is withheld too. */
  admit(activity: Activity): number | undefined {
    const what = classOf(activity);
    if (what === undefined) return 0;
    if (activity.at - this.#began >= WINDOW) {
      this.#began = activity.at;
      this.#seen.clear();
    }
    const known = this.#isKnown(what) ? what : REST;
    const withheld = this.#withheld.get(known) ?? 0;
    if (this.#seen.has(known)) {
      this.#withheld.set(known, withheld + 1);
      return undefined;
    }
    this.#seen.add(known);
    this.#withheld.delete(known);
    return withheld;
  }

  #isKnown(what: string): boolean {
    if (this.#seen.has(what) || this.#withheld.has(what)) return true;
    return this.#seen.size < CLASSES && this.#withheld.size < CLASSES;
  }
}

/** What is counted together; undefined for what is always written. */
function classOf(activity: Activity): string | undefined {
  const { type } = activity;
  if (type === 'violated') return `${type} ${activity.code} ${sourceOf(activity.peer)}`;
  if (type === 'shed') return `${type} ${activity.why}`;
  if (type === 'refused') return `${type} ${activity.session}`;
  if (type === 'failed') return `${type} ${activity.what} ${activity.bot ?? ''}`;
  return undefined;
}

/** The peer without its port, which it may change as it likes. */
function sourceOf(peer = ''): string {
  const colon = peer.lastIndexOf(':');
  return colon < 0 ? peer : peer.slice(0, colon);
}

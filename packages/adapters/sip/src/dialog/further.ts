/** What goes on in a dialog besides its session: made when there is some, so that one at rest carries none of it (RFC 5057). */
import type { ReferralProgress } from './referral-progress.js';
import type { Referring } from './referring.js';
import type { Noted } from './refreshing.js';
import type { Subscribing } from './subscribing.js';
import type { EventName, Subscription } from './subscription.js';

/** So many things are heard of in one dialog at a time. */
const MOST_SUBSCRIPTIONS = 4;

/** What goes on in a dialog besides its session. */
export class Further implements Noted {
  /** A refresh of ours that awaits its answer. */
  refreshing: Noted['refreshing'] = undefined;
  /** Our description, where it is more than one that a user agent would make anew: the same number of media (RFC 3264, 8). */
  described: Uint8Array | undefined = undefined;
  /** A REFER of ours whose outcome is awaited. */
  referring: Referring | undefined = undefined;
  /** What we have subscribed to on somebody's behalf, and keep up. */
  subscribing: Subscribing | undefined = undefined;
  /** What the peer hears of the last REFER of its own. */
  progress: ReferralProgress | undefined = undefined;
  /** How many REFERs of the peer were taken. */
  referrals = 0;
  /** What else we have subscribed to in this dialog. */
  readonly #subscriptions: Subscription[] = [];

  /** Hears NOTIFYs about one more thing; returns whether there is room for it. */
  subscribe(subscription: Subscription): boolean {
    const held = this.#subscriptions.filter(({ over }) => !over);
    if (held.length >= MOST_SUBSCRIPTIONS) return false;
    this.#subscriptions.splice(0, Infinity, ...held, subscription);
    return true;
  }

  /** What a NOTIFY is about; undefined where it is nothing of ours. */
  subscriptionOf(name: EventName): Subscription | undefined {
    const referral = this.referring?.subscription;
    if (referral?.matches(name) === true) return referral;
    return this.#subscriptions.find((subscription) => subscription.matches(name));
  }

  /** The dialog is over, and all that goes on in it. */
  close(): void {
    this.progress?.close();
    this.referring?.conclude(481, 'The Session Is Over');
    for (const subscription of this.#subscriptions) subscription.end();
    this.subscribing?.close();
  }
}

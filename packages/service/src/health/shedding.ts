/** For how long the house has been turning invitations away for want of room. */
import type { Activity, Instant } from '@usher/core';

/** A second in which nobody was turned away is the end of it. */
const PAUSE = 1_000;

/** Watches the door, by what is told of it. */
export class Shedding {
  #since: Instant | undefined;
  #last: Instant = 0;

  /** Something happened in the house. */
  activity(activity: Activity): void {
    if (activity.type !== 'shed') return;
    if (activity.why !== 'sessions' && activity.why !== 'pending') return;
    if (this.#since === undefined || activity.at - this.#last > PAUSE) this.#since = activity.at;
    this.#last = activity.at;
  }

  /** For how long, in milliseconds; 0 while nobody is turned away. */
  lasting(now: Instant): number {
    if (this.#since === undefined || now - this.#last > PAUSE) return 0;
    return now - this.#since;
  }
}

/** Where all activity is told, and where everybody listens. */
import { type Observable, Subject } from 'rxjs';

import type { Clock } from '../ports/clock.js';
import type { Activity } from './activity.js';
import { type Guard, GuardedObservable } from './guarded-observable.js';

/** An activity as it is told: the feed puts the time to it. */
type Told = Activity extends infer One ? (One extends Activity ? Omit<One, 'at'> : never) : never;

/** The activity of one house. Telling costs next to nothing while nobody listens: ask `observed` before putting much together. */
export class ActivityFeed implements Guard {
  readonly #subject = new Subject<Activity>();
  readonly #clock: Clock;
  #reporting = false;

  /** What everybody listens to. */
  readonly activity: Observable<Activity>;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.activity = this.guard(this.#subject);
  }

  /** Whether anybody listens. */
  get observed(): boolean {
    return this.#subject.observed;
  }

  /** Tells everybody who listens. */
  tell(told: Told): void {
    // Put into the object itself, which nobody else has yet: copies would add up.
    if (this.#subject.observed) this.#subject.next(Object.assign(told, { at: this.#clock.now() }));
  }

  /** The same for what is told often: ask `observed` before it is put together, its time included. */
  announce(activity: Activity): void {
    this.#subject.next(activity);
  }

  /** The same stream, except that a subscriber who throws is told of here and harms nobody. */
  guard<T>(source: Observable<T>): Observable<T> {
    return new GuardedObservable<T>(this, (subscriber) => source.subscribe(subscriber));
  }

  /** Nothing comes after this. */
  complete(): void {
    this.#subject.complete();
  }

  /** A subscriber threw. Whoever throws at everything throws at being told so as well: that once is not told again. */
  failed(error: unknown): void {
    if (this.#reporting) return;
    this.#reporting = true;
    this.tell({ type: 'failed', what: 'subscriber', error });
    this.#reporting = false;
  }
}

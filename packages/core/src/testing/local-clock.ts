/** The clock of one party of a simulation: it can leap, stand still for a while, and stop for ever together with its party. */
import type { Cancel, Clock } from '../ports/clock.js';
import type { Instant } from '../words/duration.js';

/** One task of the party. */
interface Alarm {
  /** By the party's own time. */
  readonly at: Instant;
  readonly task: () => void;
  cancel: Cancel;
}

/** The clock of one party, on top of that of the world. */
export class LocalClock implements Clock {
  readonly #world: Clock;
  /** In the order of their instants only as far as the world keeps them so. */
  readonly #alarms = new Set<Alarm>();
  /** How much further it is than the world. */
  #ahead = 0;
  /** By the world's time: nothing of this party happens before. */
  #stalledUntil: Instant = -Infinity;
  #stopped = false;
  /** By how much all leaps and stalls together may have made something late. */
  delayed = 0;

  constructor(world: Clock) {
    this.#world = world;
  }

  now(): Instant {
    return this.#world.now() + this.#ahead;
  }

  at(instant: Instant, task: () => void): Cancel {
    if (this.#stopped) return () => {};
    const alarm: Alarm = { at: instant, task, cancel: () => {} };
    this.#alarms.add(alarm);
    this.#arrange(alarm);
    return () => {
      if (this.#alarms.delete(alarm)) alarm.cancel();
    };
  }

  /** How many tasks of this party wait. */
  get waiting(): number {
    return this.#alarms.size;
  }

  /** Its time leaps forward, as when somebody sets it right: what falls due meanwhile is late. */
  leap(ms: number): void {
    this.#ahead += ms;
    this.delayed += ms;
    this.#rearrange();
  }

  /** The party gets no processor for so long: what falls due meanwhile runs afterwards, in order. */
  stall(ms: number): void {
    this.delayed += ms;
    this.#stalledUntil = Math.max(this.#stalledUntil, this.#world.now() + ms);
    this.#rearrange();
  }

  /** The party is dead: none of its tasks ever runs. */
  stop(): void {
    this.#stopped = true;
    for (const alarm of this.#alarms) alarm.cancel();
    this.#alarms.clear();
  }

  #arrange(alarm: Alarm): void {
    const at = Math.max(alarm.at - this.#ahead, this.#stalledUntil);
    alarm.cancel = this.#world.at(at, () => {
      this.#alarms.delete(alarm);
      alarm.task();
    });
  }

  #rearrange(): void {
    for (const alarm of [...this.#alarms].toSorted((one, other) => one.at - other.at)) {
      alarm.cancel();
      this.#arrange(alarm);
    }
  }
}

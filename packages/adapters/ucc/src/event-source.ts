/** What raises events to those who are advised of them. */

/** Told when somebody who was advised failed: what was raised, and the error. */
export type Report = (event: string, error: unknown) => void;

/** What an event brings. */
type DataOf<Told> = Told extends (source: never, data: infer Data) => unknown ? Data : never;

/** What raises events; whoever fails as it is told disturbs nobody else. */
export class EventSource<Events extends object> {
  /** Replaced at each change: who is advised or lets go while an event is raised changes nothing about that one. */
  #advised: readonly Partial<Events>[] = [];
  readonly #report: Report;

  constructor(report: Report) {
    this.#report = report;
  }

  /** From now on this object's functions are told of the events of their names; once, however often it is said. */
  Advise(events: Partial<Events>): void {
    if (!this.#advised.includes(events)) this.#advised = [...this.#advised, events];
  }

  /** From now on it is told of nothing. */
  Unadvise(events: Partial<Events>): void {
    this.#advised = this.#advised.filter((one) => one !== events);
  }

  /** Whether anybody would be told of that event. */
  protected listened(event: keyof Events): boolean {
    return this.#advised.some((events) => typeof events[event] === 'function');
  }

  /** Tells everybody, with this as the source; one who fails, at once or later, is reported, and to `failed` as well. */
  protected raise<Event extends string & keyof Events>(
    event: Event,
    data: DataOf<Events[Event]>,
    failed?: (error: unknown) => void,
  ): void {
    const fail = (error: unknown): void => {
      this.#report(event, error);
      failed?.(error);
    };
    for (const events of this.#advised) {
      const told: unknown = events[event];
      if (typeof told !== 'function') continue;
      try {
        const result: unknown = Reflect.apply(told, events, [this, data]);
        if (result instanceof Promise) result.catch(fail);
      } catch (error) {
        fail(error);
      }
    }
  }
}

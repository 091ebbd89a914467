/** Writes what happens, and only as much of it as is wanted. */
import type { Activity, Instant } from '@usher/core';
import type { Cancel, Clock } from '@usher/core/adapter';

import { errorText } from './activity-line.js';
import { classOf, Limiter } from './limiter.js';
import { type Level, type LogRecord, recordOf } from './record.js';

/** Where lines go: people at a terminal, or machines. */
export interface LogWriter {
  /** Writes one record; the activity that it is of, where it is of one; `withheld` lines before it were not written. */
  write(record: LogRecord, activity: Activity | undefined, withheld: number): void;
}

/** From little to much. */
export const LEVELS = ['error', 'warn', 'info', 'debug'] as const satisfies readonly Level[];

/** When it is looked whether lines were withheld that none has told of, in milliseconds after the first of them. */
const REVIEW = 2_000;

/** Writes what happens down to a level. */
export class Log {
  readonly #writer: LogWriter;
  readonly #least: number;
  readonly #clock: Clock;
  readonly #limiter = new Limiter();
  #review: Cancel | undefined;

  constructor(writer: LogWriter, level: Level, clock: Clock) {
    this.#writer = writer;
    this.#least = LEVELS.indexOf(level);
    this.#clock = clock;
  }

  /** Writes what the host did. */
  activity(activity: Activity): void {
    // A busy house says far more at debug than anybody wants: that is turned away before any work.
    if (isTalk(activity) && !this.#wants('debug')) return;
    const what = classOf(activity);
    if (what !== undefined && !this.#wants(activity.type === 'failed' ? 'error' : 'warn')) return;
    const withheld = what === undefined ? 0 : this.#admit(what, activity.at);
    if (withheld === undefined) return;
    const record = recordOf(activity);
    if (this.#wants(record.level)) this.#writer.write(record, activity, withheld);
  }

  /** Writes what the service itself did. */
  event(record: LogRecord): void {
    if (!this.#wants(record.level)) return;
    // Whoever makes a bot let go of a promise may do so as often as they like.
    const { event, at, fields } = record;
    const withheld =
      'error' in fields ? this.#admit(`${event} ${errorText(fields['error'], 'kept')}`, at) : 0;
    if (withheld !== undefined) this.#writer.write(record, undefined, withheld);
  }

  /** Tells what is still to be told. */
  close(): void {
    this.#review?.();
    this.#limiter.elapse(Infinity);
    this.#tellLeftOut(this.#clock.now());
  }

  #admit(what: string, at: Instant): number | undefined {
    const withheld = this.#limiter.admit(what, at);
    this.#tellLeftOut(at);
    if (withheld === undefined) this.#reviewLater();
    return withheld;
  }

  #reviewLater(): void {
    this.#review ??= this.#clock.at(this.#clock.now() + REVIEW, () => {
      this.#review = undefined;
      const now = this.#clock.now();
      this.#limiter.elapse(now);
      this.#tellLeftOut(now);
      if (this.#limiter.holds) this.#reviewLater();
    });
  }

  #tellLeftOut(at: Instant): void {
    const leftOut = this.#limiter.takeLeftOut();
    if (leftOut === undefined) return;
    const { lines, classes } = leftOut;
    const text = `${lines} more lines like those above`;
    const level = this.#wants('warn') ? 'warn' : 'error';
    this.#writer.write(
      { level, at, event: 'left-out', fields: { text, lines, classes } },
      undefined,
      0,
    );
  }

  #wants(level: Level): boolean {
    return LEVELS.indexOf(level) <= this.#least;
  }
}

/** Messages that went as they should. */
function isTalk(activity: Activity): boolean {
  return (
    activity.type === 'received' ||
    (activity.type === 'sent' && activity.delivery.type === 'delivered')
  );
}

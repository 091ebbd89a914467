/** Writes what happens, and only as much of it as is wanted. */
import type { Activity } from '@usher/core';

import { Limiter } from './limiter.js';
import { type Level, type LogRecord, recordOf } from './record.js';

/** Where lines go: people at a terminal, or machines. */
export interface LogWriter {
  /** Writes one record; the activity that it is of, where it is of one; `withheld` lines before it were not written. */
  write(record: LogRecord, activity: Activity | undefined, withheld: number): void;
}

/** From little to much. */
export const LEVELS = ['error', 'warn', 'info', 'debug'] as const satisfies readonly Level[];

/** Writes what happens down to a level. */
export class Log {
  readonly #writer: LogWriter;
  readonly #least: number;
  readonly #limiter = new Limiter();

  constructor(writer: LogWriter, level: Level) {
    this.#writer = writer;
    this.#least = LEVELS.indexOf(level);
  }

  /** Writes what the host did. */
  activity(activity: Activity): void {
    // A busy house says far more at debug than anybody wants: that is turned away before any work.
    if (isTalk(activity) && !this.#wants('debug')) return;
    const withheld = this.#limiter.admit(activity);
    if (withheld === undefined) return;
    const record = recordOf(activity);
    if (this.#wants(record.level)) this.#writer.write(record, activity, withheld);
  }

  /** Writes what the service itself did. */
  event(record: LogRecord): void {
    if (this.#wants(record.level)) this.#writer.write(record, undefined, 0);
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

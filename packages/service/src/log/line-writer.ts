/** Writes the log for people at a terminal. */
import { type Paint, visible } from '@usher/console';

import { activityLine, errorText } from './activity-line.js';
import type { Wording } from './error-facts.js';
import type { LogWriter } from './log.js';
import type { LogRecord } from './record.js';

/** Who looks for the reason must know that there is more. */
const HINT = '  (--error-messages tells what it says)';

/** Makes a writer of lines; `write` is given each with its line end. */
export function lineWriter(
  write: (text: string) => void,
  paint: Paint,
  scrub: (text: string) => string,
  wording: Wording = 'kept',
): LogWriter {
  return {
    write(record, activity, withheld) {
      const time = timeOfDay(record.at);
      const line =
        activity === undefined
          ? eventLine(record, time, paint, wording)
          : activityLine(activity, time, paint, wording);
      const hint = 'error' in record.fields && wording === 'kept' ? paint.faint(HINT) : '';
      const more =
        withheld === 0 ? '' : paint.faint(`  (${withheld} more lines like these were left out)`);
      write(`${scrub(line)}${hint}${more}\n`);
    },
  };
}

function eventLine(
  { event, level, fields }: LogRecord,
  time: string,
  paint: Paint,
  wording: Wording,
): string {
  const word = event.padEnd(11);
  const verb = level === 'error' ? paint.bad(word) : paint.strong(word);
  const said =
    'error' in fields
      ? errorText(fields['error'], wording)
      : typeof fields['text'] === 'string'
        ? visible(fields['text'])
        : '';
  return `${paint.faint(time)}  ${verb}  ${said}`;
}

function timeOfDay(at: number): string {
  const date = new Date(at);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** The header field Date (RFC 3261, 20.17): always GMT, whatever the clocks say where it was written. */
import type { Instant } from '@usher/core';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const DATE =
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (\d\d) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) GMT$/;

/** The moment that a Date names; undefined where it names none. */
export function parseDate(text: string): Instant | undefined {
  const parts = DATE.exec(text);
  const month = MONTHS.indexOf(parts?.[2] ?? '');
  if (parts === null || month < 0) return undefined;
  const [day, year, hour, minute, second] = [1, 3, 4, 5, 6].map((part) => Number(parts[part]));
  const at = Date.UTC(year ?? 0, month, day, hour, minute, second);
  // What runs over, such as the 31st of February, names no moment.
  const read = new Date(at);
  return read.getUTCDate() === day && read.getUTCHours() === hour && read.getUTCMinutes() === minute
    ? at
    : undefined;
}

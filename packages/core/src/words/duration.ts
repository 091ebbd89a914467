/** A length of time as people write it: `'250ms'`, `'30s'`, `'5m'`, `'2h'`, `'1d'`, or a plain number of milliseconds. */
import { LocalProtocolError } from './errors.js';

/** A moment, in milliseconds since 1970 that never run backwards within one process. */
export type Instant = number;

/** A length of time: milliseconds as a number, or a number with its unit. */
export type Duration = number | `${number}${'ms' | 's' | 'm' | 'h' | 'd'}`;

const UNITS = new Map([
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);

/**
 * The milliseconds of a duration.
 * @throws LocalProtocolError `bad-duration` where the text is no length of time.
 */
export function milliseconds(duration: Duration): number {
  if (typeof duration === 'number') {
    if (duration >= 0) return duration;
  } else {
    const parts = /^(\d{1,12}(?:\.\d{1,6})?)(ms|s|m|h|d)$/.exec(duration);
    const unit = UNITS.get(parts?.[2] ?? '');
    if (parts !== null && unit !== undefined) return Number(parts[1]) * unit;
  }
  throw new LocalProtocolError(
    'bad-duration',
    `${JSON.stringify(duration)} is no length of time; write a number of milliseconds, or '250ms', '30s', '5m', '2h', '1d'`,
  );
}

/** Why we refuse, as Microsoft peers look for it: the header field `ms-diagnostics`. */
import type { Field } from '../syntax/printer.js';
import { quoted } from '../syntax/quoted-string.js';

/** Numbers of our own, beside those that their servers use, and what each says. */
const KNOWN: ReadonlyMap<number, readonly [id: number, reason: string]> = new Map([
  [408, [90002, 'No decision in time']],
  [415, [90003, 'Content of a type that is not taken']],
  [480, [90004, 'Nobody is available']],
  [486, [90005, 'Busy']],
  [487, [90006, 'Invitation withdrawn']],
  [488, [90007, 'Kind of session that is not taken']],
  [503, [90008, 'No capacity']],
  [603, [90009, 'Declined by application']],
  [605, [90009, 'Declined by application']],
]);
const FORWARDED = [90001, 'Call forwarded by application'] as const;
const OTHER = [90000, 'Refused by application'] as const;

/**
 * The field for an answer with this status: an id, words that are the same for everybody, and which host says so.
 * @param source the host that was invited.
 */
export function diagnostics(status: number, source: string): Field {
  const [id, reason] = status < 400 ? FORWARDED : (KNOWN.get(status) ?? OTHER);
  return ['ms-diagnostics', `${id};reason=${quoted(reason)};source=${quoted(source)}`];
}

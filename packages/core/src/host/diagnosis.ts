/** What may be said of an error where strangers read it: its kind, never its message, stack or contents. */
import { UsherError } from '../words/errors.js';

/** `TypeError`, `bad-decision`, …: a name or code in plain letters; a name that is none of an error may be anything. */
export function diagnosis(error: unknown): string {
  if (error instanceof UsherError) return error.code;
  if (error instanceof Error && /^[A-Za-z]{0,40}(?:Error|Exception)$/.test(error.name)) {
    return error.name;
  }
  return 'Error';
}

/** Errors whose words are all our own; others quote what they were given, which may be what was said to the bot. */
const OUR_WORDS = new Set([
  'bad-decision',
  'captive-dependency',
  'circular-dependency',
  'forbidden-target',
  'unknown-service',
]);

/** What may be said of an error to the operator: all of it where that is our own words alone. */
export function explanation(error: unknown): string {
  return error instanceof UsherError && OUR_WORDS.has(error.code)
    ? error.message
    : diagnosis(error);
}

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

/** What may be said of an error to the operator: our own errors in full, since they are made of our own words. */
export function explanation(error: unknown): string {
  return error instanceof UsherError ? error.message : diagnosis(error);
}

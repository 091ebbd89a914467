/** The CSeq of a message: a number and a method (RFC 3261, 20.16). */
import { DIGIT, endOf, TOKEN } from './characters.js';
import { methodAt } from './common-words.js';
import { violation } from './violation.js';
import { skipSpace } from './white-space.js';
import { wholeNumber } from './whole-number.js';

/** The CSeq of a message. */
export interface CSeq {
  /** Below 2^31. */
  readonly number: number;
  readonly method: string;
}

/** RFC 3261, 8.1.1.5: the sequence number MUST be less than 2**31. */
const LARGEST = 2 ** 31 - 1;

/**
 * The CSeq that a header field's value names.
 * @throws RemoteProtocolError `bad-cseq`.
 */
export function parseCSeq(text: string, from = 0, end = text.length): CSeq {
  const stop = endOf(text, DIGIT, from, end);
  const start = skipSpace(text, stop, end);
  const number = wholeNumber(text, LARGEST, from, stop);
  if (
    number === undefined ||
    start === stop ||
    start === end ||
    endOf(text, TOKEN, start, end) !== end
  ) {
    throw violation(
      'bad-cseq',
      'a CSeq reads number (below 2**31) and method',
      text.slice(from, end),
    );
  }
  return { number, method: methodAt(text, start, end) };
}

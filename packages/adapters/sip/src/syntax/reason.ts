/** Why a request was sent (RFC 3326). */
import { endOf, TOKEN } from './characters.js';
import { DEFAULT_LIMITS } from './limits.js';
import { parseParameters } from './parameters.js';
import { violation } from './violation.js';
import { wholeNumber } from './whole-number.js';

/** Why a request was sent: `SIP ;cause=200 ;text="Call completed elsewhere"`. */
export interface Reason {
  /** `SIP`, `Q.850`, …, as written. */
  readonly protocol: string;
  readonly cause: number | undefined;
  readonly text: string | undefined;
}

/**
 * One value of a Reason header field.
 * @throws RemoteProtocolError `bad-reason`, or one of its parameters'.
 */
export function parseReason(value: string): Reason {
  const end = endOf(value, TOKEN, 0);
  if (end === 0) throw violation('bad-reason', 'a Reason begins with its protocol', value);
  const params = parseParameters(value, DEFAULT_LIMITS.params, end);
  return {
    protocol: value.slice(0, end),
    cause: wholeNumber(params.get('cause') ?? '', 999_999),
    text: params.get('text'),
  };
}

/** What a server tells clients that take part in overload control, in the top Via of its answers (RFC 7339, 4). */
import type { Instant } from '@usher/core';
import type { Flow } from '@usher/core/adapter';

import type { SipRequest } from '../syntax/message.js';
import type { Parameters } from '../syntax/parameters.js';
import { endOfQuoted } from '../syntax/quoted-string.js';
import { trimmed } from '../syntax/white-space.js';
import type { Via } from '../syntax/via.js';
import { stampVias } from '../transport/stamp-via.js';

/** Milliseconds for which a client believes what it was told, unless told anew (RFC 7339, 4.3). */
const VALIDITY = 500;

/** The parameters that are ours to set, whatever a client wrote there. */
const OURS = new Set(['oc', 'oc-algo', 'oc-validity', 'oc-seq']);

/**
 * Whether the client of this request takes part, by the parameters of the top Via: it offers `oc`, and among its algorithms
 * the one that all have (RFC 7339, 4.2). One that names none is taken at its word.
 */
export function offersFeedback(params: Parameters): boolean {
  if (!params.has('oc')) return false;
  const algorithms = params.get('oc-algo');
  return (
    algorithms === undefined ||
    algorithms.split(',').some((each) => trimmed(each).toLowerCase() === 'loss')
  );
}

/**
 * The parameters that ask a client to leave out this part of what it would send, 0 to 1. Nothing to be left out ends what was
 * asked before (RFC 7339, 4.3).
 * @param told when this was found out, in milliseconds since 1970: what is told later is newer (RFC 7339, 4.4).
 */
export function printFeedback(share: number, told: Instant): string {
  const percent = Math.min(Math.max(Math.round(share * 100), 0), 100);
  const validity = percent === 0 ? 0 : VALIDITY;
  const seconds = Math.floor(told / 1_000);
  const rest = String(Math.floor(told) - seconds * 1_000).padStart(3, '0');
  return `;oc=${percent};oc-algo="loss";oc-validity=${validity};oc-seq=${seconds}.${rest}`;
}

/**
 * The top Via of an answer, with this feedback where the client takes part, and as it is where not (RFC 7339, 5.3).
 * @param value as the answer would carry it: `via` as it stood, stamped or not.
 */
export function withFeedback(via: Via, value: string, feedback: string): string {
  return offersFeedback(via.params) ? `${withoutOurs(value)}${feedback}` : value;
}

/** All Via values of an answer to this request: stamped, and with this feedback where the client takes part. */
export function viasWithFeedback(
  request: SipRequest,
  source: Flow,
  feedback: string,
): readonly string[] {
  const vias = stampVias(request, source);
  if (feedback === '' || !offersFeedback(request.via.params)) return vias;
  const [top = '', ...others] = vias;
  return [withFeedback(request.via, top, feedback), ...others];
}

/** The Via value without the parameters that are ours; all else stays as it stood. */
function withoutOurs(value: string): string {
  let kept = '';
  let start = 0;
  let at = 0;
  while (at <= value.length) {
    const code = at < value.length ? value.charCodeAt(at) : 0x3b;
    if (code === 0x22) {
      const end = endOfQuoted(value, at);
      at = end < 0 ? value.length : end;
      continue;
    }
    if (code === 0x3b) {
      const parameter = value.slice(start, at);
      if (start === 0) kept = parameter;
      else if (!OURS.has(nameOf(parameter))) kept += `;${parameter}`;
      start = at + 1;
    }
    at += 1;
  }
  return kept;
}

function nameOf(parameter: string): string {
  const equals = parameter.indexOf('=');
  return trimmed(parameter, 0, equals < 0 ? parameter.length : equals).toLowerCase();
}

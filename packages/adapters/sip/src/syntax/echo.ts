/** Of what is no message, that which an answer needs all the same: read with lenience, and never trusted. */
import type { RemoteProtocolError } from '@usher/core';

import { isToken } from './characters.js';
import { CALL_ID, CSEQ, FROM, headerId, TO, VIA } from './header-names.js';
import type { SipLimits } from './limits.js';
import { type Echo, Malformed } from './malformed.js';
import { resemblesRequestLine } from './start-line.js';
import { trimmed, unfolded } from './white-space.js';

const lenient = new TextDecoder('utf-8', { ignoreBOM: true });
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const CONTROL = /[\0-\x08\x0a-\x1f\x7f]/;

/** What the octets from `from` on are, given why they are no message. */
export function malformed(
  bytes: Uint8Array,
  from: number,
  error: RemoteProtocolError,
  limits: SipLimits,
): Malformed {
  let begin = bytes.indexOf(0x0a, from) + 1;
  if (begin === 0) begin = bytes.length;
  // A first line of any length is passed over, so that even its refusal finds a Via behind it.
  const line = trimmed(
    lenient.decode(bytes.subarray(Math.max(from, begin - 64), begin)).replace(/\r?\n$/, ''),
  );
  const first = lenient.decode(bytes.subarray(from, Math.min(begin, from + 256)));
  const method = first.slice(0, Math.max(first.indexOf(' '), 0));
  const isRequest = isToken(method) && resemblesRequestLine(`${method} ${line}`);
  const text = lenient.decode(bytes.subarray(begin, begin + limits.headerBlock));
  return new Malformed(error, isRequest, isRequest ? method : undefined, echo(text, limits));
}

function echo(text: string, limits: SipLimits): Echo {
  const via: string[] = [];
  const once = new Map<number, string>();
  const take = (line: string): void => {
    const colon = line.indexOf(':');
    const id = colon < 0 ? undefined : headerId(trimmed(line, 0, colon));
    const value = unfolded(line.slice(colon + 1));
    if (id === undefined || value === '' || CONTROL.test(value)) return;
    if (id === VIA) {
      if (via.length < limits.vias) via.push(value);
    } else if (!once.has(id)) once.set(id, value);
  };
  let start = 0;
  for (let end = text.indexOf('\r\n'); end >= start; end = text.indexOf('\r\n', end + 2)) {
    const next = text.charAt(end + 2);
    if (next === ' ' || next === '\t') continue;
    if (end === start) break;
    take(text.slice(start, end));
    start = end + 2;
  }
  const from = once.get(FROM);
  const to = once.get(TO);
  const callId = once.get(CALL_ID);
  const cseq = once.get(CSEQ);
  return {
    via,
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(callId !== undefined && { callId }),
    ...(cseq !== undefined && { cseq }),
  };
}

/** Answers as bytes (RFC 3261, 8.2.6). */
import type { Chance, Flow } from '@usher/core/adapter';

import type { Answer } from '../dialog/core.js';
import { viasWithFeedback } from '../overload/feedback.js';
import { splitList } from '../syntax/list.js';
import type { Malformed } from '../syntax/malformed.js';
import type { SipRequest } from '../syntax/message.js';
import { type Field, printResponse } from '../syntax/printer.js';
import { parseVia } from '../syntax/via.js';
import { stampVia } from '../transport/stamp-via.js';

const NO_FIELDS: readonly Field[] = [];

/**
 * The answer to a request.
 * @param source the way that it came.
 * @param tag goes into To, where the request has none there.
 * @param feedback for the client's overload control, where it takes part (RFC 7339, 5.3).
 * @throws LocalProtocolError `unprintable`.
 */
export function printAnswer(
  request: SipRequest,
  source: Flow,
  { status, text, fields = NO_FIELDS, body }: Answer,
  tag: string,
  feedback = '',
): Uint8Array {
  const { from, to, toTag, callId, cseq } = request;
  const vias = viasWithFeedback(request, source, feedback);
  const toValue = toTag === undefined ? `${to.raw};tag=${tag}` : to.raw;
  let copied = '';
  for (const via of vias) copied += `Via: ${via}\r\n`;
  copied += `From: ${from.raw}\r\nTo: ${toValue}\r\nCall-ID: ${callId}\r\nCSeq: ${cseq.number} ${cseq.method}\r\n`;
  return printResponse(status, text, fields, body, { text: copied, count: vias.length + 4 });
}

/**
 * The answer to what was meant as a request: what can be copied of it is.
 * @param most octets that the answer may have: it says less where that is little. Undefined where it says too much all the same.
 * @throws LocalProtocolError `unprintable` where even that cannot be said again.
 */
export function printMalformedAnswer(
  malformed: Malformed,
  source: Flow,
  most: number,
  chance: Chance,
): Uint8Array | undefined {
  const { code, status } = malformed.error;
  // RFC 3261, 21.4.1: the reason phrase says what is wrong with it.
  const text = status === 400 ? `Bad Request (${code})` : undefined;
  const long = printResponse(status, text, [
    ...stamped(malformed.echo.via, source).map((via) => ['Via', via] as const),
    ...echoed(malformed, LONG, chance.token()),
  ]);
  if (long.length <= most) return long;
  // What a peer could do without: it knows where it is, and a tag serves nobody in an answer that no dialog comes of.
  const short = printResponse(status, undefined, [
    ...malformed.echo.via.map((via) => ['v', via] as const),
    ...echoed(malformed, SHORT, undefined),
  ]);
  return short.length <= most ? short : undefined;
}

/** Names of the header fields that are copied, in both forms (RFC 3261, 7.3.3). */
const LONG = ['From', 'To', 'Call-ID', 'CSeq'] as const;
const SHORT = ['f', 't', 'i', 'CSeq'] as const;

function* echoed(
  { echo }: Malformed,
  names: typeof LONG | typeof SHORT,
  tag: string | undefined,
): Generator<Field> {
  const { from, to, callId, cseq } = echo;
  const tagged = tag === undefined || to === undefined || /;\s*tag\s*=/i.test(to);
  const values = [from, tagged ? to : `${to};tag=${tag}`, callId, cseq];
  for (const [index, value] of values.entries()) {
    const name = names[index];
    if (name !== undefined && value !== undefined) yield [name, value];
  }
}

/** The Via values as the answer carries them, the topmost stamped where it can be read. */
function stamped(lines: readonly string[], source: Flow): readonly string[] {
  const [first = '', ...rest] = lines;
  const [top = '', ...others] = splitList(first);
  try {
    return [stampVia(parseVia(top), source), ...others, ...rest];
  } catch {
    return lines;
  }
}

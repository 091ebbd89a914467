/** Answers as bytes (RFC 3261, 8.2.6). */
import type { Chance, Flow } from '@usher/core/adapter';

import type { Answer } from '../dialog/core.js';
import { splitList } from '../syntax/list.js';
import type { Malformed } from '../syntax/malformed.js';
import type { SipRequest } from '../syntax/message.js';
import { type Field, printResponse } from '../syntax/printer.js';
import { parseVia } from '../syntax/via.js';
import { stampVia, stampVias } from '../transport/stamp-via.js';

/**
 * The answer to a request.
 * @param source the way that it came.
 * @param tag goes into To, where the request has none there.
 * @throws LocalProtocolError `unprintable`.
 */
export function printAnswer(
  request: SipRequest,
  source: Flow,
  { status, text, fields, body }: Answer,
  tag: string,
): Uint8Array {
  const all: Field[] = [];
  for (const via of stampVias(request, source)) all.push(['Via', via]);
  const { from, to, toTag, callId, cseq } = request;
  all.push(
    ['From', from.raw],
    ['To', toTag === undefined ? `${to.raw};tag=${tag}` : to.raw],
    ['Call-ID', callId],
    ['CSeq', `${cseq.number} ${cseq.method}`],
  );
  if (fields !== undefined) all.push(...fields);
  return printResponse(status, text, all, body);
}

/**
 * The answer to what was meant as a request: what can be copied of it is.
 * @throws LocalProtocolError `unprintable` where even that cannot be said again.
 */
export function printMalformedAnswer(
  { echo, error }: Malformed,
  source: Flow,
  status: number,
  chance: Chance,
): Uint8Array {
  const fields: Field[] = stamped(echo.via, source).map((via) => ['Via', via]);
  if (echo.from !== undefined) fields.push(['From', echo.from]);
  if (echo.to !== undefined) {
    const hasTag = /;\s*tag\s*=/i.test(echo.to);
    fields.push(['To', hasTag ? echo.to : `${echo.to};tag=${chance.token()}`]);
  }
  if (echo.callId !== undefined) fields.push(['Call-ID', echo.callId]);
  if (echo.cseq !== undefined) fields.push(['CSeq', echo.cseq]);
  // RFC 3261, 21.4.1: the reason phrase says what is wrong with it.
  const text = status === 400 ? `Bad Request (${error.code})` : undefined;
  return printResponse(status, text, fields);
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

/** The 100 that the transactions answer by themselves (RFC 3261, 8.2.6.1 and 17.2.1). */
import type { Flow } from '@usher/core/adapter';

import { viasWithFeedback } from '../overload/feedback.js';
import type { SipRequest } from '../syntax/message.js';
import { type Field, printResponse, printShortResponse } from '../syntax/printer.js';

/** The names of what is copied; and their compact forms (RFC 3261, 7.3.3). */
const LONG = { via: 'Via', from: 'From', to: 'To', callId: 'Call-ID' } as const;
const SHORT = { via: 'v', from: 'f', to: 't', callId: 'i' } as const;

/**
 * A 100 to this request, for the hop that it came from, which is told how we are where it takes part (RFC 7339, 5.3).
 * @param isShort whether every octet counts.
 */
export function printTrying(
  request: SipRequest,
  flow: Flow,
  feedback: string,
  isShort: boolean,
): Uint8Array {
  const names = isShort ? SHORT : LONG;
  const vias = viasWithFeedback(request, flow, feedback);
  const fields: Field[] = vias.map((via) => [names.via, via]);
  fields.push(
    [names.from, request.from.raw],
    [names.to, request.to.raw],
    [names.callId, request.callId],
    ['CSeq', `${request.cseq.number} ${request.cseq.method}`],
  );
  // RFC 3261, 8.2.6.1: Timestamp MUST be copied into a 100.
  const timestamp = request.get('Timestamp');
  if (timestamp !== undefined) fields.push(['Timestamp', timestamp]);
  return isShort ? printShortResponse(100, fields) : printResponse(100, undefined, fields);
}

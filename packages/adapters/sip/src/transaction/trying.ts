/** The 100 that the transactions answer by themselves (RFC 3261, 8.2.6.1 and 17.2.1). */
import type { Flow } from '@usher/core/adapter';

import type { SipRequest } from '../syntax/message.js';
import { type Field, printResponse } from '../syntax/printer.js';
import { stampVias } from '../transport/stamp-via.js';

/** A 100 to this request, for the hop that it came from. */
export function printTrying(request: SipRequest, flow: Flow): Uint8Array {
  const fields: Field[] = stampVias(request, flow).map((via) => ['Via', via]);
  fields.push(['From', request.from.raw], ['To', request.to.raw], ['Call-ID', request.callId]);
  fields.push(['CSeq', `${request.cseq.number} ${request.cseq.method}`]);
  // RFC 3261, 8.2.6.1: Timestamp MUST be copied into a 100.
  const timestamp = request.get('Timestamp');
  if (timestamp !== undefined) fields.push(['Timestamp', timestamp]);
  return printResponse(100, undefined, fields);
}

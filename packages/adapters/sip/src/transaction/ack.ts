/** The ACK to a final response of 300 to 699, which the INVITE's own transaction sends (RFC 3261, 17.1.1.3). */
import { parseMessage } from '../syntax/parser.js';
import type { SipResponse } from '../syntax/message.js';
import { type Field, printRequest } from '../syntax/printer.js';

/** The ACK for our INVITE, given as it was sent; undefined where that cannot be read. */
export function printAck(invite: Uint8Array, response: SipResponse): Uint8Array | undefined {
  const request = parseMessage(invite);
  if (request.type !== 'request') return undefined;
  const fields: Field[] = [
    ['Via', request.via.raw],
    ['Max-Forwards', '70'],
    ['From', request.from.raw],
    // With the tag that the response brought.
    ['To', response.to.raw],
    ['Call-ID', request.callId],
    ['CSeq', `${request.cseq.number} ACK`],
  ];
  for (const route of request.all('Route')) fields.push(['Route', route]);
  return printRequest('ACK', request.uri, fields);
}

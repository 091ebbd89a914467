/** Messages that were captured, put into a dialogue of today: with our tag in them, or as the answer to a request of ours. */
import type { SipRequest } from '../../src/syntax/message.js';
import { bytesOf } from '../syntax/corpora.js';

const decoder = new TextDecoder('latin1');

/** A message as it was captured, but for these header fields. */
export function captured(name: string, fields: Readonly<Record<string, string>> = {}): string {
  let text = decoder.decode(bytesOf(`captures/${name}.sip`));
  for (const [field, value] of Object.entries(fields)) {
    // A dot is neither CR nor LF.
    const line = new RegExp(`^${field}:.*`, 'm');
    if (!line.test(text)) throw new Error(`there is no ${field} in ${name}`);
    text = text.replace(line, () => `${field}: ${value}`);
  }
  return text;
}

/** What stands in a header field of it. */
export function fieldOf(name: string, field: string): string {
  const value = new RegExp(`^${field}: *(.*)$`, 'm').exec(captured(name))?.[1];
  if (value === undefined) throw new Error(`there is no ${field} in ${name}`);
  return value;
}

/** An answer as it was captured, to this request of ours. */
export function answering(name: string, request: SipRequest): string {
  const { from, to, callId, cseq } = request;
  const answer = captured(name, {
    From: from.raw,
    // In a dialog the tag is that of the dialog; outside, the one that was captured.
    To: request.toTag === undefined ? fieldOf(name, 'To') : to.raw,
    'Call-ID': callId,
    CSeq: `${cseq.number} ${cseq.method}`,
  });
  // As many as came with the request, where its first one was.
  const vias = request.all('Via').map((via) => `Via: ${via}\r\n`);
  const [first = '', ...more] = answer.split(/^Via:.*\r\n/m);
  return first + vias.join('') + more.join('');
}

/** Answers to those who have not proved to be where they seem, and to whom no more goes than has come from there. */
import type { Flow } from '@usher/core/adapter';

import type { Answer } from '../dialog/core.js';
import type { SipRequest } from '../syntax/message.js';
import { type Field, printShortResponse } from '../syntax/printer.js';
import { stampVias } from '../transport/stamp-via.js';
import { printAnswer } from './answering.js';

/** What is left out last of all, or never: without it the answer means nothing, or something else. */
const NECESSARY = new Set([
  'Contact',
  'Record-Route',
  'Content-Type',
  'Retry-After',
  'WWW-Authenticate',
]);

/** Their compact forms (RFC 3261, 7.3.3). */
const COMPACT = new Map([
  ['Contact', 'm'],
  ['Content-Type', 'c'],
  ['Supported', 'k'],
]);

/** With so much credit nobody needs to save any. */
const AMPLE = 4;

/**
 * The answer in the longest form that the credit covers; or, where it covers none, in the shortest. An INVITE is accepted, and a
 * MESSAGE answered, in the shortest anyhow, unless there is ample credit: what is left pays for another try, or for what the bot
 * has to say.
 * @throws LocalProtocolError `unprintable`.
 */
export function printSparingAnswer(
  request: SipRequest,
  source: Flow,
  answer: Answer,
  tag: string,
  feedback: string,
  credit: number,
): Uint8Array {
  const long = printAnswer(request, source, answer, tag, feedback);
  const { method } = request;
  const isSaving = method === 'MESSAGE' || (method === 'INVITE' && isSuccess(answer));
  if (long.length * (isSaving ? AMPLE : 1) <= credit) return long;
  const { fields = [] } = answer;
  const necessary = fields.filter(([name]) => NECESSARY.has(name));
  const others = fields.filter(([name]) => !NECESSARY.has(name));
  for (let count = isSaving ? 0 : others.length; count > 0; count -= 1) {
    const short = print(request, source, answer, tag, [...necessary, ...others.slice(0, count)]);
    if (short.length <= credit) return short;
  }
  return print(request, source, answer, tag, necessary);
}

function isSuccess({ status }: Answer): boolean {
  return status >= 200 && status < 300;
}

function print(
  request: SipRequest,
  source: Flow,
  { status, text, body }: Answer,
  tag: string,
  fields: readonly Field[],
): Uint8Array {
  const { from, to, toTag, callId, cseq } = request;
  const all: Field[] = [
    ...stampVias(request, source).map((via) => ['v', via] as const),
    ['f', from.raw],
    ['t', toTag === undefined ? `${to.raw};tag=${tag}` : to.raw],
    ['i', callId],
    ['CSeq', `${cseq.number} ${cseq.method}`],
    ...fields.map(([name, value]) => [COMPACT.get(name) ?? name, value] as const),
  ];
  return printShortResponse(status, all, text, body);
}

/** Answers to all that may come, and ACKs to all that may be answered: each has what it has to have, and not a line besides. */
import { LocalProtocolError, RemoteProtocolError } from '@usher/core';
import { SeededChance } from '@usher/core/testing';
import type { Flow } from '@usher/core/adapter';

import {
  printAnswer,
  printMalformedAnswer,
} from '../../packages/adapters/sip/src/endpoint/answering.js';
import { parseMessage } from '../../packages/adapters/sip/src/syntax/parser.js';
import type { SipRequest, SipResponse } from '../../packages/adapters/sip/src/syntax/message.js';
import type { Malformed } from '../../packages/adapters/sip/src/syntax/malformed.js';
import { printAck } from '../../packages/adapters/sip/src/transaction/ack.js';
import { printTrying } from '../../packages/adapters/sip/src/transaction/trying.js';
import { messages } from '../corpora.js';
import { sipMessage } from '../grammar/sip-message.js';
import { MESSAGE_MUTATIONS } from '../mutation/message-mutation.js';
import { octetTarget } from '../octet-target.js';
import { latin1, utf8 } from '../octets.js';
import { holdAnswerTo } from '../rules/answer-rules.js';
import { MESSAGE_WORDS } from '../rules/words.js';
import { timed } from '../stopwatch.js';
import { hold } from '../target.js';

const FLOWS: readonly Flow[] = [
  { transport: 'udp', remote: { address: '192.0.2.9', port: 5099 } },
  { transport: 'tcp', remote: { address: '2001:db8::9', port: 40_000 }, connection: 1 },
  {
    transport: 'tls',
    remote: { address: 'fe80::1%eth0', port: 5061 },
    connection: 2,
    name: 'peer.example.com',
  },
];
const FIELDS = [
  ['Contact', '<sip:bot@192.0.2.1:5060>'],
  ['Allow', 'INVITE'],
] as const;
const INVITE = utf8(
  'INVITE sip:bob@example.com SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKours;rport\r\nMax-Forwards: 70\r\n' +
    'From: <sip:bot@example.com>;tag=ours\r\nTo: <sip:bob@example.com>\r\nCall-ID: ours\r\nCSeq: 7 INVITE\r\n' +
    'Route: <sip:p1.example.com;lr>\r\nRoute: <sip:p2.example.com;lr>\r\nContent-Length: 0\r\n\r\n',
);

function run(bytes: Uint8Array): void {
  const message = parseMessage(bytes);
  if (message.type === 'request') holdAnswers(bytes, message);
  else if (message.type === 'response') holdAck(bytes, message);
  else holdMalformedAnswers(bytes, message);
}

function holdAnswers(bytes: Uint8Array, request: SipRequest): void {
  for (const flow of FLOWS) {
    for (const feedback of ['', ';oc=20;oc-algo="loss";oc-validity=500;oc-seq=1.000']) {
      const answer = printable(bytes, () =>
        printAnswer(request, flow, { status: 480, fields: FIELDS }, 'ourtag', feedback),
      );
      if (answer === undefined) continue;
      holdAnswerTo(request, flow, answer, {
        status: 480,
        tag: request.toTag === undefined ? 'ourtag' : undefined,
        feedback: feedback !== '',
      });
      holdNames(answer, [
        'Via',
        'From',
        'To',
        'Call-ID',
        'CSeq',
        'Contact',
        'Allow',
        'Content-Length',
      ]);
    }
    for (const short of [false, true]) {
      const trying = printable(bytes, () => printTrying(request, flow, '', short));
      if (trying === undefined) continue;
      holdAnswerTo(request, flow, trying, { status: 100 });
      holdNames(trying, [
        'Via',
        'v',
        'From',
        'f',
        'To',
        't',
        'Call-ID',
        'i',
        'CSeq',
        'Timestamp',
        'Content-Length',
        'l',
      ]);
    }
  }
}

function holdMalformedAnswers(bytes: Uint8Array, malformed: Malformed): void {
  const { echo, error } = malformed;
  const { isRequest, method } = malformed;
  hold(
    malformed.answerable === (isRequest && method !== 'ACK' && echo.via.length > 0),
    'answerable',
  );
  for (const flow of FLOWS) {
    for (const most of [Infinity, bytes.length]) {
      const answer = timed(bytes.length, () =>
        printMalformedAnswer(malformed, flow, most, new SeededChance(1)),
      );
      if (answer === undefined) {
        hold(most < Infinity, 'malformed-unanswered');
        continue;
      }
      hold(answer.length <= most, 'malformed-larger');
      const text = latin1(answer);
      hold(text.startsWith(`SIP/2.0 ${error.status} `), 'malformed-status', () => text);
      holdNames(answer, [
        'Via',
        'v',
        'From',
        'f',
        'To',
        't',
        'Call-ID',
        'i',
        'CSeq',
        'Content-Length',
      ]);
      for (const value of [echo.from, echo.callId, echo.cseq]) {
        if (value !== undefined)
          hold(text.includes(`: ${latin1(utf8(value))}\r\n`), 'malformed-echo', () => text);
      }
    }
  }
}

/** RFC 3261, 17.1.1.3. */
function holdAck(bytes: Uint8Array, response: SipResponse): void {
  const ack = timed(bytes.length, () => printAck(INVITE, response));
  hold(ack !== undefined, 'ack-missing');
  // Of what was no request, nothing can be acknowledged.
  hold(printAck(bytes, response) === undefined, 'ack-to-nothing');
  const read = parseMessage(ack);
  hold(read.type === 'request' && read.method === 'ACK', 'ack-unreadable', () => latin1(ack));
  hold(
    read.via.branch === 'z9hG4bKours' && read.cseq.number === 7 && read.callId === 'ours',
    'ack-ids',
  );
  hold(read.to.raw === response.to.raw && read.all('Route').length === 2, 'ack-to', () =>
    latin1(ack),
  );
  holdNames(ack, [
    'Via',
    'Max-Forwards',
    'From',
    'To',
    'Call-ID',
    'CSeq',
    'Route',
    'Content-Length',
  ]);
}

/** No line is there that nobody meant. */
function holdNames(bytes: Uint8Array, names: readonly string[]): void {
  const text = latin1(bytes);
  const lines = text.slice(0, text.indexOf('\r\n\r\n')).split('\r\n').slice(1);
  const strange = lines.find((line) => !names.includes(line.slice(0, line.indexOf(':'))));
  hold(strange === undefined, 'line-injected', () => String(strange));
}

/** What is printed; undefined where a Via below the top, at which nobody had looked, turns out to be nothing. */
function printable(bytes: Uint8Array, print: () => Uint8Array): Uint8Array | undefined {
  try {
    return timed(bytes.length, print);
  } catch (error) {
    if (error instanceof RemoteProtocolError) return undefined;
    if (error instanceof LocalProtocolError && error.code === 'unprintable') {
      hold(false, 'answer-unprintable', () => error.message);
    }
    throw error;
  }
}

export const target = octetTarget({
  name: 'answers',
  covers: [
    'endpoint/answering',
    'transaction/ack',
    'transaction/trying',
    'transport/stamp-via',
    'syntax/echo',
    'syntax/malformed',
  ].map((file) => `packages/adapters/sip/src/${file}.ts`),
  seeds: messages,
  grammar: sipMessage,
  words: [
    ...MESSAGE_WORDS,
    ';oc',
    ';oc="x;y"',
    ';oc-algo="loss,rate"',
    ';rport=1;received="a;b"',
    'Timestamp: 54',
  ],
  mutations: [...MESSAGE_MUTATIONS, ...MESSAGE_MUTATIONS],
  run,
});

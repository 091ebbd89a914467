/** What reading one message costs: typical ones, and the worst that the fixtures hold. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';

import { DEFAULT_LIMITS } from '../packages/adapters/sip/dist/syntax/limits.js';
import { Malformed } from '../packages/adapters/sip/dist/syntax/malformed.js';
import { parseMessage } from '../packages/adapters/sip/dist/syntax/parser.js';
import { sipText } from '../interop/sip-text.mjs';
import { root } from './process.mjs';

const { values } = parseArgs({ options: { worst: { type: 'string', default: '10' } } });
/** Asked for: no datagram takes longer. */
const BOUND_MICROSECONDS = 5000;

const dialog = {
  Via: 'SIP/2.0/UDP 127.0.0.1:16000;branch=z9hG4bK-7111-1-6-2',
  'Max-Forwards': '70',
  From: '"Caller 1" <sip:caller1@127.0.0.1:16000>;tag=7111c1',
  To: '<sip:echo@127.0.0.1:15060>;tag=7109s1',
  'Call-ID': '1-7111@127.0.0.1',
};
const sdp =
  'v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=message 16000 sip null\r\na=accept-types:text/plain\r\n';
const typical = [
  [
    'INVITE with an offer',
    sipText(
      'INVITE sip:echo@127.0.0.1:15060 SIP/2.0',
      {
        ...dialog,
        To: '<sip:echo@127.0.0.1:15060>',
        CSeq: '1 INVITE',
        Contact: '<sip:caller1@127.0.0.1:16000;transport=UDP>',
        Allow: 'INVITE, ACK, CANCEL, BYE, MESSAGE',
        'Content-Type': 'application/sdp',
      },
      sdp,
    ),
  ],
  ['ACK', sipText('ACK sip:127.0.0.1:15060;transport=UDP SIP/2.0', { ...dialog, CSeq: '1 ACK' })],
  [
    'MESSAGE',
    sipText(
      'MESSAGE sip:127.0.0.1:15060;transport=UDP SIP/2.0',
      { ...dialog, CSeq: '2 MESSAGE', 'Content-Type': 'text/plain;charset=UTF-8' },
      'message 1 of caller 1',
    ),
  ],
  ['200 to MESSAGE', sipText('SIP/2.0 200 OK', { ...dialog, CSeq: '3 MESSAGE' })],
  ['BYE', sipText('BYE sip:127.0.0.1:15060;transport=UDP SIP/2.0', { ...dialog, CSeq: '4 BYE' })],
];

/** What a user agent looks at in nearly every message. */
function read(bytes, framing) {
  const message = parseMessage(bytes, DEFAULT_LIMITS, framing);
  if (message instanceof Malformed) return message.error.code;
  try {
    return [
      message.via.branch,
      message.callId,
      message.cseq.number,
      message.fromTag,
      message.toTag,
      message.contacts,
      message.contentType,
      message.require,
    ];
  } catch (error) {
    return error;
  }
}

/** Microseconds for one reading: the median of several batches, each long enough for the clock. */
function microseconds(bytes, framing = 'datagram', batches = 15, batch = 20) {
  const times = [];
  for (let i = 0; i < batches; i += 1) {
    const began = performance.now();
    for (let k = 0; k < batch; k += 1) read(bytes, framing);
    times.push(((performance.now() - began) * 1000) / batch);
  }
  return times.toSorted((a, b) => a - b)[batches >> 1];
}

for (const [, text] of typical) microseconds(Buffer.from(text), 'datagram', 50, 400);
console.log('typical message          octets        µs');
for (const [name, text] of typical) {
  const bytes = Buffer.from(text);
  const time = microseconds(bytes, 'datagram', 51, 2000);
  console.log(`${name.padEnd(22)} ${`${bytes.length}`.padStart(8)} ${time.toFixed(2).padStart(9)}`);
}

const fixtures = join(root, 'packages/adapters/sip/test/fixtures');
const files = readdirSync(fixtures, { recursive: true })
  .map((name) => join(fixtures, name))
  .filter((path) => statSync(path).isFile() && !/\.(json|md|txt)$/.test(path));
const measured = files.map((path) => {
  const bytes = readFileSync(path);
  return { path: relative(fixtures, path), octets: bytes.length, time: microseconds(bytes) };
});
const worst = measured.toSorted((a, b) => b.time - a.time);
console.log(
  `\nworst of ${worst.length} fixtures                                      octets        µs   µs/kB`,
);
for (const { path, octets, time } of worst.slice(0, Number(values.worst))) {
  console.log(
    `${path.padEnd(50)} ${`${octets}`.padStart(12)} ${time.toFixed(1).padStart(9)} ${((time * 1000) / octets).toFixed(1).padStart(7)}`,
  );
}
const slowest = worst[0];
console.log(
  `the slowest takes ${slowest.time.toFixed(0)} µs; at most ${BOUND_MICROSECONDS} µs are asked for`,
);
process.exitCode = slowest.time <= BOUND_MICROSECONDS ? 0 : 1;

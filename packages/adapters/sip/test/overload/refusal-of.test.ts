/** Answers without state: right, or none. */
import type { Flow } from '@usher/core/adapter';
import { SeededChance } from '@usher/core/testing';
import { describe, expect, it } from '@jest/globals';

import { refusalOf } from '../../src/overload/refusal-of.js';
import { SipResponse } from '../../src/syntax/message.js';
import { parseMessage } from '../../src/syntax/parser.js';
import { FOLDERS, octets, request, samples } from '../syntax/corpora.js';

const UDP: Flow = {
  transport: 'udp',
  local: { address: '192.0.2.1', port: 5060 },
  remote: { address: '192.0.2.7', port: 5071 },
};
const TCP: Flow = { ...UDP, transport: 'tcp', connection: 1 };
const TAG = 'thehousetag';

const decoder = new TextDecoder('latin1');

/** The answer as lines. */
function linesOf(bytes: Uint8Array, flow = UDP, feedback = ''): readonly string[] | undefined {
  const refusal = refusalOf(bytes, flow, TAG, feedback);
  return refusal === undefined ? undefined : decoder.decode(refusal.bytes).split('\r\n');
}

describe('a refusal', () => {
  it('copies what an answer copies, and says 503 without Retry-After', () => {
    const message = octets(`INVITE sip:bot@192.0.2.1 SIP/2.0
Via: SIP/2.0/UDP 192.0.2.7:5070;branch=z9hG4bK1;rport
Max-Forwards: 70
v: SIP/2.0/TCP far.example.org;branch=z9hG4bK2, SIP/2.0/TLS farther.example.org
f: "Alice, é" <sip:alice@example.com>;tag=a1
t: Bot
 <sip:bot@example.com>
CSeq: 7 INVITE
i: one@two
Subject: a long subject, so that the answer is not longer than the request was

`);
    expect(linesOf(message)).toEqual([
      'SIP/2.0 503 Service Unavailable',
      'Via: SIP/2.0/UDP 192.0.2.7:5070;branch=z9hG4bK1;received=192.0.2.7;rport=5071',
      'Via: SIP/2.0/TCP far.example.org;branch=z9hG4bK2, SIP/2.0/TLS farther.example.org',
      'From: "Alice, \u00c3\u00a9" <sip:alice@example.com>;tag=a1',
      `To: Bot <sip:bot@example.com>;tag=${TAG}`,
      'Call-ID: one@two',
      'CSeq: 7 INVITE',
      'Content-Length: 0',
      '',
      '',
    ]);
  });

  it('leaves a To tag as it is', () => {
    const lines = linesOf(request({ To: '<sip:bot@h>;tag=t1', Subject: 'x'.repeat(80) }));
    expect(lines).toContain('To: <sip:bot@h>;tag=t1');
  });

  it('goes to where the request came from, or to the port that its Via names (RFC 3581)', () => {
    const named = request({ Subject: 'x'.repeat(80) });
    expect(refusalOf(named, UDP, TAG)?.to.remote).toEqual({ address: '192.0.2.7', port: 5070 });
    const asked = request({ Via: 'SIP/2.0/UDP h;rport;branch=z9hG4bK1', Subject: 'x'.repeat(80) });
    expect(refusalOf(asked, UDP, TAG)?.to).toBe(UDP);
  });

  it('is the same for each retransmission (RFC 3261, 8.2.7)', () => {
    const message = request({ Subject: 'x'.repeat(80) });
    expect(linesOf(message)).toEqual(linesOf(message));
  });

  it('tells clients that take part in overload control how much to leave out, and no others', () => {
    const feedback = ';oc=20;oc-algo="loss";oc-validity=500;oc-seq=1.5';
    const long = { Subject: 'x'.repeat(180) };
    const via = 'SIP/2.0/UDP 192.0.2.7;branch=z9hG4bK1;oc;oc-algo="loss,rate"';
    expect(linesOf(request({ ...long, Via: via }), UDP, feedback)?.[1]).toBe(
      `Via: SIP/2.0/UDP 192.0.2.7;branch=z9hG4bK1${feedback}`,
    );
    expect(linesOf(request(long), UDP, feedback)?.join('')).not.toContain('oc=');
  });
});

describe('no refusal is given', () => {
  it.each([
    ['to an ACK', request({ '': 'ACK sip:b SIP/2.0', CSeq: '1 ACK' })],
    ['to a response', octets('SIP/2.0 200 OK\nVia: SIP/2.0/UDP h\n\n')],
    ['without a Via', request({ Via: undefined })],
    ['without a From', request({ From: undefined })],
    ['without a Call-ID', request({ 'Call-ID': undefined })],
    ['to a Via that cannot be read', request({ Via: 'SIP/2.0/UDP' })],
    ['to two Call-IDs', request({ i: 'another' })],
    ['to another version', request({ '': 'MESSAGE sip:b SIP/3.0' })],
    ['to a bare LF in a value', request({ From: '<sip:a>\nX: y' })],
    ['to a bare CR in a value', request({ From: '<sip:a>\rX: y' })],
    ['to a NUL in a value', request({ From: '"\0" <sip:a>' })],
    ['to a From of a thousand octets', request({ From: `<sip:${'a'.repeat(1_100)}>` })],
    ['to noise', new Uint8Array(100).fill(0xff)],
    ['to nothing', new Uint8Array(0)],
  ])('%s', (_what, bytes) => {
    expect(refusalOf(bytes, TCP, TAG)).toBeUndefined();
  });

  it('to octets that are not UTF-8', () => {
    const bytes = request({ From: '"??" <sip:a@b>;tag=1' });
    const at = bytes.indexOf(0x3f);
    expect(refusalOf(bytes.with(at, 0xc3).with(at + 1, 0x28), TCP, TAG)).toBeUndefined();
  });

  it('over UDP where it would be longer than the request', () => {
    const short = octets(`OPTIONS sip:b SIP/2.0
v:SIP/2.0/UDP h;rport
f:<sip:a>
t:<sip:b>
i:1
CSeq:1 OPTIONS

`);
    expect(refusalOf(short, UDP, TAG)).toBeUndefined();
    expect(refusalOf(short, TCP, TAG)).toBeDefined();
  });
});

/** What is wrong with the answer to these octets; undefined where nothing is, or there is none. */
function faultOf(bytes: Uint8Array): string | undefined {
  const refusal = refusalOf(bytes, TCP, TAG, ';oc=1;oc-algo="loss";oc-validity=500;oc-seq=1.5');
  if (refusal === undefined) return undefined;
  const read = parseMessage(refusal.bytes);
  const names = decoder.decode(refusal.bytes).split('\r\n').slice(1, -2);
  const others = names.filter(
    (line) => !/^(?:Via|From|To|Call-ID|CSeq|Content-Length): /.test(line),
  );
  if (others.length > 0) return `it says ${others.join(' | ')}`;
  const twice = ['From', 'To', 'Call-ID', 'CSeq'].find(
    (name) => names.filter((line) => line.startsWith(`${name}: `)).length !== 1,
  );
  if (twice !== undefined) return `it has not one ${twice}`;
  if (read.type === 'request') return 'it is a request';
  return refusal.bytes.length > bytes.length + 300 ? 'it is far longer' : undefined;
}

describe('whatever comes', () => {
  it('nothing but what an answer copies is said, for every message file there is', () => {
    let answered = 0;
    for (const { file, bytes } of samples(...FOLDERS)) {
      expect(`${file} ${faultOf(bytes)}`).toBe(`${file} undefined`);
      const message = parseMessage(bytes);
      const refusal = refusalOf(bytes, TCP, TAG);
      if (message.type !== 'request' || refusal === undefined) continue;
      answered += 1;
      const read = parseMessage(refusal.bytes);
      expect(read).toBeInstanceOf(SipResponse);
      if (!(read instanceof SipResponse)) continue;
      expect([read.callId, read.cseq, read.from.raw, read.list('Via').length]).toEqual([
        message.callId,
        message.cseq,
        message.from.raw,
        message.list('Via').length,
      ]);
      expect(read.toTag).toBe(message.toTag ?? TAG);
    }
    expect(answered).toBeGreaterThan(150);
  });

  it('every valid request but an ACK is answered', () => {
    const unanswered = samples('valid-callflows', 'captures', 'examples').filter(({ bytes }) => {
      const message = parseMessage(bytes);
      return (
        message.type === 'request' &&
        message.method !== 'ACK' &&
        refusalOf(bytes, TCP, TAG) === undefined
      );
    });
    expect(unanswered.map(({ file }) => file)).toEqual([]);
  });

  it('nothing is smuggled or thrown, however a message is spoilt', () => {
    const chance = new SeededChance(7_339);
    const all = samples('valid-callflows', 'captures', 'rfc4475', 'sip-attacks');
    const telling = [13, 10, 0, 9, 32, 34, 44, 58, 59, 60, 62, 92, 127, 0xc3, 0x80];
    const faults: string[] = [];
    for (let time = 0; time < 20_000; time += 1) {
      const bytes = new Uint8Array(all[chance.integer(all.length)]?.bytes ?? []);
      if (bytes.length === 0) continue;
      for (let change = chance.integer(4); change >= 0; change -= 1) {
        const octet = telling[chance.integer(telling.length)] ?? 0;
        bytes[chance.integer(Math.min(bytes.length, 700))] = octet;
      }
      const fault = faultOf(bytes);
      if (fault !== undefined) faults.push(`${fault}: ${decoder.decode(bytes)}`);
    }
    expect(faults).toEqual([]);
  });
});

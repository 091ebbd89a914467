import { describe, expect, it } from '@jest/globals';

import { Bench, readResponse, TCP, UDP, wire, WS } from './bench.js';
import { request } from './peer.js';

const TEXT = ['Content-Type: text/plain'];
const NOTHING = { bytes: new Uint8Array() };

describe('what is no message', () => {
  const broken = (text: string, flow = UDP): Bench => {
    const bench = new Bench();
    bench.receive(text, flow);
    bench.elapse(64_000);
    return bench;
  };

  it.each([
    ['a malformed header', request('OPTIONS').replace('Max-Forwards: 70', 'Max-Forwards 70'), 400],
    ['another method in its CSeq', request('OPTIONS').replace('1 OPTIONS', '1 INVITE'), 400],
    ['two From', request('OPTIONS', { extra: ['From: <sip:a@b.example>;tag=1'] }), 400],
    ['too little of its body', request('MESSAGE', { extra: TEXT, body: 'x' }).slice(0, -1), 400],
    ['another version', request('OPTIONS').replace('SIP/2.0\r\n', 'SIP/7.0\r\n'), 505],
    [
      'a Request-URI that is too long',
      request('OPTIONS', { uri: `sip:${'a'.repeat(1_100)}@b.example` }),
      414,
    ],
    [
      'a body that is too large',
      wire(
        [
          'MESSAGE sip:a@b.example SIP/2.0',
          'Via: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bKl',
          'From: <sip:a@b.example>;tag=1',
          'To: <sip:b@b.example>',
          'Call-ID: large',
          'CSeq: 1 MESSAGE',
          ...TEXT,
        ],
        'x'.repeat(65_537),
      ),
      413,
    ],
    [
      'a head that is too large',
      request('OPTIONS', {
        extra: Array.from({ length: 9 }, (_, at) => `X-${at}: ${'y'.repeat(2_000)}`),
      }),
      513,
    ],
  ])('but %s is answered once, without state', (_what, text, status) => {
    const bench = broken(text);
    const sent = bench.take();
    expect(sent).toHaveLength(1);
    const response = readResponse(sent[0] ?? NOTHING);
    expect(response.status).toBe(status);
    expect(response.callId).not.toBe('');
    expect(bench.event('violated').status).toBe(status);
    expect(bench.endpoint.counts).toMatchObject({ server: 0, dialogs: 0 });
    expect(sent[0]?.bytes.length).toBeLessThanOrEqual(text.length);
  });

  it.each([
    ['an ACK', request('ACK').replace('CSeq: 1 ACK', 'CSeq: x')],
    ['a response', 'SIP/2.0 200 OK\r\nVia: nonsense\r\n\r\n'],
    ['noise', 'hello there\r\n\r\n'],
    ['a request without a Via', 'OPTIONS sip:a@b.example SIP/2.0\r\nCall-ID: 1\r\n\r\n'],
  ])('%s is never answered', (_what, text) => {
    const bench = broken(text);
    expect(bench.take()).toEqual([]);
    expect(bench.types).toEqual(['violated']);
  });

  it('a datagram whose answer would be larger than itself is not answered', () => {
    const text = 'OPTIONS sip:a@b.example SIP/2.0\r\nVia: SIP/2.0/UDP a;branch=z9hG4bKx\r\n\r\n';
    const bench = broken(text);
    expect(bench.take()).toEqual([]);
    expect(bench.event('violated').status).toBeUndefined();
    const stream = broken(text.replace('\r\n\r\n', '\r\nContent-Length: 0\r\n\r\n'), TCP);
    expect(stream.take()[0]?.text).toMatch(/^SIP\/2\.0 400 /);
  });

  it('a response to nothing of ours is told and dropped', () => {
    const bench = broken(
      wire([
        'SIP/2.0 200 OK',
        'Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKguess',
        'From: <sip:a@b.example>;tag=1',
        'To: <sip:a@b.example>;tag=2',
        'Call-ID: x',
        'CSeq: 1 INVITE',
      ]),
    );
    expect(bench.take()).toEqual([]);
    expect(bench.event('violated')).toMatchObject({ code: 'stray-response' });
  });

  it('a stream that cannot be cut any more is answered, and its connection is of no more use', () => {
    const text = request('OPTIONS').replace('Content-Length: 0', 'Content-Length: -1');
    const bench = broken(text, TCP);
    expect(bench.response().status).toBe(400);
    expect(bench.event('unframed').flow).toBe(TCP);
    bench.receive(request('OPTIONS'), TCP);
    expect(bench.take()).toEqual([]);
  });

  it('a body on a stream is refused by its Content-Length, before it comes', () => {
    const text = request('MESSAGE', { extra: TEXT }).replace(
      'Content-Length: 0',
      'Content-Length: 10000000000',
    );
    const bench = new Bench();
    bench.receive(text, TCP);
    expect([400, 413]).toContain(bench.response().status);
    expect(bench.types).toContain('unframed');
  });

  it('a message on a stream that stands unfinished for 30 seconds ends the connection', () => {
    const bench = new Bench();
    bench.receive('OPTIONS sip:a@b.example SIP/2.0\r\n', TCP);
    bench.elapse(29_999);
    expect(bench.types).toEqual([]);
    bench.elapse(1);
    expect(bench.types).toEqual(['violated', 'unframed']);
    expect(bench.event('violated').code).toBe('stalled');
  });

  it('one that is slow but finished in time is nothing to complain of', () => {
    const bench = new Bench();
    const text = request('OPTIONS');
    bench.receive(text.slice(0, 50), TCP);
    bench.elapse(20_000);
    bench.receive(text.slice(50), TCP);
    expect(bench.response().status).toBe(200);
    bench.elapse(100_000);
    expect(bench.types).toEqual([]);
    expect(bench.endpoint.deadline).toBeUndefined();
  });

  it('the time of a message counts from its own first octet', () => {
    const bench = new Bench();
    const text = request('OPTIONS');
    bench.receive(text.slice(0, 50), TCP);
    bench.elapse(20_000);
    bench.receive(text.slice(50) + request('OPTIONS').slice(0, 50), TCP);
    bench.elapse(29_999);
    expect(bench.types).toEqual([]);
    bench.elapse(30_000);
    expect(bench.types).toEqual(['violated', 'unframed']);
  });

  it('a ping on a connection is answered by a pong, and one by datagram by nothing', () => {
    const bench = new Bench();
    bench.receive('\r\n\r\n', TCP);
    bench.receive('\r\n\r\n', WS);
    bench.receive('\r\n\r\n', UDP);
    expect(bench.take().map(({ text, to }) => [text, to])).toEqual([
      ['\r\n', TCP],
      ['\r\n', WS],
    ]);
  });
});

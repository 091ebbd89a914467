/** How much a message may have, and what is said of one that has more. */
import { describe, expect, test } from '@jest/globals';

import { DEFAULT_LIMITS } from '../../src/syntax/limits.js';
import { octets, request } from './corpora.js';
import { readMalformed, readRequest } from './reading.js';

describe('the body', () => {
  test('octets behind Content-Length are dropped from a datagram', () => {
    const message = readRequest(request({ 'Content-Length': '2' }));
    expect(message.body).toEqual(new TextEncoder().encode('he'));
  });

  test('without Content-Length a datagram goes to its end, and a message on a stream is refused', () => {
    const bytes = request({ 'Content-Length': undefined });
    expect(readRequest(bytes).body).toHaveLength(5);
    expect(readMalformed(bytes, DEFAULT_LIMITS, 'stream').error.status).toBe(400);
  });

  test('fewer octets than Content-Length says are refused with 400', () => {
    expect(readMalformed(request({ 'Content-Length': '6' })).error).toMatchObject({
      code: 'body-too-short',
      status: 400,
    });
  });

  test.each([
    '',
    '+5',
    '-5',
    '5.0',
    '5, 5',
    '0x5',
    '5 5',
    '٥',
    '4294967296',
    '99999999999999999999',
  ])('Content-Length "%s" is refused with 400', (value) => {
    expect(readMalformed(request({ 'Content-Length': value })).error).toMatchObject({
      code: 'bad-content-length',
      status: 400,
    });
  });

  test('a body past its limit is refused with 413, on a stream before it has come', () => {
    const limits = { ...DEFAULT_LIMITS, body: 4 };
    expect(readMalformed(request(), limits).error).toMatchObject({
      code: 'body-too-large',
      status: 413,
    });
    expect(readMalformed(request({ 'Content-Length': '999' }), limits, 'stream').error.status).toBe(
      413,
    );
    expect(readRequest(request({}, 'four'), limits).body).toHaveLength(4);
  });

  test('a body shares the octets that it came in, wherever they begin', () => {
    const bytes = request();
    const room = new Uint8Array(bytes.length + 7);
    room.set(bytes, 7);
    expect(readRequest(room.subarray(7)).body).toEqual(new TextEncoder().encode('hello'));
  });
});

describe('limits', () => {
  const least = { ...DEFAULT_LIMITS };

  test('a head past its limit is refused with 513, and one at the limit is read', () => {
    const bytes = request();
    const head = bytes.length - 5;
    expect(readRequest(bytes, { ...least, headerBlock: head }).callId).toBe('1@127.0.0.1');
    expect(readMalformed(bytes, { ...least, headerBlock: head - 1 }).error).toMatchObject({
      code: 'head-too-large',
      status: 513,
    });
  });

  test('a head without its end is refused with 400, and answered by what is there', () => {
    const refused = readMalformed(
      octets('MESSAGE sip:a@b SIP/2.0\nVia: SIP/2.0/UDP h\nCall-ID: 1\nFrom: <si'),
    );
    expect(refused.error).toMatchObject({ code: 'head-unfinished', status: 400 });
    expect(refused.echo).toEqual({ via: ['SIP/2.0/UDP h'], callId: '1' });
    expect(readMalformed(request().slice(0, 37)).answerable).toBe(false);
  });

  test('a Request-URI past its limit is refused with 414, even where nothing else is read any more', () => {
    const long = (length: number): Uint8Array =>
      request({ '': `MESSAGE sip:${'a'.repeat(length - 6)}@b SIP/2.0` });
    expect(readRequest(long(1024)).uri).toHaveLength(1024);
    for (const length of [1025, 2000, 60_000]) {
      expect(readMalformed(long(length))).toMatchObject({
        answerable: true,
        error: { code: 'request-uri-too-long', status: 414 },
      });
    }
  });

  test.each([
    ['headerLines', { headerLines: 8 }, { headerLines: 7 }, {}, 'too-many-headers', 513],
    [
      'headerValue',
      { headerValue: 50 },
      { headerValue: 49 },
      { Subject: 'x'.repeat(50) },
      'header-too-long',
      513,
    ],
    [
      'vias',
      { vias: 3 },
      { vias: 2 },
      { Via: 'SIP/2.0/UDP a, SIP/2.0/UDP b\r\nv: SIP/2.0/UDP c' },
      'too-many-vias',
      513,
    ],
    [
      'params',
      { params: 3 },
      { params: 2 },
      { From: '<sip:a@b>;a;b;c' },
      'too-many-parameters',
      400,
    ],
    [
      'displayName',
      { displayName: 5 },
      { displayName: 4 },
      { To: '"12345" <sip:a@b>' },
      'display-name-too-long',
      400,
    ],
  ])(
    '%s: what is at the limit is read, and what is past it refused',
    (_name, enough, few, changes, code, status) => {
      expect(readRequest(request(changes), { ...least, ...enough }).method).toBe('MESSAGE');
      expect(readMalformed(request(changes), { ...least, ...few }).error).toMatchObject({
        code,
        status,
      });
    },
  );

  test('more routes than the limit are refused when they are read', () => {
    const message = readRequest(
      request({ 'Record-Route': '<sip:a;lr>, <sip:b;lr>', Route: '<sip:c;lr>' }),
      { ...least, routes: 1 },
    );
    expect(message.routes).toHaveLength(1);
    expect(() => message.recordRoutes).toThrow(
      expect.objectContaining({ code: 'too-many-routes', status: 513 }),
    );
  });
});

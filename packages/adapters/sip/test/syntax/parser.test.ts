/** What a parser takes and what it refuses, limit by limit. */
import { describe, expect, test } from '@jest/globals';

import { knownNameAt } from '../../src/syntax/header-names.js';
import { octets, request } from './corpora.js';
import { readMalformed, readRequest, readResponse } from './reading.js';

describe('the first line', () => {
  test('a lower-case method is another method', () => {
    expect(readRequest(request({ '': 'message sip:a@b SIP/2.0', CSeq: '1 message' })).method).toBe(
      'message',
    );
  });

  test('the version is compared without regard to case, and another one is answered 505', () => {
    expect(readRequest(request({ '': 'MESSAGE sip:a@b sip/2.0' })).method).toBe('MESSAGE');
    expect(readMalformed(request({ '': 'MESSAGE sip:a@b SIP/3.0' })).error.status).toBe(505);
  });

  test('a Request-URI of an unknown scheme is read, and left to whoever answers 416', () => {
    const message = readRequest(request({ '': 'MESSAGE tel:+1-201-555-0123 SIP/2.0' }));
    expect(message).toMatchObject({ uri: 'tel:+1-201-555-0123', requestUri: undefined });
  });

  test.each([
    '<sip:a@b>',
    'sip:a@b c',
    'sip:',
    'sip:@b',
    'a@b',
    'sip:a@b:0',
    'sip:a@b;x;x',
    'sip:a@[::g]',
    '1sip:a@b',
    '*',
  ])('the Request-URI %s is refused', (uri) => {
    expect(readMalformed(request({ '': `MESSAGE ${uri} SIP/2.0` })).error).toMatchObject({
      code: 'bad-request-uri',
      status: 400,
    });
  });

  test.each([
    'HELLO',
    'MESSAGE sip:a@b',
    'GET / HTTP/1.1',
    'MES(AGE sip:a@b SIP/2.0',
    ' MESSAGE sip:a@b SIP/2.0',
    '',
  ])('the first line "%s" is none of a request', (line) => {
    expect(readMalformed(request({ '': line }))).toMatchObject({
      isRequest: false,
      answerable: false,
    });
  });

  test.each([
    'SIP/2.0 99 Low',
    'SIP/2.0 700 High',
    'SIP/2.0 0200 Long',
    'SIP/2.0 2x0 No',
    'SIP/2.0 ',
    'SIP/1.0 200 OK',
    'SIP/2.0  200 OK',
  ])('the first line "%s" is none of a response', (line) => {
    expect(readMalformed(request({ '': line }))).toMatchObject({
      isRequest: false,
      answerable: false,
    });
  });

  test('a response has a status and a reason phrase, which may be missing', () => {
    expect(readResponse(request({ '': 'SIP/2.0 486 Busy  Here' }))).toMatchObject({
      status: 486,
      reason: 'Busy  Here',
    });
    expect(readResponse(request({ '': 'SIP/2.0 486' }))).toMatchObject({ status: 486, reason: '' });
  });

  test('line ends before the message are passed over', () => {
    const bytes = request();
    const padded = new Uint8Array(bytes.length + 8);
    padded.set(octets('\n\n\n\n'));
    padded.set(bytes, 8);
    expect(readRequest(padded).callId).toBe('1@127.0.0.1');
    expect(readMalformed(octets('\n\n'))).toMatchObject({ isRequest: false, answerable: false });
  });
});

describe('mandatory header fields', () => {
  test.each(['Via', 'From', 'To', 'Call-ID', 'CSeq'])(
    'without %s a request is refused with 400',
    (name) => {
      expect(readMalformed(request({ [name]: undefined })).error).toMatchObject({
        code: 'missing-header',
        status: 400,
      });
    },
  );

  test.each([
    ['CSeq', '2147483648 MESSAGE', 'bad-cseq'],
    ['CSeq', '1MESSAGE', 'bad-cseq'],
    ['CSeq', '-1 MESSAGE', 'bad-cseq'],
    ['CSeq', '1 ', 'bad-cseq'],
    ['CSeq', '1 MESSAGE x', 'bad-cseq'],
    ['CSeq', '1 INVITE', 'cseq-mismatch'],
    ['CSeq', '1 message', 'cseq-mismatch'],
    ['Max-Forwards', '256', 'bad-max-forwards'],
    ['Max-Forwards', '-1', 'bad-max-forwards'],
    ['Max-Forwards', '', 'bad-max-forwards'],
    ['Call-ID', 'a b', 'bad-call-id'],
    ['Call-ID', '', 'bad-call-id'],
    ['Via', '', 'bad-via'],
    ['Via', 'SIP/2.0/UDP', 'bad-via'],
    ['Via', 'SIP/1.0/UDP a', 'bad-via'],
    ['Via', 'SIP/2.0/UDP a:99999', 'bad-via'],
    ['Via', 'SIP/2.0/UDP [::1', 'bad-via'],
    ['Via', 'SIP/2.0/UDP[::1]', 'bad-via'],
    ['From', 'alice', 'bad-name-addr'],
    ['From', '<alice>', 'bad-name-addr'],
    ['From', '"Alice <sip:a@b>', 'bad-name-addr'],
    ['From', 'Alice <sip:a@b', 'bad-name-addr'],
    ['From', 'Alice, <sip:a@b>', 'bad-name-addr'],
    ['From', '"Alice" sip:a@b', 'bad-name-addr'],
    ['From', '<sip:a@b>;tag=', 'bad-parameter'],
    ['From', '<sip:a@b>;=x', 'bad-parameter'],
    ['From', '<sip:a@b>;tag=1;TAG=2', 'bad-parameter'],
    ['From', '<sip:a@b>x', 'bad-parameter'],
    ['From', '<sip:a@b>;x="open', 'bad-parameter'],
  ])('%s: %s', (name, value, code) => {
    expect(readMalformed(request({ [name]: value })).error).toMatchObject({ code, status: 400 });
  });

  test('numbers may have zeros before them', () => {
    const message = readRequest(
      request({ CSeq: '0002147483647 MESSAGE', 'Max-Forwards': '0000255' }),
    );
    expect(message.cseq.number).toBe(2_147_483_647);
    expect(message.maxForwards).toBe(255);
  });

  test('header names are told in any case, in their compact form, and with white space before the colon', () => {
    const bytes = octets(
      'MESSAGE sip:a@b SIP/2.0\nV:SIP/2.0/UDP h;branch=1\nf \t: <sip:a@b>;tag=1\nt:<sip:c@d>\nI:id\ncSeQ: 1 MESSAGE\nk: a,b\nl:0\nM: <sip:x@y>\nC: text/plain\nS: hi\n\n',
    );
    const message = readRequest(bytes);
    expect(message).toMatchObject({
      callId: 'id',
      fromTag: '1',
      contentType: 'text/plain',
      supported: ['a', 'b'],
    });
    expect(message.get('SUBJECT')).toBe('hi');
    expect(message.all('v')).toEqual(['SIP/2.0/UDP h;branch=1']);
    expect([...message.fields].map(([name]) => name)).toEqual([
      'V',
      'f',
      't',
      'I',
      'cSeQ',
      'k',
      'l',
      'M',
      'C',
      'S',
    ]);
  });

  test.each([': value', 'Bad Name: x', 'Bäd: x', 'NoColon', '(x): y', ' folded before any: x'])(
    'the line "%s" is refused',
    (line) => {
      const bytes = octets(`MESSAGE sip:a@b SIP/2.0\n${line}\nVia: SIP/2.0/UDP h\n\n`);
      expect(readMalformed(bytes).error).toMatchObject({ code: 'bad-header', status: 400 });
    },
  );

  test('a hyphen in a header name is a hyphen, and no character that differs from it in one bit', () => {
    expect(readMalformed(request({ 'Call\rID': '2', 'Call-ID': undefined })).error.code).toBe(
      'bad-character',
    );
    expect(knownNameAt('Call\rID: 1', 0)).toBeUndefined();
    expect(knownNameAt('CALL-id: 1', 0)).toMatchObject({ name: 'call-id' });
  });
});

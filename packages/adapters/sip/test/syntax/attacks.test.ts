/** Messages made to break a parser: each is read or refused as its manifest allows, and changes nothing else. */
import { describe, expect, test } from '@jest/globals';

import { parseMessage } from '../../src/syntax/parser.js';
import { bytesOf, octets, request, verdicts } from './corpora.js';
import { readMalformed, readRequest } from './reading.js';

/** Statuses that a parser gives by itself. An answer that is none of these is for somebody above to give. */
const OWN = new Set(['400', '413', '414', '505', '513']);
/** Judged by who cuts a stream into messages. */
const OF_STREAMS = new Set(['sip-dos/cl-10GB-tcp.sip']);

const table = verdicts('manifest.json').filter(({ file }) => !OF_STREAMS.has(file));

/** Whether what was made of a message leads to this answer, or leaves it to somebody above. */
function allows(answer: string, made: ReturnType<typeof parseMessage>): boolean {
  if (made.type !== 'malformed') return !OWN.has(answer);
  if (made.answerable) return answer === String(made.error.status);
  return answer === 'discard' || answer === 'close' || answer === 'none';
}

describe('attacks', () => {
  test.each(table)('$file is read or refused as $accept allows', ({ file, accept = [] }) => {
    expect(accept.some((answer) => allows(answer, parseMessage(bytesOf(file))))).toBe(true);
  });

  test('header names that objects inherit are names like any other', () => {
    const message = readRequest(bytesOf('sip-attacks/header-proto.sip'));
    expect(message.get('__proto__')).toBe('polluted');
    expect(message.get('constructor')).toBe('x');
    expect(message.get('hasOwnProperty')).toBe('y');
    expect(message.get('prototype')).toBeUndefined();
    expect('polluted' in {}).toBe(false);
  });

  test('parameter names that objects inherit are names like any other', () => {
    const message = readRequest(request({ From: '<sip:a@b>;__proto__=x;constructor;tag=1' }));
    expect(message.from.params.get('__proto__')).toBe('x');
    expect(message.from.params.has('toString')).toBe(false);
    expect(message.fromTag).toBe('1');
  });

  test('a single-valued header field that comes twice is refused, whatever its form', () => {
    for (const twice of [
      'f: <sip:x@y>;tag=2',
      'CALL-ID: 2',
      't: <sip:x@y>',
      'cseq: 2 MESSAGE',
      'max-forwards : 1',
      'c: text/html',
      'L: 5',
    ]) {
      expect(readMalformed(request({ 'X-Before': `1\r\n${twice}` })).error.code).toBe(
        'duplicate-header',
      );
    }
  });

  test('a bare CR or LF ends no line, and is refused', () => {
    for (const end of ['\n', '\r']) {
      const refused = readMalformed(
        request({ Subject: `hello${end}P-Asserted-Identity: <sip:boss@example.com>` }),
      );
      expect(refused.error).toMatchObject({ code: 'bad-character', status: 400 });
    }
    expect(readMalformed(octets('').slice(0, 0)).error.code).toBe('empty');
  });

  test('a control character is refused in a header field and kept in a body', () => {
    for (const control of ['\0', '\u0001', '\u000b', '\u001b', '\u007f']) {
      expect(readMalformed(request({ Subject: `a${control}b` })).error.code).toBe('bad-character');
      expect(readMalformed(request({ Subject: `a\\${control}b` })).error.code).toBe(
        'bad-character',
      );
      expect(readRequest(request({}, `a${control}b`)).body).toContain(control.charCodeAt(0));
    }
    expect(readRequest(request({ Subject: 'a\tb' })).get('subject')).toBe('a\tb');
  });

  test('a control character is found wherever it stands', () => {
    for (let offset = 0; offset < 8; offset += 1) {
      for (const control of ['\u0001', '\u001f', '\u007f']) {
        const value = `${'x'.repeat(offset)}${control}${'y'.repeat(9)}`;
        expect(readMalformed(request({ Subject: value })).error.code).toBe('bad-character');
      }
    }
  });

  test('an LF is refused even where it is escaped within quotes', () => {
    const refused = readMalformed(request({ From: '"a\\\nb" <sip:a@b>;tag=1' }));
    expect(refused.error.code).toBe('bad-character');
  });

  test('an escaped control character counts as one only within quotes', () => {
    expect(
      readRequest(request({ From: '"a\\\u0007b\\\\" <sip:a@b>;tag=1' })).from.displayName,
    ).toBe('a\ufffdb\\');
    expect(readMalformed(request({ From: '"a\\\\"\u0007 <sip:a@b>;tag=1' })).error.code).toBe(
      'bad-character',
    );
  });

  test('octets that are not UTF-8 are refused in a header field, and so is what only other alphabets escape', () => {
    for (const wrong of [
      [0xc0, 0xaf],
      [0x80],
      [0xed, 0xa0, 0x80],
      [0xf4, 0x90, 0x80, 0x80],
      [0xe2, 0x82],
    ]) {
      const bytes = request({ Subject: 'a####b' });
      bytes.set(wrong, new TextDecoder().decode(bytes).indexOf('####'));
      expect(readMalformed(bytes).error).toMatchObject({ code: 'bad-utf8', status: 400 });
    }
  });

  test('a response is never taken for a request, nor answered', () => {
    const refused = readMalformed(
      octets('SIP/2.0 200 OK\nVia: SIP/2.0/UDP a;branch=1\nCSeq: 1 INVITE\n\n'),
    );
    expect(refused).toMatchObject({ isRequest: false, method: undefined, answerable: false });
  });

  test('an ACK that is malformed is never answered', () => {
    const refused = readMalformed(
      request({ '': 'ACK sip:bot@127.0.0.1 SIP/2.0', CSeq: '1 ACK', From: undefined }),
    );
    expect(refused).toMatchObject({ isRequest: true, method: 'ACK', answerable: false });
  });

  test('what an answer copies never has a control character', () => {
    const refused = readMalformed(
      request({ From: '<sip:a@b>;tag=a\nTo: <sip:evil@x>', 'X-Via': '1\nVia: SIP/2.0/UDP evil' }),
    );
    expect(refused.echo).toEqual({
      via: ['SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bK-1'],
      to: '<sip:bot@127.0.0.1>',
      callId: '1@127.0.0.1',
      cseq: '1 MESSAGE',
    });
  });
});

/** The torture messages of RFC 4475, each with the verdict that a parser can give of itself. */
import { describe, expect, test } from '@jest/globals';

import { RemoteProtocolError } from '@usher/core';

import { Malformed } from '../../src/syntax/malformed.js';
import { parseMessage } from '../../src/syntax/parser.js';
import { bytesOf, verdicts } from './corpora.js';
import { readMalformed, readRequest, readResponse } from './reading.js';

const table = verdicts('rfc4475/manifest.json').map(({ file, accept, syntax }) => ({
  file,
  accept,
  syntax,
  name: file.slice(8, -4),
}));

/** Invalid, but only in what the request is not answered by here (Date), or that only somebody who reads it minds. */
const LEFT_TO_OTHERS = ['baddate', 'regbadct', 'badbranch'];
const DISCARDED = ['scalarlg', 'bigcode', 'test'];

function torture(name: string): Uint8Array {
  return bytesOf(`rfc4475/${name}.dat`);
}

describe('RFC 4475', () => {
  test.each(table.filter(({ syntax }) => syntax?.startsWith('valid')))(
    '$name is a message',
    ({ file }) => {
      expect(parseMessage(bytesOf(file))).not.toBeInstanceOf(Malformed);
    },
  );

  test.each(
    table.filter(
      ({ syntax, name }) =>
        syntax === 'invalid' && ![...LEFT_TO_OTHERS, ...DISCARDED].includes(name),
    ),
  )('$name is refused with one of $accept', ({ file, accept }) => {
    const refused = readMalformed(bytesOf(file));
    expect(refused.answerable).toBe(true);
    expect(accept).toContain(String(refused.error.status));
  });

  test.each(DISCARDED)('%s is discarded without an answer', (name) => {
    expect(readMalformed(torture(name)).answerable).toBe(false);
  });

  test.each(LEFT_TO_OTHERS)(
    '%s is a message, since only its reader can mind what is wrong with it',
    (name) => {
      expect(readRequest(torture(name)).method).not.toBe('');
    },
  );

  test('3.1.1.1: white space, folds and compact forms change nothing', () => {
    const message = readRequest(torture('wsinv'));
    expect(message.toTag).toBe('1918181833n');
    expect(message.from.displayName).toBe('J Rosenberg \\"');
    expect(message.from.uri).toBe('sip:jdrosen@example.com');
    expect(message.fromTag).toBe('98asjd8');
    expect(message.maxForwards).toBe(68);
    expect(message.cseq).toEqual({ number: 9, method: 'INVITE' });
    expect(message.via).toMatchObject({ transport: 'UDP', host: '192.0.2.2', branch: '390skdjuw' });
    expect(message.list('Via')).toHaveLength(3);
    expect(message.get('Subject')).toBe('');
    expect(message.get('newfangledheader')).toBe('newfangled value continued newfangled value');
    expect(message.get('UnknownHeaderWithUnusualValue')).toBe(';;,,;;,;');
    expect(message.routes[0]?.uri).toBe(
      'sip:services.example.com;lr;unknownwith=value;unknown-no-value',
    );
    expect(message.contacts[0]?.displayName).toBe('Quoted string ""');
    expect([...(message.contacts[0]?.params ?? [])]).toEqual([
      ['newparam', 'newvalue'],
      ['secondparam', undefined],
      ['q', '0.33'],
    ]);
  });

  test('3.1.1.2: unusual characters stay; an escaped control character in a display name reads as U+FFFD', () => {
    const message = readRequest(torture('intmeth'));
    expect(message.method).toBe("!interesting-Method0123456789_*+`.%indeed'~");
    expect(message.uri).toContain("(doesn't-it)@example.com");
    expect(message.requestUri?.host).toBe('example.com');
    expect(message.to.displayName).toBe('BEL:\ufffd NUL:\ufffd DEL:\ufffd');
    expect(message.from.displayName).toBe("token1~` token2'+_ token3*%!.-");
    expect(message.from.params.get("fromparam''~+*_!.-%")).toBe('работающий');
    expect(message.get("extensionHeader-!.%*+_`'~")).toBe('\ufeff大停電');
  });

  test('3.1.1.3: what is escaped stays escaped, but for what means the same', () => {
    const message = readRequest(torture('esc01'));
    expect(message.requestUri?.user).toBe('sips%3Auser%40example.com');
    expect(message.requestUri?.host).toBe('example.net');
    expect(message.to.uri).toBe('sip:%75se%72@example.com');
  });

  test('3.1.1.4: an escaped NUL ends nothing; two contacts differ in how many they have', () => {
    expect(readRequest(torture('escnull')).contacts.map(({ uri }) => uri)).toEqual([
      'sip:%00@host5.example.com',
      'sip:%00%00@host5.example.com',
    ]);
  });

  test('3.1.1.5: a percent sign in a method escapes nothing, and none in a header name does', () => {
    const message = readRequest(torture('esc02'));
    expect(message.method).toBe('RE%47IST%45R');
    expect(message.contacts).toHaveLength(2);
  });

  test('3.1.1.6: no white space is needed before an angle bracket', () => {
    expect(readRequest(torture('lwsdisp')).from).toMatchObject({
      displayName: 'caller',
      uri: 'sip:caller@example.com',
    });
  });

  test('3.1.1.7: long values and 34 Vias are read', () => {
    const message = readRequest(torture('longreq'));
    expect(message.all('via')).toHaveLength(34);
    expect(message.via).toMatchObject({ host: 'sip33.example.com', branch: undefined });
    expect(message.fromTag).toMatch(/^1(?:298)+2424$/);
  });

  test('3.1.1.8: what follows the body in a datagram is no second request', () => {
    const message = readRequest(torture('dblreq'));
    expect(message.method).toBe('REGISTER');
    expect(message.body).toHaveLength(0);
  });

  test('3.1.1.9: a semicolon in a user part begins no parameter', () => {
    const uri = readRequest(torture('semiuri')).requestUri;
    expect(uri).toMatchObject({ user: 'user;par=u%40example.net', host: 'example.com' });
    expect(uri?.params.size).toBe(0);
  });

  test('3.1.1.11: a body keeps each octet, NUL too', () => {
    const bytes = torture('mpart01');
    const message = readRequest(bytes);
    expect(message.body).toHaveLength(553);
    expect(message.body).toEqual(bytes.slice(-553));
    expect(message.body).toContain(0);
  });

  test('3.1.1.12 and 13: a reason phrase may be of any script, or empty', () => {
    expect(readResponse(torture('unreason')).reason).toBe(
      '= 2**3 * 5**2 но сто девяносто девять - простое',
    );
    expect(readResponse(torture('noreason'))).toMatchObject({ status: 100, reason: '' });
  });

  test('3.1.2.11 and 3.3.14: headers in a URI become no header fields', () => {
    expect(readMalformed(torture('escruri')).error.code).toBe('bad-request-uri');
    const message = readRequest(torture('regescrt'));
    expect(message.routes).toEqual([]);
    expect(message.contacts[0]?.uri).toBe('sip:user@example.com?Route=%3Csip:sip.example.com%3E');
  });

  test('3.1.2.13: a bare URI with a question mark is refused when it is read', () => {
    const message = readRequest(torture('regbadct'));
    expect(() => message.contacts).toThrow(RemoteProtocolError);
  });

  test('3.3.1: a request without Call-ID, From and To keeps its Via for the answer', () => {
    expect(readMalformed(torture('insuf')).echo).toEqual({
      via: ['SIP/2.0/UDP 192.0.2.95;branch=z9hG4bKkdj.insuf'],
      cseq: '193942 INVITE',
    });
  });

  test('3.3.5: what is required of us and of proxies is told apart', () => {
    const message = readRequest(torture('bext01'));
    expect(message.require).toEqual(['nothingSupportsThis', 'nothingSupportsThisEither']);
    expect(message.proxyRequire).toEqual(['noProxiesSupportThis', 'norDoAnyProxiesSupportThis']);
  });

  test('3.3.11: Max-Forwards may be zero', () => {
    expect(readRequest(torture('zeromf')).maxForwards).toBe(0);
  });

  test('3.3.12 and 13: a parameter belongs to the contact outside of the brackets, and to the URI within', () => {
    const [outside] = readRequest(torture('cparam01')).contacts;
    const [within] = readRequest(torture('cparam02')).contacts;
    expect(outside?.params.has('unknownparam')).toBe(true);
    expect(within?.params.size).toBe(0);
    expect(within?.uri).toBe('sip:+19725552222@gw1.example.net;unknownparam');
  });

  test('3.4.1: a request of RFC 2543 has no branch, tag, Max-Forwards or Content-Length', () => {
    const message = readRequest(torture('inv2543'));
    expect(message.via.branch).toBeUndefined();
    expect(message.fromTag).toBeUndefined();
    expect(message.maxForwards).toBeUndefined();
    expect(message.body.length).toBeGreaterThan(100);
  });
});

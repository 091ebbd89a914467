/** Challenges and proofs as text: read in both spellings that are met, refused where two could read them differently. */
import { describe, expect, test } from '@jest/globals';
import { RemoteProtocolError } from '@usher/core';
import {
  array,
  boolean,
  constantFrom,
  option,
  property,
  record,
  string,
  uint8Array,
} from 'fast-check';

import { parseAuthenticationInfo } from '../../src/authentication/authentication-info.js';
import {
  type Authorization,
  parseAuthorization,
  printAuthorization,
} from '../../src/authentication/authorization.js';
import {
  type Challenge,
  parseChallenge,
  printChallenge,
} from '../../src/authentication/challenge.js';
import { parseMessage } from '../../src/syntax/parser.js';
import { anyText, exceptionTo } from '../syntax/arbitraries.js';
import { bytesOf, samples } from '../syntax/corpora.js';
import { readRequest } from '../syntax/reading.js';

/** The proof that the text is, or the test fails. */
function proof(text: string): Authorization {
  const parsed = parseAuthorization(text);
  if (parsed === undefined || parsed instanceof RemoteProtocolError) {
    throw new Error(`no proof: ${String(parsed)}`);
  }
  return parsed;
}

/** The challenge that the text is, or the test fails. */
function challenge(text: string): Challenge {
  const parsed = parseChallenge(text);
  if (parsed === undefined || parsed instanceof RemoteProtocolError) {
    throw new Error(`no challenge: ${String(parsed)}`);
  }
  return parsed;
}

const WHOLE =
  'Digest username="bob", realm="biloxi.com", nonce="dcd98b", uri="sip:bob@biloxi.com", response="6629fa", ' +
  'algorithm=SHA-256, opaque="5ccc", qop=auth, nc=0000000a, cnonce="0a4f113b"';

describe('the proof in an Authorization field', () => {
  test('has all its parameters, each without its quotes', () => {
    expect(proof(WHOLE)).toEqual({
      username: 'bob',
      realm: 'biloxi.com',
      nonce: 'dcd98b',
      uri: 'sip:bob@biloxi.com',
      response: '6629fa',
      algorithm: 'SHA-256',
      opaque: '5ccc',
      protection: { qop: 'auth', nc: '0000000a', cnonce: '0a4f113b' },
    });
  });

  test('may quote what the grammar does not, and leave quotes out where a token needs none', () => {
    const other = WHOLE.replace('qop=auth', 'qop="auth"')
      .replace('nc=0000000a', 'nc="0000000a"')
      .replace('algorithm=SHA-256', 'algorithm="SHA-256"')
      .replace('"bob"', 'bob');
    expect(proof(other)).toEqual(proof(WHOLE));
  });

  test('may have white space around its commas and equals signs, and its names in any case', () => {
    const other = WHOLE.replaceAll(', ', '\t ,').replaceAll('=', ' = ').replace('nonce', 'NONCE');
    expect(proof(other.replace('Digest', 'dIGEST'))).toEqual(proof(WHOLE));
  });

  test('escapes count as the character behind the backslash', () => {
    const text = WHOLE.replace('"bob"', String.raw`"b\\o\"b\,"`);
    expect(proof(text).username).toBe(String.raw`b\o"b,`);
  });

  test('of another scheme is none, and no error either', () => {
    for (const text of [
      'Basic Ym9iOnNlY3JldA==',
      'NoOneKnowsThisScheme opaque-data=here',
      'Digester a=b',
      '',
      '"Digest" a=b',
    ]) {
      expect(parseAuthorization(text)).toBeUndefined();
    }
  });

  test.each([
    ['a parameter twice', `${WHOLE}, username="eve"`],
    ['a parameter twice, in another case', `${WHOLE}, USERNAME="eve"`],
    ['an unknown parameter twice', `${WHOLE}, x=1, x=1`],
    ['no comma between two', WHOLE.replace('", realm', '" realm')],
    ['a semicolon for a comma', WHOLE.replace(', opaque', '; opaque')],
    ['a comma too many', WHOLE.replace(', realm', ',, realm')],
    ['a comma at the end', `${WHOLE},`],
    ['a quote that never closes', WHOLE.slice(0, -1)],
    ['a quote that its escape keeps open', WHOLE.replace('0a4f113b"', String.raw`0a4f113b\"`)],
    ['text behind a quoted value', WHOLE.replace('"bob"', '"bob"x')],
    ['a name without a value', `${WHOLE}, x`],
    ['an empty value', `${WHOLE}, x=`],
    ['a value without a name', `${WHOLE}, =x`],
    ['nothing behind the scheme', 'Digest'],
    ['no space behind the scheme', WHOLE.replace('Digest ', 'Digest,')],
    ['no username', WHOLE.replace('username', 'user')],
    ['no realm', WHOLE.replace('realm', 'real')],
    ['no nonce', WHOLE.replace(' nonce', ' once')],
    ['no uri', WHOLE.replace('uri', 'url')],
    ['no response', WHOLE.replace('response', 'reply')],
    ['qop without nc', WHOLE.replace('nc=', 'n=')],
    ['qop without cnonce', WHOLE.replace('cnonce', 'ccnonce')],
    ['a count of seven digits', WHOLE.replace('0000000a', '000000a')],
    ['a count with more behind it', WHOLE.replace('0000000a', '0000000ag')],
    ['a count with a sign', WHOLE.replace('0000000a', '-000000a')],
    ['a count of nine digits', WHOLE.replace('0000000a', '00000000a')],
    ['a response that is no hexadecimal number', WHOLE.replace('6629fa', '6629fg')],
    ['a control character', WHOLE.replace('bob', 'b\0b')],
    ['a line end', WHOLE.replace('bob', 'b\r\nb')],
    ['a value of 1025 characters', WHOLE.replace('bob', 'b'.repeat(1023))],
    [
      'more than 32 parameters',
      `${WHOLE}${Array.from({ length: 23 }, (_, at) => `, x${at}=1`).join('')}`,
    ],
    ['more than 4096 characters', `${WHOLE},${' '.repeat(4096)}x=1`],
  ])('with %s is refused as bad-authorization', (_what, text) => {
    expect(parseAuthorization(text)).toMatchObject({ code: 'bad-authorization' });
  });

  test('32 parameters and values of 1024 characters, quotes included, are taken', () => {
    const many = Array.from({ length: 22 }, (_, at) => `, x${at}=1`).join('');
    expect(proof(`${WHOLE}${many}`)).toEqual(proof(WHOLE));
    expect(proof(WHOLE.replace('bob', 'b'.repeat(1022))).username).toHaveLength(1022);
  });

  test('names that objects inherit are parameters like any other, and make nothing of themselves', () => {
    expect(proof(`${WHOLE}, __proto__="x", constructor=y`)).toEqual(proof(WHOLE));
    expect(parseAuthorization('Digest __proto__="username"')).toMatchObject({
      code: 'bad-authorization',
    });
  });

  test('an error shows nothing of what was seen', () => {
    const parsed = parseAuthorization(`${WHOLE}, username="canary"`);
    if (!(parsed instanceof RemoteProtocolError)) throw new Error('it was read');
    expect(`${parsed.message} ${parsed.code}`).not.toMatch(/canary|bob|6629fa/);
  });

  test('without qop is one as RFC 2069 has it', () => {
    const parsed = proof('Digest username="a", realm="r", nonce="n", uri="sip:b", response=""');
    expect(parsed.protection).toBeUndefined();
  });
});

describe('the challenge in a WWW-Authenticate field', () => {
  test('has all its parameters', () => {
    const text =
      'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=MD5, ' +
      'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU", stale=TRUE, domain="sip:a", charset=UTF-8';
    expect(challenge(text)).toEqual({
      realm: 'http-auth@example.org',
      nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v',
      algorithm: 'MD5',
      qop: ['auth', 'auth-int'],
      opaque: 'FQhe/qaU',
      stale: true,
    });
  });

  test('says stale with the word true alone', () => {
    for (const [said, stale] of [
      ['true', true],
      ['"true"', true],
      ['false', false],
      ['1', false],
      ['truest', false],
    ] as const) {
      expect(challenge(`Digest realm="r", nonce="n", stale=${said}`).stale).toBe(stale);
    }
  });

  test('two challenges in one field are refused: each has a field of its own (RFC 3261, 7.3.1)', () => {
    expect(
      parseChallenge('Digest realm="r", nonce="n", Digest realm="s", nonce="m"'),
    ).toMatchObject({
      code: 'bad-challenge',
    });
  });

  test.each([
    ['no realm', 'Digest nonce="n"'],
    ['no nonce', 'Digest realm="r"'],
    ['an algorithm that is no token', 'Digest realm="r", nonce="n", algorithm="a b"'],
    ['a quality that is no token', 'Digest realm="r", nonce="n", qop="a b"'],
  ])('with %s is refused as bad-challenge', (_what, text) => {
    expect(parseChallenge(text)).toMatchObject({ code: 'bad-challenge' });
  });
});

describe('Authentication-Info', () => {
  test('names the next nonce and the proof of the peer', () => {
    expect(
      parseAuthenticationInfo(
        'nextnonce="47364c", rspauth="6629fa", qop=AUTH, nc=00000001, cnonce="c"',
      ),
    ).toEqual({ nextnonce: '47364c', rspauth: '6629fa', qop: 'auth' });
  });

  test('that cannot be read is refused as bad-authentication-info', () => {
    for (const text of ['', 'Digest nextnonce="n"', 'nextnonce="a", nextnonce="b"']) {
      expect(parseAuthenticationInfo(text)).toMatchObject({ code: 'bad-authentication-info' });
    }
  });
});

describe('messages of others', () => {
  test('a backslash in front of the closing quote hides no parameter: digest-quote-break.sip', () => {
    const [text = ''] = readRequest(bytesOf('sip-attacks/digest-quote-break.sip')).all(
      'Authorization',
    );
    // Read rightly, the username is all of it up to the next unescaped quote, and a response is nowhere.
    expect(parseAuthorization(text)).toMatchObject({ code: 'bad-authorization' });
    const completed = proof(`${text}, uri="sip:b", response="00"`);
    expect(completed).toMatchObject({
      username: 'a",realm=x,nonce="n',
      realm: 'r\\',
      nonce: 'n',
    });
  });

  test('the examples of RFC 3665 and 5359 are read, but for two that break the grammar', () => {
    const refused: string[] = [];
    let read = 0;
    for (const { file, bytes } of samples('valid-callflows')) {
      const message = parseMessage(bytes);
      if (message.type === 'malformed') continue;
      const values = [
        ...message.all('WWW-Authenticate').map(parseChallenge),
        ...message.all('Proxy-Authenticate').map(parseChallenge),
        ...message.all('Authorization').map(parseAuthorization),
        ...message.all('Proxy-Authorization').map(parseAuthorization),
      ];
      for (const value of values) {
        if (value instanceof RemoteProtocolError) refused.push(file);
        else if (value !== undefined) read += 1;
      }
    }
    // Of the one a comma is missing; the other has qop without nc (RFC 7616, 3.4: a MUST).
    expect(refused).toEqual([
      'valid-callflows/rfc3665_002_REGISTER.sip',
      'valid-callflows/rfc3665_004_REGISTER.sip',
    ]);
    expect(read).toBeGreaterThan(20);
  });
});

/** What can stand in a quoted string of a message. */
const printable = anyText
  .map((text) => text.replaceAll(/[\p{Cc}\p{Cs}]/gu, '').slice(0, 250))
  .filter((text) => text.length < 250);
const token = string({
  unit: constantFrom(
    'a',
    'b',
    'z',
    'A',
    'Z',
    '0',
    '9',
    '-',
    '.',
    '!',
    '%',
    '*',
    '_',
    '+',
    '`',
    "'",
    '~',
  ),
  minLength: 1,
  maxLength: 20,
});
const perhaps = option(printable, { nil: undefined });
const hex = uint8Array({ maxLength: 32 }).map((octets) => Buffer.from(octets).toString('hex'));

describe('what is printed', () => {
  test('a challenge reads as the same challenge', () => {
    const challenges = record({
      realm: printable,
      nonce: printable,
      algorithm: option(token, { nil: undefined }),
      qop: array(
        token.map((text) => text.toLowerCase()),
        { maxLength: 3 },
      ),
      opaque: perhaps,
      stale: boolean(),
    });
    expect(
      exceptionTo(
        property(challenges, (said) => expect(parseChallenge(printChallenge(said))).toEqual(said)),
      ),
    ).toBeUndefined();
  });

  test('a proof reads as the same proof', () => {
    const proofs = record({
      username: printable,
      realm: printable,
      nonce: printable,
      uri: printable,
      response: hex,
      algorithm: option(token, { nil: undefined }),
      opaque: perhaps,
      protection: option(
        record({
          qop: token.map((text) => text.toLowerCase()),
          nc: constantFrom('00000001', 'ffffffff', '0000abcd'),
          cnonce: printable,
        }),
        { nil: undefined },
      ),
    });
    expect(
      exceptionTo(
        property(proofs, (said) =>
          expect(parseAuthorization(printAuthorization(said))).toEqual(said),
        ),
      ),
    ).toBeUndefined();
  });

  test('any text is either said as it is, or refused as unprintable: it never becomes another parameter', () => {
    expect(
      exceptionTo(
        property(anyText, (text) => {
          const said = { realm: text, nonce: 'n', qop: ['auth'], stale: false };
          let printed: string;
          try {
            printed = printChallenge(said);
          } catch (error) {
            expect(error).toMatchObject({ code: 'unprintable' });
            expect(text.replaceAll('\t', '')).toMatch(/\p{Cc}|\p{Cs}/u);
            return;
          }
          if (printed.length < 1_000) expect(parseChallenge(printed)).toEqual(said);
          expect(printed).not.toMatch(/[\r\n\0]/);
        }),
      ),
    ).toBeUndefined();
  });

  test('what is to stand without quotes is a token, or is refused', () => {
    expect(() =>
      printChallenge({
        realm: 'r',
        nonce: 'n',
        algorithm: 'MD5, stale=true',
        qop: [],
        stale: false,
      }),
    ).toThrow(expect.objectContaining({ code: 'unprintable' }));
  });
});

/** Responses as the RFCs' own examples have them. */
import { describe, expect, test } from '@jest/globals';

import type { DigestAlgorithm } from '../../src/authentication/digest-algorithm.js';
import { digestResponse, hashedPassword } from '../../src/authentication/digest-response.js';
import { nodeDigestHash } from '../../src/node/node-digest-hash.js';
import { octets } from '../syntax/corpora.js';

interface Example {
  readonly algorithm?: DigestAlgorithm;
  readonly username: string;
  readonly realm: string;
  readonly password: string;
  readonly nonce: string;
  readonly cnonce: string;
  readonly qop?: string;
  readonly method: string;
  readonly uri: string;
  readonly body?: string;
}

function responseOf(example: Example): string {
  const { algorithm = 'MD5', username, realm, password, nonce, cnonce, qop = 'auth' } = example;
  const ha1 = hashedPassword(nodeDigestHash, algorithm, username, realm, password);
  return digestResponse(nodeDigestHash, algorithm, ha1, {
    nonce,
    protection: { qop, nc: '00000001', cnonce },
    method: example.method,
    uri: example.uri,
    body: example.body === undefined ? undefined : octets(example.body),
  });
}

const MUFASA: Example = {
  username: 'Mufasa',
  realm: 'http-auth@example.org',
  password: 'Circle of Life',
  nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v',
  cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
  method: 'GET',
  uri: '/dir/index.html',
};

const BOB: Example = {
  username: 'bob',
  realm: 'biloxi.com',
  password: 'zanzibar',
  nonce: 'dcd98b7102dd2f0e8b11d0f600bfb0c093',
  cnonce: '0a4f113b',
  method: 'INVITE',
  uri: 'sip:bob@biloxi.com',
};

const DESCRIPTION = `v=0
o=bob 2890844526 2890844526 IN IP4 media.biloxi.com
s=-
c=IN IP4 media.biloxi.com
t=0 0
m=audio 49170 RTP/AVP 0
a=rtpmap:0 PCMU/8000
m=video 51372 RTP/AVP 31
a=rtpmap:31 H261/90000
m=video 53000 RTP/AVP 32
a=rtpmap:32 MPV/90000
`;

describe('a response', () => {
  test('is that of RFC 7616, 3.9.1, by SHA-256', () => {
    expect(responseOf({ ...MUFASA, algorithm: 'SHA-256' })).toBe(
      '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1',
    );
  });

  test('is that of RFC 7616, 3.9.1, by MD5', () => {
    expect(responseOf(MUFASA)).toBe('8ca523f5e9506fed4657c9700eebdbec');
  });

  test('is that of RFC 2617, 3.5', () => {
    expect(
      responseOf({
        ...MUFASA,
        realm: 'testrealm@host.com',
        password: 'Circle Of Life',
        nonce: BOB.nonce,
        cnonce: BOB.cnonce,
      }),
    ).toBe('6629fae49393a05397450978507c4ef1');
  });

  test('is that of draft-smith-sipping-auth-examples-01, 3.3, for an INVITE', () => {
    expect(responseOf(BOB)).toBe('89eb0059246c02b2f6ee02c7961d5ea3');
  });

  test('is that of draft-smith-sipping-auth-examples-01, 3.5, for an INVITE whose body is protected', () => {
    expect(responseOf({ ...BOB, qop: 'auth-int', body: DESCRIPTION })).toBe(
      'bdbeebb2da6adb6bca02599c2239e192',
    );
  });

  test('protects a missing body as an empty one (RFC 8760, 2.6)', () => {
    expect(responseOf({ ...BOB, qop: 'auth-int' })).toBe(
      responseOf({ ...BOB, qop: 'auth-int', body: '' }),
    );
  });

  test('is computed from the UTF-8 of names and passwords', () => {
    // printf 'Jäsøn Doe:example.org:Secret, or not?' | sha256sum
    expect(
      hashedPassword(nodeDigestHash, 'SHA-256', 'Jäsøn Doe', 'example.org', 'Secret, or not?'),
    ).toBe('ee8eb3efd30170a3a18bbc0933576b8177afd371d07c79e8bfa2991e47ee7046');
  });
});

describe('the hashes of Node', () => {
  test.each([
    ['SHA-256', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    ['SHA-512-256', '53048e2681941ef99b2e29b76b4c7dabe4c2d0c634fc6d46e0e2f13107e7af23'],
    ['MD5', '900150983cd24fb0d6963f7d28e17f72'],
  ] as const)('%s of "abc" is that of its standard (FIPS 180-4; RFC 1321)', (algorithm, digest) => {
    expect(nodeDigestHash.hash(algorithm, 'abc')).toBe(digest);
    expect(nodeDigestHash.hash(algorithm, Uint8Array.of(0x61, 0x62, 0x63))).toBe(digest);
  });

  test('the code is that of RFC 4231, 4.3', () => {
    const code = nodeDigestHash.mac(
      new TextEncoder().encode('Jefe'),
      'what do ya want for nothing?',
    );
    expect(Buffer.from(code, 'base64url').toString('hex')).toBe(
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    );
  });

  test('what differs in length, or in one character, is not equal', () => {
    expect(nodeDigestHash.equal('abc', 'abc')).toBe(true);
    expect(nodeDigestHash.equal('', '')).toBe(true);
    for (const other of ['abd', 'ab', 'abcd', 'ABC', '', 'äbc']) {
      expect(nodeDigestHash.equal('abc', other)).toBe(false);
    }
  });
});

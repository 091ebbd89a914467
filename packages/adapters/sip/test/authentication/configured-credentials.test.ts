/** Users as a configuration lists them. */
import { describe, expect, test } from '@jest/globals';
import { inspect } from 'node:util';

import {
  ConfiguredCredentials,
  type ConfiguredUser,
} from '../../src/authentication/configured-credentials.js';
import type { DigestAlgorithm } from '../../src/authentication/digest-algorithm.js';
import { nodeDigestHash } from '../../src/node/node-digest-hash.js';
import { REALM } from './stage.js';

const credentialsOf = (
  users: readonly ConfiguredUser[],
  algorithms: readonly DigestAlgorithm[] = ['SHA-256'],
  realm = REALM,
): ConfiguredCredentials =>
  new ConfiguredCredentials(users, { realm, algorithms, hash: nodeDigestHash });

// printf 'alice:example.com:open sesame' | sha256sum, and md5sum
const SHA256 = 'a7d6da1eb2029eb5024e42e0c05cf1a26ea3c8a974d88d42e149a7490b91869f';
const MD5 = '7a6f498f50d864f4c4b7a4ab9d3f878c';

describe('configured users', () => {
  test('have H(A1) for each algorithm, made of the password', () => {
    const credentials = credentialsOf(
      [{ username: 'alice', password: 'open sesame' }],
      ['SHA-256', 'MD5'],
    );
    expect(credentials.lookup('alice', REALM, 'SHA-256')).toMatchObject({ ha1: SHA256 });
    expect(credentials.lookup('alice', REALM, 'MD5')).toMatchObject({ ha1: MD5 });
    expect(credentials.lookup('alice', REALM, 'SHA-512-256')).toBeUndefined();
  });

  test('may have H(A1) instead of a password, in either case of its letters', () => {
    const credentials = credentialsOf([
      { username: 'alice', ha1: { 'SHA-256': SHA256.toUpperCase() } },
    ]);
    expect(credentials.lookup('alice', REALM, 'SHA-256')).toMatchObject({ ha1: SHA256 });
  });

  test('may come as sip:username@realm unless their addresses are given', () => {
    const credentials = credentialsOf([
      { username: 'alice', password: 'p' },
      { username: 'bob', password: 'p', addresses: ['sip:robert@example.org', 'tel:+49301234'] },
    ]);
    expect(credentials.lookup('alice', REALM, 'SHA-256')?.addresses.map(String)).toEqual([
      'sip:alice@example.com',
    ]);
    expect(credentials.lookup('bob', REALM, 'SHA-256')?.addresses.map(String)).toEqual([
      'sip:robert@example.org',
      'tel:+49301234',
    ]);
  });

  test('are unknown in another realm, in another case, and where objects inherit the name', () => {
    const credentials = credentialsOf([{ username: 'alice', password: 'p' }]);
    expect(credentials.lookup('alice', 'example.org', 'SHA-256')).toBeUndefined();
    for (const username of ['Alice', '', '__proto__', 'constructor', 'toString']) {
      expect(credentials.lookup(username, REALM, 'SHA-256')).toBeUndefined();
    }
  });

  test('keep no password that could be printed', () => {
    const credentials = credentialsOf([{ username: 'alice', password: 'canary' }]);
    expect(inspect(credentials, { depth: 9, showHidden: true })).not.toContain('canary');
    expect(JSON.stringify(credentials)).not.toContain('canary');
  });

  test.each<readonly [string, readonly ConfiguredUser[], RegExp]>([
    ['no password', [{ username: 'alice' }], /password, or an ha1 for SHA-256/],
    ['an empty password', [{ username: 'alice', password: '' }], /password/],
    ['H(A1) for another algorithm only', [{ username: 'alice', ha1: { MD5 } }], /ha1 for SHA-256/],
    [
      'H(A1) of a wrong length',
      [{ username: 'alice', ha1: { 'SHA-256': MD5 } }],
      /no digest by SHA-256/,
    ],
    [
      'H(A1) that is none',
      [{ username: 'alice', ha1: { 'SHA-256': 'g'.repeat(64) } }],
      /no digest/,
    ],
    ['no username', [{ username: '', password: 'p' }], /empty/],
    [
      'a username twice',
      [
        { username: 'a', password: 'p' },
        { username: 'a', password: 'q' },
      ],
      /twice/,
    ],
    ['a username that makes no address', [{ username: 'a b', password: 'p' }], /needs addresses/],
    ['no address', [{ username: 'a', password: 'p', addresses: [] }], /empty/],
  ])('with %s are refused as bad-user, without showing a password', (_what, users, why) => {
    expect(() => credentialsOf(users)).toThrow(
      expect.objectContaining({ code: 'bad-user', message: expect.stringMatching(why) }),
    );
  });

  test('with an address that is none are refused as bad-address', () => {
    expect(() => credentialsOf([{ username: 'a', password: 'p', addresses: ['alice'] }])).toThrow(
      expect.objectContaining({ code: 'bad-address' }),
    );
  });
});

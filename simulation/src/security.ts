/** Who has to prove who they are, and by what: the accounts of the callers in those runs in which the house asks for them. */
import { createHmac, hash, timingSafeEqual } from 'node:crypto';

import type { DigestHash, SipUserAgentOptions } from '@usher/sip';

const REALM = 'example.com';
const NAMES = new Map([
  ['SHA-256', 'sha256'],
  ['SHA-512-256', 'sha512-256'],
  ['MD5', 'md5'],
]);

const digestHash: DigestHash = {
  hash: (algorithm, data) => hash(NAMES.get(algorithm) ?? 'sha256', data, 'hex'),
  mac: (key, text) => createHmac('sha256', key).update(text).digest('base64url'),
  equal: (one, other) => {
    const [a, b] = [Buffer.from(one), Buffer.from(other)];
    return a.length === b.length && timingSafeEqual(a, b);
  },
};

type Options = Pick<SipUserAgentOptions, 'authentication' | 'credentials' | 'digestHash'>;

/** What a house is given that lets in these callers and nobody else. */
export function guarded(names: readonly string[]): Options {
  const users = names.map((name) => ({ username: name, password: passwordOf(name) }));
  return { authentication: { realm: REALM, users }, digestHash };
}

/** What a caller is given that has an account. */
export function accountOf(name: string): Options {
  return {
    credentials: [{ username: name, password: passwordOf(name), realm: REALM }],
    digestHash,
  };
}

function passwordOf(name: string): string {
  return `the secret of ${name}`;
}

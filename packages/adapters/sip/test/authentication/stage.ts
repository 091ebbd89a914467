/** A server, its users, and somebody who answers challenges by the book: computed here from the RFC's formula, not by our code. */
import { createHash } from 'node:crypto';

import { SeededChance } from '@usher/core/testing';

import { ConfiguredCredentials } from '../../src/authentication/configured-credentials.js';
import type { DigestHash } from '../../src/authentication/digest-hash.js';
import { DigestServer, type DigestServerOptions } from '../../src/authentication/digest-server.js';
import type { SipRequest } from '../../src/syntax/message.js';
import { nodeDigestHash } from '../../src/node/node-digest-hash.js';
import { request } from '../syntax/corpora.js';
import { readRequest } from '../syntax/reading.js';

export const REALM = 'example.com';
export const SOURCE = '192.0.2.7';
export const START = 1_800_000_000_000;
export const URI = 'sip:bot@127.0.0.1';

/** Hashes that write down in which order they are asked for what. */
export class CountingHash implements DigestHash {
  readonly asked: string[] = [];

  hash(...[algorithm, data]: Parameters<DigestHash['hash']>): string {
    this.asked.push(algorithm);
    return nodeDigestHash.hash(algorithm, data);
  }

  mac(key: Uint8Array, text: string): string {
    this.asked.push('mac');
    return nodeDigestHash.mac(key, text);
  }

  equal(a: string, b: string): boolean {
    this.asked.push('equal');
    return nodeDigestHash.equal(a, b);
  }

  /** What was asked for since the last time. */
  take(): readonly string[] {
    return this.asked.splice(0);
  }
}

/** A server in whose realm Alice's password is `open sesame`, and Bob's `secret`; Bob may come as two addresses. */
export function serverOf(options: Partial<DigestServerOptions> = {}): DigestServer {
  const hash = options.hash ?? nodeDigestHash;
  const algorithms = options.algorithms ?? ['SHA-256'];
  return new DigestServer({
    realm: REALM,
    hash,
    chance: new SeededChance(7),
    credentials: new ConfiguredCredentials(
      [
        { username: 'alice', password: 'open sesame' },
        {
          username: 'bob',
          password: 'secret',
          addresses: ['sip:bob@example.com', 'sip:sales@example.com'],
        },
      ],
      { realm: REALM, algorithms, hash },
    ),
    ...options,
  });
}

/** The nonce of a server's challenge. */
export function nonceOf(server: DigestServer, now = START, source = SOURCE): string {
  return /nonce="([^"]*)"/.exec(server.challenge(source, now)[0]?.[1] ?? '')?.[1] ?? '';
}

const NODE_NAMES = new Map([
  ['SHA-256', 'sha256'],
  ['SHA-512-256', 'sha512-256'],
  ['MD5', 'md5'],
]);

/** What somebody answers a challenge with. */
export interface Answering {
  readonly nonce: string;
  readonly username?: string;
  readonly password?: string;
  readonly realm?: string;
  readonly algorithm?: string;
  readonly method?: string;
  readonly uri?: string;
  readonly qop?: string;
  readonly nc?: string;
  readonly cnonce?: string;
  readonly body?: string;
}

/** The response by RFC 7616, 3.4.1. */
export function responseTo(answering: Answering): string {
  const { nonce, algorithm = 'SHA-256', qop = 'auth', nc = '00000001', cnonce = 'c' } = answering;
  const { username = 'alice', realm = REALM, password = 'open sesame' } = answering;
  const { method = 'MESSAGE', uri = URI, body = 'hello' } = answering;
  const h = (text: string): string =>
    createHash(NODE_NAMES.get(algorithm) ?? '')
      .update(text)
      .digest('hex');
  const a2 = qop === 'auth-int' ? `${method}:${uri}:${h(body)}` : `${method}:${uri}`;
  return h(`${h(`${username}:${realm}:${password}`)}:${nonce}:${nc}:${cnonce}:${qop}:${h(a2)}`);
}

/** The value of Authorization that answers. */
export function answer(
  answering: Answering,
  changes: Readonly<Record<string, string>> = {},
): string {
  const { nonce, algorithm = 'SHA-256', qop = 'auth', nc = '00000001', cnonce = 'c' } = answering;
  const { username = 'alice', realm = REALM, uri = URI } = answering;
  const parameters: Record<string, string> = {
    username: `"${username}"`,
    realm: `"${realm}"`,
    nonce: `"${nonce}"`,
    uri: `"${uri}"`,
    response: `"${responseTo(answering)}"`,
    algorithm,
    qop,
    nc,
    cnonce: `"${cnonce}"`,
    ...changes,
  };
  const texts = Object.entries(parameters).map(([name, value]) => `${name}=${value}`);
  return `Digest ${texts.join(', ')}`;
}

/** A MESSAGE from Alice with these Authorization fields. */
export function asking(
  authorizations: readonly string[],
  changes: Readonly<Record<string, string | undefined>> = {},
  body?: string,
): SipRequest {
  const lines = authorizations.map((value) => `\r\nAuthorization: ${value}`).join('');
  return readRequest(request({ 'X-Before': `1${lines}`, ...changes }, body));
}

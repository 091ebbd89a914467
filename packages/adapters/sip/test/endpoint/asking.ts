/** A peer, or a proxy on the way, that wants to know who sends: a digest server of ours judges what it is told. */
import { SeededChance } from '@usher/core/testing';

import { ConfiguredCredentials } from '../../src/authentication/configured-credentials.js';
import { DigestClient } from '../../src/authentication/digest-client.js';
import type { Account } from '../../src/authentication/account.js';
import type { ConfiguredUser } from '../../src/authentication/configured-credentials.js';
import type { DigestServer, DigestServerOptions } from '../../src/authentication/digest-server.js';
import type { Verdict } from '../../src/authentication/verdict.js';
import { nodeDigestHash } from '../../src/node/node-digest-hash.js';
import type { SipRequest } from '../../src/syntax/message.js';
import { serverOf } from '../authentication/stage.js';
import { response } from './peer.js';

/** Who we are in `example.com`. */
export const BOT: Account = { username: 'bot', password: 'open sesame', realm: 'example.com' };

/** What answers challenges for these accounts. */
export function credentials(...accounts: readonly Account[]): DigestClient {
  return new DigestClient({
    hash: nodeDigestHash,
    chance: new SeededChance(5),
    accounts: accounts.length === 0 ? [BOT] : accounts,
  });
}

const FIELDS = {
  peer: { status: 401, asks: 'WWW-Authenticate', answers: 'Authorization' },
  proxy: { status: 407, asks: 'Proxy-Authenticate', answers: 'Proxy-Authorization' },
} as const;

/** Somebody who asks. */
export class Asking {
  readonly server: DigestServer;
  readonly #challenger: keyof typeof FIELDS;
  readonly #source = '192.0.2.1';

  constructor(
    challenger: keyof typeof FIELDS = 'peer',
    {
      realm = 'example.com',
      algorithms = ['SHA-256'],
      users = [{ username: 'bot', password: 'open sesame', addresses: ['sip:bot@example.com'] }],
      ...options
    }: Partial<DigestServerOptions> & { readonly users?: readonly ConfiguredUser[] } = {},
  ) {
    const hash = nodeDigestHash;
    const known = new ConfiguredCredentials(users, { realm, algorithms, hash });
    this.server = serverOf({ realm, algorithms, credentials: known, ...options });
    this.#challenger = challenger;
  }

  /** What it thinks of a request. */
  verdict(request: SipRequest, now = 0): Verdict {
    const { answers } = FIELDS[this.#challenger];
    const { method, uri, requestUri, from, body } = request;
    const all = (name: string): readonly string[] =>
      request.all(name === 'Authorization' ? answers : name);
    return this.server.verify({ method, uri, requestUri, from, body, all }, this.#source, now);
  }

  /** Its header fields that ask. */
  fields(now = 0, stale = false): readonly string[] {
    const { asks } = FIELDS[this.#challenger];
    return this.server.challenge(this.#source, now, stale).map(([, value]) => `${asks}: ${value}`);
  }

  /** Its response that asks. */
  challenge(to: SipRequest, now = 0, stale = false): string {
    const { status } = FIELDS[this.#challenger];
    return response(to, status, 'Who Are You', { extra: this.fields(now, stale), toTag: 'asks' });
  }
}

/** A digest server that is the same each time, and what somebody who knows the password says to it. */
import { SeededChance } from '@usher/core/testing';

import { parseChallenge } from '../../packages/adapters/sip/src/authentication/challenge.js';
import { ConfiguredCredentials } from '../../packages/adapters/sip/src/authentication/configured-credentials.js';
import {
  type Authorization,
  printAuthorization,
} from '../../packages/adapters/sip/src/authentication/authorization.js';
import {
  type Challengeable,
  DigestServer,
} from '../../packages/adapters/sip/src/authentication/digest-server.js';
import { nodeDigestHash } from '../../packages/adapters/sip/src/node/node-digest-hash.js';
import { parseNameAddr } from '../../packages/adapters/sip/src/syntax/name-addr.js';
import { parseUri } from '../../packages/adapters/sip/src/syntax/uri.js';
import { utf8 } from '../octets.js';
import { digestByTheBook } from './digest-by-the-book.js';

export const NOW = 1_700_000_000_000;
export const SOURCE = '192.0.2.7';
export const ACCOUNT = {
  username: 'alice',
  password: 'correct horse',
  realm: 'example.com',
} as const;

const URI = 'sip:bot@example.com';

/** What is asked for. */
export const REQUEST = {
  method: 'INVITE',
  uri: URI,
  requestUri: parseUri(URI),
  from: parseNameAddr('"Alice" <sip:alice@example.com>;tag=1'),
  body: utf8('v=0'),
  all: (): readonly string[] => [],
} satisfies Challengeable;

const algorithms = ['SHA-256', 'SHA-512-256', 'MD5'] as const;
const credentials = new ConfiguredCredentials([ACCOUNT], {
  realm: ACCOUNT.realm,
  algorithms,
  hash: nodeDigestHash,
});

/** A server that has heard of nothing yet. */
export function server(): DigestServer {
  return new DigestServer({
    realm: ACCOUNT.realm,
    credentials,
    hash: nodeDigestHash,
    chance: new SeededChance(7),
    algorithms,
    integrity: true,
  });
}

/** What gets somebody in, once each. */
export const GOOD: readonly string[] = server()
  .challenge(SOURCE, NOW)
  .flatMap(([, value]) => {
    const challenge = parseChallenge(value);
    if (challenge === undefined || challenge instanceof Error) throw new Error('no challenge');
    const { realm, nonce, algorithm } = challenge;
    return ['auth', 'auth-int'].map((qop): string => {
      const protection = { qop, nc: '00000001', cnonce: '0a4f113b' };
      const unproven: Authorization = {
        username: 'alice',
        realm,
        nonce,
        uri: URI,
        algorithm,
        protection,
        response: '',
      };
      const response = digestByTheBook(unproven, 'INVITE', REQUEST.body, ACCOUNT.password);
      return printAuthorization({ ...unproven, response });
    });
  });

/** What becomes of somebody who says this. */
export function admit(text: string): string {
  return server().verify({ ...REQUEST, all: () => [text] }, SOURCE, NOW).type;
}

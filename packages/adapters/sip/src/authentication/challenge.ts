/** A challenge: the value of WWW-Authenticate and Proxy-Authenticate (RFC 3261, 20.44, 20.27; RFC 7616, 3.3). */
import { RemoteProtocolError } from '@usher/core';

import { isToken } from '../syntax/characters.js';
import { violation } from '../syntax/violation.js';
import { parseDigest, quotedParameter, tokenParameter } from './auth-parameters.js';

/** A challenge to prove that one knows a password. */
export interface Challenge {
  /** For whose users; the same password is another one in another realm. */
  readonly realm: string;
  /** What the response has to be computed with. */
  readonly nonce: string;
  /** As written; MD5 is meant where there is none. */
  readonly algorithm?: string | undefined;
  /** The qualities of protection that are offered, in lower case; empty from who knows only RFC 2069. */
  readonly qop: readonly string[];
  /** Comes back as it is. */
  readonly opaque?: string | undefined;
  /** Whether only the nonce was too old. */
  readonly stale: boolean;
}

/** The challenge that the value is; undefined: of a scheme other than Digest; or `bad-challenge`, why it is none. */
export function parseChallenge(text: string): Challenge | RemoteProtocolError | undefined {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof RemoteProtocolError) return error;
    throw error;
  }
}

function parse(text: string): Challenge | undefined {
  const parameters = parseDigest(text, 'bad-challenge');
  if (parameters === undefined) return undefined;
  const realm = parameters.get('realm');
  const nonce = parameters.get('nonce');
  if (realm === undefined || nonce === undefined) {
    throw violation('bad-challenge', 'a challenge has a realm and a nonce');
  }
  const algorithm = parameters.get('algorithm');
  const qop = (parameters.get('qop') ?? '')
    .split(',')
    .map((quality) => quality.trim().toLowerCase())
    .filter((quality) => quality !== '');
  if (!(qop.every(isToken) && (algorithm === undefined || isToken(algorithm)))) {
    throw violation('bad-challenge', 'algorithms and qualities are tokens');
  }
  return {
    realm,
    nonce,
    algorithm,
    qop,
    opaque: parameters.get('opaque'),
    stale: parameters.get('stale')?.toLowerCase() === 'true',
  };
}

/**
 * The value that says this challenge.
 * @param short without the white space that nobody needs.
 * @throws LocalProtocolError `unprintable`.
 */
export function printChallenge(challenge: Challenge, short = false): string {
  const { realm, nonce, algorithm, qop, opaque, stale } = challenge;
  const parts = [quotedParameter('realm', realm), quotedParameter('nonce', nonce)];
  if (opaque !== undefined) parts.push(quotedParameter('opaque', opaque));
  if (stale) parts.push('stale=true');
  if (algorithm !== undefined) parts.push(tokenParameter('algorithm', algorithm));
  // RFC 8760, 2.7: qop-options stand in quotes here, and never where they are answered.
  if (qop.length > 0) parts.push(quotedParameter('qop', qop.join(',')));
  return `Digest ${parts.join(short ? ',' : ', ')}`;
}

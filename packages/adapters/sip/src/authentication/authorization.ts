/** The answer to a challenge: the value of Authorization and Proxy-Authorization (RFC 3261, 20.7, 20.28; RFC 7616, 3.4). */
import { RemoteProtocolError } from '@usher/core';

import { endOf, HEX, isToken } from '../syntax/characters.js';
import { violation } from '../syntax/violation.js';
import { parseDigest, quotedParameter, tokenParameter } from './auth-parameters.js';

const CODE = 'bad-authorization';
const COUNT_DIGITS = 8;

/** What the response protects, and against what: absent from who knows only RFC 2069. */
export interface Protection {
  /** `auth`, or `auth-int` where the body is protected, too; in lower case. */
  readonly qop: string;
  /** How often the nonce was used so far: eight hexadecimal digits as written. */
  readonly nc: string;
  /** The answering side's own part of the computation. */
  readonly cnonce: string;
}

/** The proof that somebody knows a password. */
export interface Authorization {
  readonly username: string;
  readonly realm: string;
  readonly nonce: string;
  /** The Request-URI as the answering side sent it. */
  readonly uri: string;
  /** Hexadecimal digits. */
  readonly response: string;
  /** As written; MD5 is meant where there is none. */
  readonly algorithm?: string | undefined;
  readonly opaque?: string | undefined;
  readonly protection?: Protection | undefined;
}

/** The proof that the value is; undefined: of a scheme other than Digest; or `bad-authorization`, why it is none. */
export function parseAuthorization(text: string): Authorization | RemoteProtocolError | undefined {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof RemoteProtocolError) return error;
    throw error;
  }
}

function parse(text: string): Authorization | undefined {
  const parameters = parseDigest(text, CODE);
  if (parameters === undefined) return undefined;
  const required = (name: string): string => {
    const value = parameters.get(name);
    if (value === undefined) throw violation(CODE, `the parameter ${name} is missing`);
    return value;
  };
  const algorithm = parameters.get('algorithm');
  const response = required('response');
  if (endOf(response, HEX, 0) !== response.length) {
    throw violation(CODE, 'a response is hexadecimal digits');
  }
  if (algorithm !== undefined && !isToken(algorithm)) {
    throw violation(CODE, 'an algorithm is a token');
  }
  const qop = parameters.get('qop');
  return {
    username: required('username'),
    realm: required('realm'),
    nonce: required('nonce'),
    uri: required('uri'),
    response,
    algorithm,
    opaque: parameters.get('opaque'),
    // RFC 7616, 3.4: nc and cnonce come with qop, and only then.
    protection: qop === undefined ? undefined : protect(qop, required('nc'), required('cnonce')),
  };
}

function protect(qop: string, nc: string, cnonce: string): Protection {
  if (!isToken(qop)) throw violation(CODE, 'a quality of protection is a token');
  if (nc.length !== COUNT_DIGITS || endOf(nc, HEX, 0) !== COUNT_DIGITS) {
    throw violation(CODE, 'a nonce count is eight hexadecimal digits');
  }
  return { qop: qop.toLowerCase(), nc, cnonce };
}

/**
 * The value that says this proof.
 * @throws LocalProtocolError `unprintable`.
 */
export function printAuthorization(authorization: Authorization): string {
  const { username, realm, nonce, uri, response, algorithm, opaque, protection } = authorization;
  const parts = [
    quotedParameter('username', username),
    quotedParameter('realm', realm),
    quotedParameter('nonce', nonce),
    quotedParameter('uri', uri),
    quotedParameter('response', response),
  ];
  if (algorithm !== undefined) parts.push(tokenParameter('algorithm', algorithm));
  if (opaque !== undefined) parts.push(quotedParameter('opaque', opaque));
  if (protection !== undefined) {
    parts.push(
      tokenParameter('qop', protection.qop),
      tokenParameter('nc', protection.nc),
      quotedParameter('cnonce', protection.cnonce),
    );
  }
  return `Digest ${parts.join(', ')}`;
}

/** A nonce count as it is written. */
export function printCount(count: number): string {
  return count.toString(16).padStart(COUNT_DIGITS, '0');
}

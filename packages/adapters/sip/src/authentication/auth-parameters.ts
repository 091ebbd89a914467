/** The `name=value, …` parameters of challenges and credentials (RFC 3261, 25.1, auth-param; RFC 7616, 3.3 to 3.5). */
import { LocalProtocolError } from '@usher/core';

import { endOf, isToken, TOKEN } from '../syntax/characters.js';
import { FewParameters, type Parameters } from '../syntax/parameters.js';
import { endOfQuoted, quoted, unquoted } from '../syntax/quoted-string.js';
import { violation } from '../syntax/violation.js';
import { skipSpace } from '../syntax/white-space.js';

const QUOTE = 0x22;
const COMMA = 0x2c;
const EQUALS = 0x3d;
const SCHEME = 'digest';

/** Bounds of one header field's value: its characters, its parameters, and the characters of each of these. */
const LIMITS = { field: 4_096, parameters: 32, value: 1_024 } as const;

// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const UNPRINTABLE = /[\0-\x08\x0a-\x1f\x7f]|\p{Cs}/u;

/**
 * The parameters behind the scheme `Digest`; undefined where the scheme is another one.
 * @param code of the error. What was seen is never part of it: it belongs into no log.
 * @throws RemoteProtocolError `code`.
 */
export function parseDigest(text: string, code: string): Parameters | undefined {
  const begin = skipSpace(text, 0);
  const end = endOf(text, TOKEN, begin, Math.min(text.length, begin + SCHEME.length + 1));
  if (text.slice(begin, end).toLowerCase() !== SCHEME) return undefined;
  return parseAuthParameters(text, code, end);
}

/**
 * The parameters that fill the text from `from` on, with commas between them. A value may be quoted or not, whichever the
 * grammar has for it: what it says is the same.
 * @throws RemoteProtocolError `code`.
 */
export function parseAuthParameters(text: string, code: string, from = 0): Parameters {
  if (text.length > LIMITS.field) throw violation(code, `at most ${LIMITS.field} characters`);
  if (UNPRINTABLE.test(text)) throw violation(code, 'no control characters');
  const parameters = new FewParameters();
  let at = from;
  for (;;) {
    const start = skipSpace(text, at);
    const stop = endOf(text, TOKEN, start);
    if (stop === start) throw violation(code, 'a parameter needs a name');
    at = skipSpace(text, stop);
    if (text.charCodeAt(at) !== EQUALS) throw violation(code, 'a parameter needs a value');
    const begin = skipSpace(text, at + 1);
    const isQuoted = text.charCodeAt(begin) === QUOTE;
    const end = isQuoted ? endOfQuoted(text, begin) : endOf(text, TOKEN, begin);
    if (end <= begin) throw violation(code, 'a value is a token, or a string in quotes');
    if (end - begin > LIMITS.value) {
      throw violation(code, `a value has at most ${LIMITS.value} characters`);
    }
    if (parameters.size === LIMITS.parameters) {
      throw violation(code, `at most ${LIMITS.parameters} parameters are taken`);
    }
    // RFC 3261, 7.3.1: any given parameter name MUST NOT appear more than once.
    if (!parameters.add(text.slice(start, stop).toLowerCase(), unquoted(text.slice(begin, end)))) {
      throw violation(code, 'a parameter came twice');
    }
    at = skipSpace(text, end);
    if (at === text.length) return parameters;
    if (text.charCodeAt(at) !== COMMA) throw violation(code, 'a comma was expected');
    at += 1;
  }
}

/**
 * `name="value"`, in which nothing can end the quotes.
 * @throws LocalProtocolError `unprintable`.
 */
export function quotedParameter(name: string, value: string): string {
  if (UNPRINTABLE.test(value)) throw unprintable(name);
  return `${name}=${quoted(value)}`;
}

/**
 * `name=value`.
 * @throws LocalProtocolError `unprintable` where the value is no token.
 */
export function tokenParameter(name: string, value: string): string {
  if (!isToken(value)) throw unprintable(name);
  return `${name}=${value}`;
}

function unprintable(name: string): LocalProtocolError {
  return new LocalProtocolError('unprintable', `a character of ${name} cannot stand in a message`);
}

/** A name and an address, as From, To, Contact and the routes have them (RFC 3261, 20.10). */
import { LocalProtocolError } from '@usher/core';

import { DIGIT, endOf, isIn, isToken, SCHEME, TOKEN } from './characters.js';
import { DEFAULT_LIMITS, type SipLimits } from './limits.js';
import { NO_PARAMETERS, type Parameters, parseParameters } from './parameters.js';
import { endOfQuoted, quoted, unquoted } from './quoted-string.js';
import { violation } from './violation.js';
import { skipSpace, trimmed } from './white-space.js';

const QUOTE = 0x22;
const OPEN = 0x3c;
const CLOSE = 0x3e;

/** A name, a URI, and the parameters of the header field (never those of the URI). */
export interface NameAddr {
  /** Without quotes and escapes; absent where there is none. */
  readonly displayName: string | undefined;
  /** As it was written. */
  readonly uri: string;
  readonly params: Parameters;
  /** As it stood, folds taken out. */
  readonly raw: string;
}

/**
 * One value in either form: `"Alice" <sip:alice@example.com>;tag=1`, or `sip:alice@example.com;tag=1`.
 * @throws RemoteProtocolError `bad-name-addr`, `display-name-too-long`, or one of its parameters'.
 */
export function parseNameAddr(
  text: string,
  limits: SipLimits = DEFAULT_LIMITS,
  from = 0,
  end = text.length,
): NameAddr {
  let at = skipSpace(text, from, end);
  let displayName: string | undefined;
  if (at < end && text.charCodeAt(at) === QUOTE) {
    const stop = endOfQuoted(text, at, end);
    if (stop < 0) throw bad('the quote of a display name is not closed', text, from, end);
    displayName = unquoted(text.slice(at, stop));
    at = skipSpace(text, stop, end);
    if (at === end || text.charCodeAt(at) !== OPEN) {
      throw bad('a display name is followed by a URI in angle brackets', text, from, end);
    }
  } else {
    const stop = endOfTokens(text, at, end);
    if (stop < end && text.charCodeAt(stop) === OPEN) {
      if (stop > at) displayName = trimmed(text, at, stop);
      at = stop;
    }
  }
  if (displayName !== undefined && displayName.length > limits.displayName) {
    throw violation(
      'display-name-too-long',
      `a display name has at most ${limits.displayName} characters`,
    );
  }
  if (at < end && text.charCodeAt(at) === OPEN) {
    const close = endOfUri(text, at + 1, end);
    if (close === at + 1 || close === end || text.charCodeAt(close) !== CLOSE) {
      throw bad('angle brackets hold a URI', text, from, end);
    }
    return {
      displayName,
      uri: text.slice(at + 1, close),
      params: parseParameters(text, limits.params, close + 1, end),
      raw: text.slice(from, end),
    };
  }
  // RFC 3261, 20.10: without brackets, what follows a semicolon belongs to the header field, not to the URI;
  // 20: such a URI holds no comma, question mark or semicolon.
  const stop = endOfUri(text, at, end, true);
  if (stop === at) throw bad('a URI was expected', text, from, end);
  return {
    displayName: undefined,
    uri: text.slice(at, stop),
    params: parseParameters(text, limits.params, stop, end),
    raw: text.slice(from, end),
  };
}

/** The text as the display name of a name-addr: quoted, so that nothing in it counts as anything else. */
export function quoteDisplayName(name: string): string {
  return quoted(name);
}

/**
 * The value that says this name and address.
 * @throws LocalProtocolError `unprintable` where the URI could end its brackets, or a parameter's name is no token.
 */
export function printNameAddr(value: Partial<NameAddr> & Pick<NameAddr, 'uri'>): string {
  if (!isUriShaped(value.uri)) throw unprintable('brackets hold a URI', value.uri);
  const name = value.displayName === undefined ? '' : `${quoteDisplayName(value.displayName)} `;
  let printed = `${name}<${value.uri}>`;
  for (const [parameter, said] of value.params ?? NO_PARAMETERS) {
    if (!isToken(parameter)) throw unprintable("a parameter's name is a token", parameter);
    printed += `;${parameter}`;
    if (said !== undefined) printed += `=${isToken(said) ? said : quoted(said)}`;
  }
  return printed;
}

/** A scheme, a colon, something, and neither space, quote, bracket nor control character anywhere. */
export function isUriShaped(uri: string): boolean {
  return uri !== '' && endOfUri(uri, 0, uri.length) === uri.length;
}

/** Where the URI of any scheme that begins at `from` ends; `from` itself where none does. */
function endOfUri(text: string, from: number, end: number, bare = false): number {
  const colon = endOf(text, SCHEME, from, end);
  if (colon === from || colon === end || text.charCodeAt(colon) !== 0x3a) return from;
  if (isIn(text.charCodeAt(from), DIGIT)) return from;
  let at = colon + 1;
  while (at < end && isUriCharacter(text.charCodeAt(at), bare)) at += 1;
  return at === colon + 1 ? from : at;
}

function isUriCharacter(code: number, bare: boolean): boolean {
  if (code === 0x2c || code === 0x3b || code === 0x3f) return !bare;
  return code > 0x20 && code !== QUOTE && code !== OPEN && code !== CLOSE && code !== 0x7f;
}

/** Where a run of tokens and white space ends (RFC 3261, 25.1, display-name; 4475, 3.1.1.6: none need be before `<`). */
function endOfTokens(text: string, from: number, end: number): number {
  let at = from;
  while (at < end) {
    const code = text.charCodeAt(at);
    if (!isIn(code, TOKEN) && code !== 0x20 && code !== 0x09) return at;
    at += 1;
  }
  return at;
}

function unprintable(why: string, seen: string): LocalProtocolError {
  return new LocalProtocolError('unprintable', `${why}: ${JSON.stringify(seen.slice(0, 60))}`);
}

function bad(expected: string, text: string, from: number, end: number): Error {
  return violation('bad-name-addr', expected, text.slice(from, end));
}

/** SIP and SIPS URIs (RFC 3261, 19.1). Only what means the same is unescaped, so that nothing is ever unescaped twice. */
import { Address } from '@usher/core';

import {
  DIGIT,
  endOf,
  isEscaped,
  lowerCase,
  PASSWORD,
  plainEscapes,
  URI_HEADER,
  URI_PARAMETER,
  USER,
} from './characters.js';
import { endOfHost, parsePort } from './host.js';
import { DEFAULT_LIMITS } from './limits.js';
import { FewParameters, NO_PARAMETERS, type Parameters } from './parameters.js';

/**
 * A SIP or SIPS URI in its parts. Escaped characters that need no escape stand as themselves (`%61` as `a`), all others
 * stay escaped (`%40`, `%00`): so a part never says more than it did on the wire.
 */
export interface SipUri {
  readonly scheme: 'sip' | 'sips';
  readonly user: string | undefined;
  readonly password: string | undefined;
  /** In lower case, an IPv6 address in its brackets. */
  readonly host: string;
  readonly port: number | undefined;
  /** By name in lower case: `transport`, `lr`, `maddr`, `ob`, …. */
  readonly params: Parameters;
  /** What a request made from the URI is to carry, by name in lower case; several values of a name are one list. */
  readonly headers: ReadonlyMap<string, string>;
}

const NO_HEADERS: SipUri['headers'] = new Map();

/** The URI that a text names; undefined where it names none, or one of another scheme. */
export function parseUri(text: string): SipUri | undefined {
  const scheme = schemeOf(text);
  if (scheme === undefined) return undefined;
  const begin = scheme.length + 1;
  const at = text.indexOf('@', begin);
  let user: string | undefined;
  let password: string | undefined;
  if (at >= 0) {
    const colon = text.indexOf(':', begin);
    const end = colon >= 0 && colon < at ? colon : at;
    if (end === begin || !isEscaped(text, USER, begin, end)) return undefined;
    user = plainEscapes(text.slice(begin, end));
    if (end < at) {
      if (!isEscaped(text, PASSWORD, end + 1, at)) return undefined;
      password = plainEscapes(text.slice(end + 1, at));
    }
  }
  const start = at < 0 ? begin : at + 1;
  let end = endOfHost(text, start);
  if (end < 0) return undefined;
  const host = lowerCase(text.slice(start, end));
  let port: number | undefined;
  if (end < text.length && text.charCodeAt(end) === 0x3a) {
    const first = end + 1;
    end = endOf(text, DIGIT, first);
    port = parsePort(text, first, end);
    if (port === undefined) return undefined;
  }
  if (end === text.length) {
    return { scheme, user, password, host, port, params: NO_PARAMETERS, headers: NO_HEADERS };
  }
  const question = text.indexOf('?', end);
  const params = parametersOf(text, end, question < 0 ? text.length : question);
  const headers = question < 0 ? NO_HEADERS : headersOf(text, question + 1);
  if (params === undefined || headers === undefined) return undefined;
  return { scheme, user, password, host, port, params, headers };
}

function schemeOf(text: string): SipUri['scheme'] | undefined {
  if (text.startsWith('sip:')) return 'sip';
  if (text.startsWith('sips:')) return 'sips';
  const scheme = text.slice(0, text.charCodeAt(3) === 0x3a ? 4 : 5).toLowerCase();
  if (scheme === 'sip:') return 'sip';
  return scheme === 'sips:' ? 'sips' : undefined;
}

function parametersOf(text: string, from: number, end: number): SipUri['params'] | undefined {
  if (from === end) return NO_PARAMETERS;
  const params = new FewParameters();
  let at = from;
  while (at < end) {
    if (text.charCodeAt(at) !== 0x3b) return undefined;
    const semicolon = text.indexOf(';', at + 1);
    const stop = semicolon < 0 || semicolon > end ? end : semicolon;
    let split = at + 1;
    while (split < stop && text.charCodeAt(split) !== 0x3d) split += 1;
    if (split === at + 1 || !isEscaped(text, URI_PARAMETER, at + 1, split)) return undefined;
    const name = plainEscapes(text.slice(at + 1, split)).toLowerCase();
    let value: string | undefined;
    if (split < stop) {
      if (split + 1 === stop || !isEscaped(text, URI_PARAMETER, split + 1, stop)) return undefined;
      value = plainEscapes(text.slice(split + 1, stop));
    }
    // RFC 3261, 19.1.1: any given parameter name MUST NOT appear more than once.
    if (params.size === DEFAULT_LIMITS.params || !params.add(name, value)) return undefined;
    at = stop;
  }
  return params;
}

function headersOf(text: string, from: number): SipUri['headers'] | undefined {
  const headers = new Map<string, string>();
  for (const part of text.slice(from).split('&')) {
    const equals = part.indexOf('=');
    if (
      equals < 1 ||
      !isEscaped(part, URI_HEADER, 0, equals) ||
      !isEscaped(part, URI_HEADER, equals + 1)
    ) {
      return undefined;
    }
    const name = plainEscapes(part.slice(0, equals)).toLowerCase();
    const value = plainEscapes(part.slice(equals + 1));
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before}%2C${value}`);
  }
  return headers;
}

/** The URI as text. */
export function printUri(uri: SipUri): string {
  let text = `${uri.scheme}:`;
  if (uri.user !== undefined) {
    text += `${uri.user}${uri.password === undefined ? '' : `:${uri.password}`}@`;
  }
  text += uri.host;
  if (uri.port !== undefined) text += `:${uri.port}`;
  for (const [name, value] of uri.params) {
    text += value === undefined ? `;${name}` : `;${name}=${value}`;
  }
  let mark = '?';
  for (const [name, value] of uri.headers) {
    text += `${mark}${name}=${value}`;
    mark = '&';
  }
  return text;
}

/** The address-of-record that a URI of any scheme names, without parameters; undefined where it names none. */
export function toAddress(uri: string): Address | undefined {
  return Address.from(uri);
}

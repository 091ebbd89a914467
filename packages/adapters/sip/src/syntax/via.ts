/** One Via value: who sent the message, over what, and in which transaction (RFC 3261, 20.42). */
import { DIGIT, endOf, lowerCase, TOKEN } from './characters.js';
import { CommonWords } from './common-words.js';
import { endOfHost, parsePort } from './host.js';
import { DEFAULT_LIMITS, type SipLimits } from './limits.js';
import { type Parameters, parseParameters } from './parameters.js';
import { violation } from './violation.js';
import { skipSpace } from './white-space.js';

/** One Via value. */
export interface Via {
  /** In upper case: `UDP`, `TCP`, `TLS`, `WS`, …. Clients write it in lower case, too. */
  readonly transport: string;
  /** The sent-by host in lower case, an IPv6 address in its brackets. */
  readonly host: string;
  readonly port: number | undefined;
  /** Absent, or without the magic cookie, from a user agent of RFC 2543. */
  readonly branch: string | undefined;
  readonly params: Parameters;
  /** As it stood, folds taken out. */
  readonly raw: string;
}

const TRANSPORTS = new CommonWords(['UDP', 'TCP', 'TLS', 'WS', 'WSS']);

/**
 * One Via value.
 * @throws RemoteProtocolError `bad-via`, or one of its parameters'.
 */
export function parseVia(
  text: string,
  limits: SipLimits = DEFAULT_LIMITS,
  from = 0,
  end = text.length,
): Via {
  const start = text.startsWith('SIP/2.0/', from) ? from + 8 : afterProtocol(text, from, end);
  const stop = endOf(text, TOKEN, start, end);
  const begin = skipSpace(text, stop, end);
  const behind = endOfHost(text, begin, end);
  if (start < 0 || stop === start || begin === stop || behind < 0) throw bad(text, from, end);
  let port: number | undefined;
  let at = skipSpace(text, behind, end);
  if (at < end && text.charCodeAt(at) === 0x3a) {
    const first = skipSpace(text, at + 1, end);
    at = endOf(text, DIGIT, first, end);
    port = parsePort(text, first, at);
    if (port === undefined) throw bad(text, from, end);
  }
  const params = parseParameters(text, limits.params, at, end);
  return {
    transport: TRANSPORTS.at(text, start, stop) ?? text.slice(start, stop).toUpperCase(),
    host: lowerCase(text.slice(begin, behind)),
    port,
    branch: params.get('branch'),
    params,
    raw: text.slice(from, end),
  };
}

/** Where the transport begins, white space standing on either side of the slashes; -1 where the protocol is another. */
function afterProtocol(text: string, from: number, end: number): number {
  const protocol = /^SIP[ \t]{0,99}\/[ \t]{0,99}2\.0[ \t]{0,99}\/[ \t]{0,99}/i.exec(
    text.slice(from, end),
  );
  return protocol === null ? -1 : from + protocol[0].length;
}

function bad(text: string, from: number, end: number): Error {
  return violation('bad-via', 'a Via reads SIP/2.0/UDP host:port;branch=…', text.slice(from, end));
}

/** The first line of a message: what is asked of whom, or what is answered (RFC 3261, 7.1 and 7.2). */
import { isToken } from './characters.js';
import { methodAt } from './common-words.js';
import type { SipLimits } from './limits.js';
import { isUriShaped } from './name-addr.js';
import { parseUri, type SipUri } from './uri.js';
import { violation } from './violation.js';
import { trimmed } from './white-space.js';
import { wholeNumber } from './whole-number.js';

/** What a request's first line says. */
export interface RequestLine {
  readonly method: string;
  readonly uri: string;
  /** Undefined where the scheme is neither `sip` nor `sips`. */
  readonly requestUri: SipUri | undefined;
}

/** What a response's first line says. */
export interface StatusLine {
  readonly status: number;
  readonly reason: string;
}

const VERSION = 'SIP/2.0';
/** How a request's first line ends, nearly always. */
const END = ` ${VERSION}`;

/** Whether a first line begins as that of a response; a method is a token, and so has no slash. */
export function isStatusLine(line: string): boolean {
  if (line.startsWith('SIP/')) return true;
  // Most begin otherwise, and need no second look.
  return (line.charCodeAt(0) | 0x20) === 0x73 && /^sip\//i.test(line);
}

/** Whether a first line that is not right was meant as that of a request: a method first, a version last. */
export function resemblesRequestLine(line: string): boolean {
  const space = line.indexOf(' ');
  return (
    space > 0 &&
    isToken(line.slice(0, space)) &&
    /[ \t]SIP\/\d{1,9}\.\d{1,9}$/i.test(trimmed(line).slice(-30))
  );
}

/**
 * A request's first line.
 * @throws RemoteProtocolError `bad-start-line`, `bad-version` (505), `bad-request-uri`, `request-uri-too-long` (414).
 */
export function parseRequestLine(line: string, limits: SipLimits): RequestLine {
  const first = line.indexOf(' ');
  const last = line.endsWith(END) ? line.length - END.length : line.lastIndexOf(' ');
  const method = methodAt(line, 0, Math.max(first, 0));
  if (first === last || !isToken(method)) {
    throw violation('bad-start-line', 'a request begins METHOD URI SIP/2.0');
  }
  const version = line.slice(last + 1);
  if (version !== VERSION && version.toUpperCase() !== VERSION) {
    if (/^SIP\/\d{1,9}\.\d{1,9}$/i.test(version)) {
      throw violation('bad-version', 'only SIP/2.0 is spoken', version, 505);
    }
    throw violation('bad-start-line', 'a request begins METHOD URI SIP/2.0');
  }
  const uri = line.slice(first + 1, last);
  if (uri.length > limits.requestUri) {
    throw violation(
      'request-uri-too-long',
      `a Request-URI has at most ${limits.requestUri} characters`,
      undefined,
      414,
    );
  }
  const requestUri = parseUri(uri);
  // RFC 3261, 19.1.1, table 1: no header may stand in a Request-URI; one that does must never become a real one.
  const right =
    requestUri === undefined
      ? isUriShaped(uri) && !/^sips?:/i.test(uri)
      : requestUri.headers.size === 0;
  if (!right) {
    throw violation(
      'bad-request-uri',
      'a Request-URI has a scheme, and neither spaces, brackets nor headers',
      uri,
    );
  }
  return { method, uri, requestUri };
}

/**
 * A response's first line. The reason phrase may be empty, and the space before it missing then.
 * @throws RemoteProtocolError `bad-start-line`, `bad-version`.
 */
export function parseStatusLine(line: string): StatusLine {
  if (line.slice(0, 8).toUpperCase() !== `${VERSION} `) {
    throw violation('bad-version', 'only SIP/2.0 is spoken', undefined, 505);
  }
  const end = line.indexOf(' ', 8);
  const digits = line.slice(8, end < 0 ? line.length : end);
  const status = digits.length === 3 ? wholeNumber(digits, 699) : undefined;
  if (status === undefined || status < 100) {
    throw violation('bad-start-line', 'a status is 100 to 699', digits);
  }
  return { status, reason: end < 0 ? '' : line.slice(end + 1) };
}

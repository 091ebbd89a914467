/** The last gate: messages as bytes, every part of them checked by its own grammar. */
import { LocalProtocolError } from '@usher/core';

import { isToken } from './characters.js';
import { CONTENT_LENGTH, headerId, UNKNOWN } from './header-names.js';
import { isUriShaped } from './name-addr.js';
import { countControls } from './octets.js';
import { reasonPhrase } from './reason-phrases.js';
import { KEPT, PASSING } from './slab.js';

/** One header field to print. White space around a value is no part of it (RFC 3261, 7.3.1). */
export type Field = readonly [name: string, value: string];

/** Header fields that are put together already, each with its line end: what an answer copies of its request. */
export interface Lines {
  readonly text: string;
  /** How many there are. */
  readonly count: number;
}

const encoder = new TextEncoder();
const NOTHING = new Uint8Array(0);
const NO_LINES: Lines = { text: '', count: 0 };
/** Octets of UTF-8 that one UTF-16 unit can take. */
const LONGEST_CHARACTER = 3;
const SURROGATE = /\p{Cs}/u;
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const UNPRINTABLE = /[\0-\x08\x0a-\x1f\x7f]|\p{Cs}/u;

/**
 * The bytes of a request. Content-Length is counted and added.
 * @throws LocalProtocolError `unprintable` where a part is not of its grammar: nothing is cut out or escaped here.
 */
export function printRequest(
  method: string,
  uri: string,
  fields: readonly Field[],
  body: Uint8Array = NOTHING,
): Uint8Array {
  if (!isToken(method)) throw unprintable('a method is a token', method);
  if (!isUriShaped(uri)) {
    throw unprintable('a Request-URI has a scheme, and neither spaces nor brackets', uri);
  }
  return print(`${method} ${uri} SIP/2.0\r\n`, fields, body);
}

/**
 * The bytes of a response. Content-Length is counted and added, and the usual phrase where no reason is given.
 * @param copied stands before the fields.
 * @throws LocalProtocolError `unprintable` where a part is not of its grammar.
 */
export function printResponse(
  status: number,
  reason: string | undefined,
  fields: readonly Field[],
  body: Uint8Array = NOTHING,
  copied: Lines = NO_LINES,
): Uint8Array {
  return print(statusLine(status, reason), fields, body, LONG, copied);
}

/**
 * The bytes of a response that nobody keeps once it is sent.
 * @throws LocalProtocolError `unprintable` where a part is not of its grammar.
 */
export function printPassingResponse(status: number, fields: readonly Field[]): Uint8Array {
  return print(statusLine(status, undefined), fields, NOTHING, LONG, NO_LINES, PASSING);
}

/**
 * The bytes of a response in as few octets as can be had: compact names, and no space that nobody needs
 * (RFC 3261, 7.3.1, 7.3.3).
 * @throws LocalProtocolError `unprintable` where a part is not of its grammar.
 */
export function printShortResponse(
  status: number,
  fields: readonly Field[],
  reason?: string,
  body: Uint8Array = NOTHING,
): Uint8Array {
  return print(statusLine(status, reason), fields, body, SHORT);
}

function statusLine(status: number, reason: string | undefined): string {
  if (!Number.isInteger(status) || status < 100 || status > 699) {
    throw unprintable('a status is 100 to 699', String(status));
  }
  return `SIP/2.0 ${status} ${reason ?? reasonPhrase(status)}\r\n`;
}

/** How a head is written: what stands behind a name, and the name of Content-Length. */
const LONG = { colon: ': ', length: 'Content-Length' } as const;
const SHORT = { colon: ':', length: 'l' } as const;

/**
 * No value is looked at by itself: a head that has as many control characters as its line ends need has none in a value.
 * That takes a third of the time of a look at each.
 */
function print(
  startLine: string,
  fields: readonly Field[],
  body: Uint8Array,
  { colon, length: lengthName }: typeof LONG | typeof SHORT = LONG,
  copied: Lines = NO_LINES,
  slab = KEPT,
): Uint8Array {
  let head = startLine + copied.text;
  for (const [name, value] of fields) {
    const id = headerId(name);
    if (id === UNKNOWN ? !isToken(name) : id === CONTENT_LENGTH) {
      const why = id === UNKNOWN ? 'a header name is a token' : 'Content-Length is counted here';
      throw unprintable(why, name);
    }
    head += `${name}${colon}${value}\r\n`;
  }
  head += `${lengthName}${colon}${body.length}\r\n\r\n`;
  // Each line ends with two, and so does the empty one.
  const controls = (copied.count + fields.length + 3) * 2;
  const bytes = slab.octets(head.length + body.length);
  const { read, written } = encoder.encodeInto(head, bytes);
  if (read !== head.length || written !== head.length)
    return printWide(head, controls, body, startLine, fields);
  if (countControls(bytes, written) !== controls) throw refused(startLine, fields);
  if (body.length > 0) bytes.set(body, written);
  return bytes;
}

/** The same for a head with characters that take more than one octet; only among those can be half of a surrogate pair. */
function printWide(
  head: string,
  controls: number,
  body: Uint8Array,
  startLine: string,
  fields: readonly Field[],
): Uint8Array {
  const room = new Uint8Array(head.length * LONGEST_CHARACTER);
  const length = encoder.encodeInto(head, room).written;
  if (countControls(room, length) !== controls || SURROGATE.test(head)) {
    throw refused(startLine, fields);
  }
  const bytes = new Uint8Array(length + body.length);
  bytes.set(room.subarray(0, length));
  bytes.set(body, length);
  return bytes;
}

function refused(startLine: string, fields: readonly Field[]): LocalProtocolError {
  for (const [name, value] of fields) {
    if (UNPRINTABLE.test(value)) {
      return unprintable(`a character of ${name} cannot stand in a message`, value);
    }
  }
  return unprintable(
    'a character of the first line, or of what is copied, cannot stand in a message',
    startLine.trimEnd(),
  );
}

function unprintable(why: string, seen: string): LocalProtocolError {
  return new LocalProtocolError('unprintable', `${why}: ${JSON.stringify(seen.slice(0, 60))}`);
}

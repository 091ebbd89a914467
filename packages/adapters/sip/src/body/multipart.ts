/** Bodies made of parts (RFC 2046, 5.1; RFC 5621): cut in one pass over their octets, within bounds, nothing decoded. */
import { RemoteProtocolError } from '@usher/core';

import { unquoted } from '../syntax/quoted-string.js';
import { fromBase64 } from './base64.js';

/** The same in several forms, the best one last (RFC 2046, 5.1.4). */
export const ALTERNATIVE = 'multipart/alternative';
/** Several things together (RFC 2046, 5.1.3). */
export const MIXED = 'multipart/mixed';

/** One part of a body. */
export interface Part {
  /** With its parameters, as written; `text/plain` where it does not say (RFC 2046, 5.1). */
  readonly contentType: string;
  /** Without its parameters, in lower case. */
  readonly mediaType: string;
  /** The word that Content-Disposition begins with, in lower case; undefined where there is none. */
  readonly disposition: string | undefined;
  /** Whether whoever does not understand it may pass over it (RFC 3204, 6; RFC 5621, 5.2). */
  readonly optional: boolean;
  readonly body: Uint8Array;
}

const MOST_PARTS = 16;
/** Octets of the header fields of one part. */
const LARGEST_HEAD = 4_096;
const LONGEST_BOUNDARY = 70;
/** RFC 2046, 5.1.1: what a boundary may be made of; a space only within. */
const BOUNDARY = /^[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]$/;

const CR = 0x0d;
const LF = 0x0a;
const HYPHEN = 0x2d;

const head = new TextDecoder('utf-8', { fatal: true });
const ascii = new TextDecoder('latin1');

/** Where one delimiter line stands. */
interface Delimiter {
  /** Where the part before it ends: its line end belongs to the delimiter. */
  readonly start: number;
  /** Where the next line begins. */
  readonly end: number;
  readonly last: boolean;
}

/**
 * The parts of a body of this type.
 * @returns `bad-multipart` (400) where it is not made of parts as its boundary says, or of too many.
 */
export function parseMultipart(
  contentType: string,
  body: Uint8Array,
): readonly Part[] | RemoteProtocolError {
  const boundary = boundaryOf(contentType);
  if (boundary === undefined) return bad('its type names no boundary');
  const line = Uint8Array.from(`--${boundary}`, (letter) => letter.charCodeAt(0));
  // RFC 2046, 5.1.1: what stands before the first delimiter is for nobody.
  let delimiter = nextDelimiter(body, line, 0);
  if (delimiter === undefined || delimiter.last) return bad('it has no first part');
  const parts: Part[] = [];
  while (!delimiter.last) {
    const next = nextDelimiter(body, line, delimiter.end);
    if (next === undefined) return bad('its end is missing');
    if (parts.length === MOST_PARTS) return bad(`at most ${MOST_PARTS} parts are taken`);
    const part = partOf(body.subarray(delimiter.end, Math.max(next.start, delimiter.end)));
    if (part === undefined) return bad('a part of it has a head that cannot be read');
    parts.push(part);
    delimiter = next;
  }
  return parts;
}

/** The value of a parameter of a media type, without quotes. */
export function parameterOf(value: string, name: string): string | undefined {
  let at = value.indexOf(';');
  while (at >= 0) {
    const end = endOfParameter(value, at + 1);
    const parameter = value.slice(at + 1, end);
    const equals = parameter.indexOf('=');
    if (equals >= 0 && parameter.slice(0, equals).trim().toLowerCase() === name)
      return unquoted(parameter.slice(equals + 1).trim());
    at = end < value.length ? end : -1;
  }
  return undefined;
}

/** Where the parameter that begins at `from` ends: at a semicolon outside of quotes. */
function endOfParameter(value: string, from: number): number {
  let quotes = false;
  for (let at = from; at < value.length; at += 1) {
    const character = value.charAt(at);
    if (character === '"') quotes = !quotes;
    else if (quotes && character === '\\') at += 1;
    else if (!quotes && character === ';') return at;
  }
  return value.length;
}

function boundaryOf(contentType: string): string | undefined {
  const boundary = parameterOf(contentType, 'boundary');
  if (boundary === undefined || boundary.length > LONGEST_BOUNDARY) return undefined;
  return BOUNDARY.test(boundary) ? boundary : undefined;
}

/** The first delimiter whose line begins at `from` or later. A line that merely begins like one is none. */
function nextDelimiter(body: Uint8Array, line: Uint8Array, from: number): Delimiter | undefined {
  let start = from;
  for (;;) {
    if (stands(line, body, start)) {
      const found = endOfDelimiter(body, start + line.length);
      // The line end before it is part of it.
      if (found !== undefined) return { ...found, start: start - 2 };
    }
    start = nextLine(body, start);
    if (start < 0) return undefined;
  }
}

/** Lines end with CRLF: a bare CR or LF is content like any other. */
function nextLine(body: Uint8Array, from: number): number {
  for (let at = body.indexOf(CR, from); at >= 0; at = body.indexOf(CR, at + 1)) {
    if (body[at + 1] === LF) return at + 2;
  }
  return -1;
}

function stands(line: Uint8Array, body: Uint8Array, at: number): boolean {
  if (at + line.length > body.length) return false;
  for (let index = 0; index < line.length; index += 1) {
    if (body[at + index] !== line[index]) return false;
  }
  return true;
}

/** What stands behind a boundary: hyphens where it is the last, white space, and the line end (or that of the body). */
function endOfDelimiter(body: Uint8Array, from: number): Omit<Delimiter, 'start'> | undefined {
  const last = body[from] === HYPHEN && body[from + 1] === HYPHEN;
  let at = last ? from + 2 : from;
  while (body[at] === 0x20 || body[at] === 0x09) at += 1;
  if (body[at] === CR && body[at + 1] === LF) return { end: at + 2, last };
  return last && at === body.length ? { end: at, last } : undefined;
}

/** A part out of what stands between two delimiters; undefined where its head is none. */
function partOf(octets: Uint8Array): Part | undefined {
  const end = endOfHead(octets);
  if (end === undefined) return undefined;
  let text: string;
  try {
    text = head.decode(octets.subarray(0, end.head));
  } catch {
    return undefined;
  }
  let contentType = 'text/plain';
  let disposition: string | undefined;
  let encoding = 'binary';
  // RFC 5322, 2.2.3: a line that begins with white space goes on with the one before it.
  for (const field of text.replaceAll(/\r\n[ \t]/g, ' ').split('\r\n')) {
    if (field === '') continue;
    const colon = field.indexOf(':');
    if (colon < 1) return undefined;
    const name = field.slice(0, colon).trim().toLowerCase();
    const value = field.slice(colon + 1).trim();
    if (name === 'content-type' || name === 'c') contentType = value;
    else if (name === 'content-disposition') disposition = value;
    else if (name === 'content-transfer-encoding') encoding = value.toLowerCase();
  }
  const body = decoded(octets.subarray(end.body), encoding);
  if (body === undefined) return undefined;
  const handling = disposition && parameterOf(disposition, 'handling');
  return {
    contentType,
    mediaType: word(contentType),
    disposition: disposition === undefined ? undefined : word(disposition),
    optional: handling?.toLowerCase() === 'optional',
    body,
  };
}

/** Where the head of a part ends and its body begins; the head may be empty, and then is one empty line. */
function endOfHead(
  octets: Uint8Array,
): { readonly head: number; readonly body: number } | undefined {
  if (octets[0] === CR && octets[1] === LF) return { head: 0, body: 2 };
  const most = Math.min(octets.length, LARGEST_HEAD);
  for (let at = octets.indexOf(CR); at >= 0 && at < most; at = octets.indexOf(CR, at + 1)) {
    if (octets[at + 1] !== LF) return undefined;
    if (octets[at + 2] === CR && octets[at + 3] === LF) return { head: at, body: at + 4 };
  }
  // A part may be nothing but a head.
  return octets.length > 0 && octets.length <= LARGEST_HEAD
    ? { head: octets.length, body: octets.length }
    : undefined;
}

/** RFC 3261, 7.4: SIP carries octets as they are; mail's ways around seven bits occur all the same. */
function decoded(body: Uint8Array, encoding: string): Uint8Array | undefined {
  if (encoding === 'base64') return fromBase64(ascii.decode(body).replaceAll(/[ \t\r\n]/g, ''));
  return ['7bit', '8bit', 'binary'].includes(encoding) ? body : undefined;
}

function word(value: string): string {
  const end = value.indexOf(';');
  return (end < 0 ? value : value.slice(0, end)).trim().toLowerCase();
}

function bad(why: string): RemoteProtocolError {
  return new RemoteProtocolError('bad-multipart', `a body of parts cannot be read: ${why}`, 400);
}

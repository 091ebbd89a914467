/** Bytes to a message, in linear time and within limits; or why they are none. */
import { RemoteProtocolError } from '@usher/core';

import { type CSeq, parseCSeq } from './cseq.js';
import { malformed } from './echo.js';
import { Head } from './head.js';
import { CALL_ID, CONTENT_LENGTH, CSEQ, FROM, MAX_FORWARDS, TO, VIA } from './header-names.js';
import { DEFAULT_LIMITS, type SipLimits } from './limits.js';
import { splitList } from './list.js';
import type { Malformed } from './malformed.js';
import { type Essentials, SipRequest, SipResponse } from './message.js';
import { type NameAddr, parseNameAddr } from './name-addr.js';
import { decodeHead, endOfHead, startOfMessage } from './octets.js';
import { isStatusLine, parseRequestLine, parseStatusLine } from './start-line.js';
import { parseVia, type Via } from './via.js';
import { violation } from './violation.js';
import { wholeNumber } from './whole-number.js';

/** How the bytes came: a datagram may go on behind the body (RFC 3261, 18.3), a piece of a stream was cut to size. */
export type Framing = 'datagram' | 'stream';

const NOTHING = new Uint8Array(0);
/** A Content-Length beyond this is a slip or an attack, not a large body. */
const LONGEST = 2 ** 32 - 1;
/** RFC 3261, 20.22. */
const MOST_FORWARDS = 255;

/** The message that the bytes are, or why they are none. Never throws. */
export function parseMessage(
  bytes: Uint8Array,
  limits: SipLimits = DEFAULT_LIMITS,
  framing: Framing = 'datagram',
): SipRequest | SipResponse | Malformed {
  const from = startOfMessage(bytes);
  try {
    return parse(bytes, from, limits, framing);
  } catch (error) {
    if (error instanceof RemoteProtocolError) return malformed(bytes, from, error, limits);
    throw error;
  }
}

function parse(
  bytes: Uint8Array,
  from: number,
  limits: SipLimits,
  framing: Framing,
): SipRequest | SipResponse {
  if (from === bytes.length) throw violation('empty', 'there is nothing but line ends');
  refuseLongLine(bytes, from, limits);
  const start = endOfHead(bytes, from, limits.headerBlock);
  const text = decodeHead(bytes, from, start);
  const lineEnd = text.indexOf('\r\n');
  const line = text.slice(0, lineEnd);
  if (isStatusLine(line)) {
    const { status, reason } = parseStatusLine(line);
    const head = Head.index(text, lineEnd + 2, limits);
    return new SipResponse(
      status,
      reason,
      essentials(head, bodyOf(bytes, start, head, limits, framing), limits),
    );
  }
  const { method, uri, requestUri } = parseRequestLine(line, limits);
  const head = Head.index(text, lineEnd + 2, limits);
  const read = essentials(head, bodyOf(bytes, start, head, limits, framing), limits);
  if (read.cseq.method !== method) {
    throw violation(
      'cseq-mismatch',
      `the CSeq of ${method} names another method`,
      read.cseq.method,
    );
  }
  return new SipRequest(method, uri, requestUri, maxForwardsOf(head), read);
}

/** A Request-URI past its limit is told as such, rather than as a head that is too large. */
function refuseLongLine(bytes: Uint8Array, from: number, limits: SipLimits): void {
  const longest = limits.requestUri + 256;
  if (bytes.length - from <= longest) return;
  const end = bytes.indexOf(0x0d, from);
  if (end >= 0 && end - from <= longest) return;
  // A reason phrase may be as long as the head.
  if (isStatusLine(String.fromCharCode(...bytes.subarray(from, from + 4)))) return;
  throw violation(
    'request-uri-too-long',
    `a Request-URI has at most ${limits.requestUri} characters`,
    undefined,
    414,
  );
}

function essentials(head: Head, body: Uint8Array, limits: SipLimits): Essentials {
  const callId = head.first(CALL_ID) ?? missing('Call-ID');
  if (callId === '' || callId.includes(' ') || callId.includes('\t')) {
    throw violation('bad-call-id', 'a Call-ID is one word', callId);
  }
  const via = head.read(VIA, limits, readTopVia) ?? missing('a Via');
  refuseManyVias(head, limits);
  return {
    head,
    body,
    via,
    from: head.read(FROM, limits, readParty) ?? missing('From'),
    to: head.read(TO, limits, readParty) ?? missing('To'),
    callId,
    cseq: head.read(CSEQ, limits, readCSeq) ?? missing('CSeq'),
    limits,
  };
}

/** RFC 3261, 25.1, tag-param: a tag says something. Else an answer, which adds one, would have two. */
function readParty(text: string, limits: SipLimits, from: number, end: number): NameAddr {
  const party = parseNameAddr(text, limits, from, end);
  const { params } = party;
  if (params.get('tag') !== undefined || !params.has('tag')) return party;
  throw violation('bad-name-addr', 'a tag needs a value', party.raw);
}

/** Several may stand in one line; the rest of them is none of ours. */
function readTopVia(text: string, limits: SipLimits, from: number, end: number): Via {
  const comma = text.indexOf(',', from);
  if (comma < 0 || comma >= end) return parseVia(text, limits, from, end);
  return parseVia(splitList(text.slice(from, end))[0] ?? '', limits);
}

function refuseManyVias(head: Head, limits: SipLimits): void {
  if (head.count(VIA) <= limits.vias) return;
  let count = 0;
  for (const line of head.every(VIA)) count += line.includes(',') ? splitList(line).length : 1;
  if (count > limits.vias) {
    throw violation('too-many-vias', `at most ${limits.vias} Via values are taken`, undefined, 513);
  }
}

function readCSeq(text: string, _limits: SipLimits, from: number, end: number): CSeq {
  return parseCSeq(text, from, end);
}

/** RFC 2543 knew no Max-Forwards; where it stands, it is right. */
function maxForwardsOf(head: Head): number | undefined {
  const value = head.first(MAX_FORWARDS);
  if (value === undefined) return undefined;
  const number = wholeNumber(value, MOST_FORWARDS);
  if (number === undefined) {
    throw violation('bad-max-forwards', `Max-Forwards is 0 to ${MOST_FORWARDS}`, value);
  }
  return number;
}

/** RFC 3261, 18.3: a datagram's octets behind Content-Length are dropped, and too few of them are an error. */
function bodyOf(
  bytes: Uint8Array,
  start: number,
  head: Head,
  limits: SipLimits,
  framing: Framing,
): Uint8Array {
  const present = bytes.length - start;
  const value = head.first(CONTENT_LENGTH);
  if (value === undefined && framing === 'stream') {
    throw violation('missing-header', 'a message on a stream needs a Content-Length');
  }
  const length = value === undefined ? present : wholeNumber(value, LONGEST);
  if (length === undefined) {
    throw violation('bad-content-length', 'Content-Length is a number in decimal digits', value);
  }
  if (length > present) {
    if (framing === 'stream' && length > limits.body) throw tooLarge(limits);
    throw violation(
      'body-too-short',
      `Content-Length is ${length}, and ${present} octets are there`,
    );
  }
  if (length > limits.body) throw tooLarge(limits);
  return length === 0 ? NOTHING : new Uint8Array(bytes.buffer, bytes.byteOffset + start, length);
}

function tooLarge(limits: SipLimits): RemoteProtocolError {
  return violation('body-too-large', `a body has at most ${limits.body} octets`, undefined, 413);
}

function missing(name: string): never {
  throw violation('missing-header', `a message needs ${name}`);
}

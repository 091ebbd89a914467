/** What a head says of the length of its body, read from its bytes before anything else is (RFC 3261, 18.3 and 20.14). */
import type { RemoteProtocolError } from '@usher/core';

import { violation } from '../syntax/violation.js';

const LONG = 'content-length';
const COLON = 0x3a;
const SPACE = 0x20;
const TAB = 0x09;
const CR = 0x0d;
const LF = 0x0a;

/** The Content-Length of a head that ends with its empty line; or what is wrong with it, since then the stream is lost. */
export function contentLength(head: Uint8Array): number | RemoteProtocolError {
  let length: number | undefined;
  let line = nextLine(head, 0);
  while (line > 0 && line < head.length) {
    const value = startOfValue(head, line);
    line = nextLine(head, line);
    if (value < 0) continue;
    // RFC 3261, 7.3.1: a line that begins with white space goes on with the one before it.
    while (isSpace(head[line])) line = nextLine(head, line);
    if (length !== undefined) return violation('duplicate-header', 'Content-Length comes twice');
    const found = wholeNumber(head, value, line);
    if (found === undefined) {
      const seen = String.fromCodePoint(...head.subarray(value, Math.min(line, value + 40)));
      return violation(
        'bad-content-length',
        'Content-Length is a number in decimal digits',
        seen.trim(),
      );
    }
    length = found;
  }
  // Where one takes a lone LF for a line end and the next does not, they disagree on where the message ends.
  if (line < 0) return violation('bad-character', 'a line ends with CR and LF');
  return length ?? violation('missing-header', 'a message on a stream needs a Content-Length');
}

/** Where the line behind this one begins; -1 where this one does not end with CR LF. */
function nextLine(head: Uint8Array, from: number): number {
  const end = head.indexOf(LF, from);
  return head[end - 1] === CR ? end + 1 : -1;
}

/** Where the value of the line at `from` begins if its name is Content-Length or `l`; otherwise -1. */
function startOfValue(head: Uint8Array, from: number): number {
  const first = (head[from] ?? 0) | 0x20;
  let at = from;
  if (first === 0x6c) {
    at += 1;
  } else {
    if (first !== 0x63) return -1;
    for (let letter = 0; letter < LONG.length; letter += 1) {
      const code = head[at] ?? 0;
      // The hyphen has the bit that tells the cases of letters apart set already; a CR in its place has not.
      if ((code === CR ? 0 : code | 0x20) !== LONG.charCodeAt(letter)) return -1;
      at += 1;
    }
  }
  while (isSpace(head[at])) at += 1;
  return head[at] === COLON ? at + 1 : -1;
}

/** The number in these octets, with nothing but white space and line ends around it. */
function wholeNumber(head: Uint8Array, from: number, to: number): number | undefined {
  let start = from;
  let end = to;
  while (start < end && isBlank(head[start])) start += 1;
  while (end > start && isBlank(head[end - 1])) end -= 1;
  let number = 0;
  for (let at = start; at < end; at += 1) {
    const digit = (head[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) return undefined;
    number = number * 10 + digit;
  }
  return start === end ? undefined : number;
}

function isSpace(code: number | undefined): boolean {
  return code === SPACE || code === TAB;
}

function isBlank(code: number | undefined): boolean {
  return isSpace(code) || code === CR || code === LF;
}

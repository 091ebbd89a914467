/** The head of a message as octets: where it ends, and what it says as text. */
import { violation } from './violation.js';

/** 1 for what may stand in a head only as a line end, or escaped in a quoted string: controls other than the tab. */
const CONTROL = new Uint8Array(256);
CONTROL.fill(1, 0, 0x20);
CONTROL[0x09] = 0;
CONTROL[0x7f] = 1;

/** The same with the tab: where the look for one of them stops. */
const STOP = Uint8Array.from(CONTROL);
STOP[0x09] = 1;

const TAB = 0x09;
const CR = 0x0d;
const LF = 0x0a;
const BACKSLASH = 0x5c;

const fatal = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Where the message begins: line ends before it are keep-alives, or none of our business (RFC 3261, 7.5). */
export function startOfMessage(bytes: Uint8Array): number {
  let at = 0;
  while (bytes[at] === CR && bytes[at + 1] === LF) at += 2;
  return at;
}

/**
 * Where the head that begins at `from` ends, its empty line included. Line ends are CRLF and nothing else: who takes a bare
 * CR or LF for one sees other header fields than the next element does.
 * @throws RemoteProtocolError `head-unfinished`, `head-too-large`, `bad-character`.
 */
export function endOfHead(bytes: Uint8Array, from: number, limit: number): number {
  const stop = Math.min(bytes.length, from + limit);
  let at = from;
  while (at < stop) {
    at = nextControl(bytes, at, stop);
    if (at === stop) break;
    const octet = bytes[at];
    if (octet === CR) {
      if (bytes[at + 1] !== LF) {
        if (at + 1 === bytes.length) break;
        throw violation('bad-character', 'a CR stands alone in the head');
      }
      if (bytes[at + 2] === CR && bytes[at + 3] === LF && at + 4 <= from + limit) return at + 4;
      at += 2;
    } else if (octet === TAB || bytes[at - 1] === BACKSLASH) {
      if (octet === LF) throw violation('bad-character', 'an LF stands alone in the head');
      at += 1;
    } else throw violation('bad-character', `the control character ${octet} stands in the head`);
  }
  if (bytes.length <= from + limit) {
    throw violation('head-unfinished', 'the empty line behind the header fields is missing');
  }
  throw violation('head-too-large', `a head has at most ${limit} octets`, undefined, 513);
}

/** How many control characters other than the tab stand in the octets up to `end`. */
export function countControls(bytes: Uint8Array, end: number): number {
  let count = 0;
  for (let at = nextControl(bytes, 0, end); at < end; at = nextControl(bytes, at + 1, end)) {
    if (bytes[at] !== TAB) count += 1;
  }
  return count;
}

/** Where the next control character stands. Four at a time take a third less than one by one, or than words of a view. */
function nextControl(bytes: Uint8Array, from: number, stop: number): number {
  const last = stop - 4;
  let at = from;
  while (
    at <= last &&
    !(stops(bytes, at) || stops(bytes, at + 1) || stops(bytes, at + 2) || stops(bytes, at + 3))
  )
    at += 4;
  while (at < stop && !stops(bytes, at)) at += 1;
  return at;
}

function stops(bytes: Uint8Array, at: number): boolean {
  return STOP[bytes[at] ?? 0] !== 0;
}

/**
 * The head as text. A control character that a quoted string carries escaped (RFC 3261, 25.1, quoted-pair) reads as U+FFFD:
 * nobody needs one, and an answer that copies the header field could not be printed.
 * @throws RemoteProtocolError `bad-utf8`, `bad-character`.
 */
export function decodeHead(bytes: Uint8Array, from: number, end: number): string {
  let text: string;
  try {
    text = fatal.decode(part(bytes, from, end));
  } catch {
    throw violation('bad-utf8', 'the head is not UTF-8');
  }
  return text.includes('\\') ? withoutControls(text) : text;
}

/** As plain octets, whatever kind of array they stand in: a part of a Buffer takes three times as long to make. */
function part(bytes: Uint8Array, from: number, end: number): Uint8Array {
  if (from === 0 && end === bytes.length) return bytes;
  return new Uint8Array(bytes.buffer, bytes.byteOffset + from, end - from);
}

function withoutControls(text: string): string {
  let clean = '';
  let kept = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x22) quoted = !quoted;
    else if (code === CR) {
      at += 1;
      const next = text.charCodeAt(at + 1);
      if (next !== 0x20 && next !== 0x09) quoted = false;
    } else if (code === BACKSLASH) {
      const next = text.charCodeAt(at + 1);
      if (next !== CR && CONTROL[next] === 1) {
        if (!quoted) {
          throw violation(
            'bad-character',
            `the control character ${next} stands outside of a quoted string`,
          );
        }
        clean += `${text.slice(kept, at)}\ufffd`;
        kept = at + 2;
      }
      if (quoted && next !== CR) at += 1;
    }
  }
  return clean + text.slice(kept);
}

/** A glance at the octets of a message: enough to tell lines and names apart, without grammar, text or memory of its own. */

/** Octets of a message that are ever glanced at: half of the longest head that is taken (see `SipLimits`). */
export const GLANCED = 8_192;

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const COLON = 0x3a;
const SEMICOLON = 0x3b;
const LESS = 0x3c;
const EQUALS = 0x3d;
const GREATER = 0x3e;
const BACKSLASH = 0x5c;

/** So many line ends before a message are passed over; more are no keep-alive. */
const MOST_LINE_ENDS = 16;

/** Where the message begins, line ends before it left out; -1 where there is none. */
export function startOf(bytes: Uint8Array): number {
  let at = 0;
  while (at < MOST_LINE_ENDS && bytes[at] === CR && bytes[at + 1] === LF) at += 2;
  return at < bytes.length && bytes[at] !== CR ? at : -1;
}

/** Where a glance at the message ends at the latest. */
export function endOfGlance(bytes: Uint8Array, from: number): number {
  return Math.min(bytes.length, from + GLANCED);
}

/** Where the line that begins at `from` ends, at its LF; -1 where it does not before `stop`, or its LF comes without a CR. */
export function endOfLine(bytes: Uint8Array, from: number, stop: number): number {
  let at = from;
  while (at < stop && bytes[at] !== LF) at += 1;
  return at < stop && at > from && bytes[at - 1] === CR ? at : -1;
}

/** The same for a header field with all its folds (RFC 3261, 7.3.1). */
export function endOfField(bytes: Uint8Array, from: number, stop: number): number {
  let end = endOfLine(bytes, from, stop);
  while (end >= 0 && isSpace(bytes[end + 1])) end = endOfLine(bytes, end + 1, stop);
  return end;
}

/** Whether the empty line that ends a head stands here. */
export function isEmptyLine(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === CR && bytes[at + 1] === LF;
}

/** Whether `text`, in lower case, stands here in either case. */
export function standsAt(bytes: Uint8Array, at: number, text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const octet = bytes[at + index] ?? 0;
    const expected = text.charCodeAt(index);
    if (octet !== expected && (octet + 0x20 !== expected || expected < 0x61)) return false;
  }
  return true;
}

/** Where the value of a header field of this name, in lower case, begins; -1 where the field has another name. */
export function valueOf(bytes: Uint8Array, at: number, name: string): number {
  if (!standsAt(bytes, at, name)) return -1;
  const colon = skipSpace(bytes, at + name.length);
  return bytes[colon] === COLON ? colon + 1 : -1;
}

/**
 * Where the value of the `tag` parameter of a From or To begins, of which the field's value stands from `from` to `end`; -1
 * where there is none, or it is not sure: quotes and angle brackets hide what stands in them.
 */
export function tagOf(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end) {
    const octet = bytes[at];
    if (octet === QUOTE) {
      at = closing(bytes, at + 1, end, QUOTE);
    } else if (octet === LESS) {
      at = closing(bytes, at + 1, end, GREATER);
    } else if (octet === SEMICOLON) {
      const name = skipFolds(bytes, at + 1, end);
      if (standsAt(bytes, name, 'tag')) {
        const equals = skipFolds(bytes, name + 3, end);
        if (bytes[equals] === EQUALS) {
          const value = skipFolds(bytes, equals + 1, end);
          return endOfWord(bytes, value, end) > value ? value : -1;
        }
      }
    }
    at += 1;
  }
  return -1;
}

/** Where the run of octets of a token, or of what is written in its place, ends. */
export function endOfWord(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && isWord(bytes[at] ?? 0)) at += 1;
  return at;
}

/** The octets as text, where they are ASCII; they are few. */
export function textOf(bytes: Uint8Array, from: number, end: number): string {
  let text = '';
  for (let at = from; at < end; at += 1) text += String.fromCharCode(bytes[at] ?? 0);
  return text;
}

/** Where the spaces and tabs that begin at `from` end. */
export function skipSpace(bytes: Uint8Array, from: number): number {
  let at = from;
  while (isSpace(bytes[at])) at += 1;
  return at;
}

function skipFolds(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && (isSpace(bytes[at]) || bytes[at] === CR || bytes[at] === LF)) at += 1;
  return at;
}

/** Where the quoted string or bracket closes; `end` where it never does. */
function closing(bytes: Uint8Array, from: number, end: number, by: number): number {
  for (let at = from; at < end; at += 1) {
    const octet = bytes[at];
    if (octet === by) return at;
    if (octet === BACKSLASH && by === QUOTE) at += 1;
  }
  return end;
}

function isWord(octet: number): boolean {
  return (
    octet > SPACE &&
    octet < 0x7f &&
    octet !== SEMICOLON &&
    octet !== QUOTE &&
    octet !== LESS &&
    octet !== GREATER &&
    octet !== 0x2c
  );
}

function isSpace(octet: number | undefined): boolean {
  return octet === SPACE || octet === TAB;
}

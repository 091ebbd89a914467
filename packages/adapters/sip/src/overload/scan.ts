/** A glance at the octets of a message: enough to tell lines and names apart, without grammar and without text. */

/** Octets of a message that are ever glanced at: half of the longest head that is taken (see `SipLimits`). */
const GLANCED = 8_192;
/** Lines of it, those of folds included. */
export const MOST_LINES = 100;
/** So many line ends before a message are passed over; more are no keep-alive. */
const MOST_LINE_ENDS = 16;
/** So often may a header field that matters be folded. */
const MOST_FOLDS = 16;
/** So long may the part of a value be in which something is looked for. */
export const LONGEST_VALUE = 1_024;
/** So much white space may stand between a name and its colon. */
const MOST_SPACES = 16;

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const SEMICOLON = 0x3b;
const LESS = 0x3c;
const EQUALS = 0x3d;
const GREATER = 0x3e;
const BACKSLASH = 0x5c;

const latin1 = new TextDecoder('latin1');

/** The part of a message that is glanced at. */
export function glanceOf(bytes: Uint8Array): Uint8Array {
  return bytes.length > GLANCED ? bytes.subarray(0, GLANCED) : bytes;
}

/** Where the message begins, line ends before it left out; -1 where there is none. */
export function startOf(head: Uint8Array): number {
  if (head[0] !== CR) return head.length === 0 ? -1 : 0;
  let at = 0;
  while (at < MOST_LINE_ENDS && isEmptyLine(head, at)) at += 2;
  return at < head.length && head[at] !== CR ? at : -1;
}

/** Where the line that begins at `from` ends, at its LF; -1 where it does not, or that comes without a CR. */
export function endOfLine(head: Uint8Array, from: number): number {
  const end = head.indexOf(LF, from);
  return end > from && head[end - 1] === CR ? end : -1;
}

/** The same for a header field with its folds (RFC 3261, 7.3.1); -1 also where there are too many of them. */
export function endOfField(head: Uint8Array, from: number): number {
  let end = endOfLine(head, from);
  for (let folds = 0; end >= 0 && isSpace(head[end + 1]); folds += 1) {
    if (folds === MOST_FOLDS) return -1;
    end = endOfLine(head, end + 1);
  }
  return end;
}

/** Whether the empty line that ends a head stands here. */
export function isEmptyLine(head: Uint8Array, at: number): boolean {
  return head[at] === CR && head[at + 1] === LF;
}

/** Whether `text`, in lower case, stands here in either case. */
export function standsAt(head: Uint8Array, at: number, text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const octet = head[at + index] ?? 0;
    const expected = text.charCodeAt(index);
    if (octet !== expected && (octet + 0x20 !== expected || expected < 0x61)) return false;
  }
  return true;
}

/** Where the value of the header field that begins at `at` begins, where it has this name, in lower case; else -1. */
export function valueOf(head: Uint8Array, at: number, name: string): number {
  if (!standsAt(head, at, name)) return -1;
  const colon = skipSpace(head, at + name.length);
  return head[colon] === COLON ? colon + 1 : -1;
}

/**
 * Where the value of the `tag` parameter begins, in a From or To whose own value stands from `from` to `end`; -1 where there
 * is none, or it is not sure: quotes and angle brackets hide what stands in them.
 */
export function tagOf(head: Uint8Array, from: number, end: number): number {
  if (end - from > LONGEST_VALUE) return -1;
  for (let at = from; at < end; at += 1) {
    const octet = head[at];
    if (octet === QUOTE) at = closing(head, at + 1, end, QUOTE);
    else if (octet === LESS) at = closing(head, at + 1, end, GREATER);
    else if (octet === SEMICOLON) {
      const name = skipFolds(head, at + 1, end);
      const equals = standsAt(head, name, 'tag') ? skipFolds(head, name + 3, end) : end;
      if (head[equals] === EQUALS && equals < end) {
        const value = skipFolds(head, equals + 1, end);
        const behind = endOfWord(head, value, end);
        return behind > value && endsPlainly(head, behind, end) ? value : -1;
      }
    }
  }
  return -1;
}

/** Where the run of octets that a token, or what is written in the place of one, is made of ends. */
export function endOfWord(head: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && isWord(head[at] ?? 0)) at += 1;
  return at;
}

/** Whether what stands behind a word, at `at`, cannot belong to it whoever reads it: an octet beyond ASCII might. */
export function endsPlainly(head: Uint8Array, at: number, end: number): boolean {
  const octet = head[at];
  return at >= end || isSpace(octet) || octet === CR || octet === SEMICOLON || octet === COMMA;
}

/** Where the spaces and tabs that begin at `from` end, as far as there may be any. */
export function skipSpace(head: Uint8Array, from: number): number {
  let at = from;
  while (at < from + MOST_SPACES && isSpace(head[at])) at += 1;
  return at;
}

/** The octets as text, where they are ASCII. */
export function textOf(head: Uint8Array, from: number, end: number): string {
  return latin1.decode(head.subarray(from, end));
}

function skipFolds(head: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && (isSpace(head[at]) || head[at] === CR || head[at] === LF)) at += 1;
  return at;
}

/** Where the quoted string or bracket closes; `end` where it never does. */
function closing(head: Uint8Array, from: number, end: number, by: number): number {
  for (let at = from; at < end; at += 1) {
    const octet = head[at];
    if (octet === by) return at;
    if (octet === BACKSLASH && by === QUOTE) at += 1;
  }
  return end;
}

function isWord(octet: number): boolean {
  return (
    octet > SPACE &&
    octet < 0x7f &&
    octet !== QUOTE &&
    octet !== COMMA &&
    octet !== SEMICOLON &&
    octet !== LESS &&
    octet !== GREATER
  );
}

function isSpace(octet: number | undefined): boolean {
  return octet === SPACE || octet === TAB;
}

/** The key of a request's server transaction, from its octets: to know a retransmission before it is read (RFC 3261, 17.2.3). */
import {
  endOfLine,
  endOfWord,
  endsPlainly,
  LONGEST_VALUE,
  skipSpace,
  standsAt,
  textOf,
} from './scan.js';

/** What every branch of RFC 3261 begins with, in lower case. */
const COOKIE = 'z9hg4bk';
/** No host or branch that is known to us is longer. */
const LONGEST = 256;

const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const SEMICOLON = 0x3b;
const OPEN = 0x5b;
const CLOSE = 0x5d;

/**
 * `METHOD host:port branch`, as the transaction layer has it, where the top Via's value begins at `via` and is written plainly:
 * in one line, with a branch, and without quotes before it. Undefined otherwise; then it counts as none that we know.
 */
export function transactionKey(head: Uint8Array, via: number, method: string): string | undefined {
  const end = endOfLine(head, via) - 1;
  const protocol = skipSpace(head, via);
  if (end < 0 || end - via > LONGEST_VALUE || !standsAt(head, protocol, 'sip/2.0/'))
    return undefined;
  const transport = endOfWord(head, protocol + 8, end);
  const host = transport + 1;
  const behind = endOfHost(head, host, end);
  if (head[transport] !== SPACE || behind === host) return undefined;
  const name = textOf(head, host, behind).toLowerCase();
  if (head[behind] !== COLON) {
    // White space may stand before the colon of a port: that is not written plainly.
    const next = head[skipSpace(head, behind)];
    return next === SEMICOLON ? keyOf(head, behind, end, `${method} ${name}:`) : undefined;
  }
  const digits = endOfDigits(head, behind + 1, end);
  // One that begins with a zero, or has too many digits, is not as it would be printed.
  if (digits === behind + 1 || digits > behind + 6 || head[behind + 1] === ZERO) return undefined;
  return keyOf(head, digits, end, `${method} ${name}${textOf(head, behind, digits)}`);
}

/** The branch of a Via whose value begins at `via`; undefined where that is not written plainly. */
export function branchOf(head: Uint8Array, via: number): string | undefined {
  const key = transactionKey(head, via, '');
  return key?.slice(key.lastIndexOf(' ') + 1);
}

function keyOf(head: Uint8Array, from: number, end: number, before: string): string | undefined {
  for (let at = from; at < end && head[at] !== QUOTE && head[at] !== COMMA; at += 1) {
    if (head[at] !== SEMICOLON || !standsAt(head, at + 1, 'branch=')) continue;
    const value = at + 8;
    const behind = endOfWord(head, value, Math.min(end, value + LONGEST));
    const length = behind - value;
    const named = length > COOKIE.length && length < LONGEST && standsAt(head, value, COOKIE);
    return named && endsPlainly(head, behind, end)
      ? `${before} ${textOf(head, value, behind)}`
      : undefined;
  }
  return undefined;
}

/** A name, an IPv4 address, or an IPv6 address in its brackets. */
function endOfHost(head: Uint8Array, from: number, end: number): number {
  const stop = Math.min(end, from + LONGEST);
  let at = from;
  if (head[at] === OPEN) {
    while (at < stop && head[at] !== CLOSE) at += 1;
    return at < stop ? at + 1 : from;
  }
  while (at < stop && isHost(head[at] ?? 0)) at += 1;
  return at;
}

function endOfDigits(head: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && isDigit(head[at] ?? 0)) at += 1;
  return at;
}

function isHost(octet: number): boolean {
  const small = octet | 0x20;
  return (
    (small >= 0x61 && small <= 0x7a) ||
    isDigit(octet) ||
    octet === 0x2d ||
    octet === 0x2e ||
    octet === 0x5f
  );
}

function isDigit(octet: number): boolean {
  return octet >= ZERO && octet <= NINE;
}

/** What the endpoint knows already, asked of while messages have to wait: what belongs to it goes first, and cannot be feigned. */
import { endOfField, endOfWord, standsAt, textOf } from './scan.js';

/** What the endpoint knows already. */
export interface Known {
  /** Whether there is the server transaction of this key: `INVITE host:port branch` (RFC 3261, 17.2.3). */
  transaction?(key: string): boolean;
  /** Whether there is a dialog with this tag of ours. Nobody can guess one. */
  dialog?(tag: string): boolean;
}

const COOKIE = 'z9hg4bk';
const COLON = 0x3a;
const SEMICOLON = 0x3b;
const QUOTE = 0x22;
const COMMA = 0x2c;

/** As `serverKey` has it for a plain top Via; undefined where that is written in any other way, which is no sign of a known one. */
export function transactionKey(
  bytes: Uint8Array,
  via: number,
  stop: number,
  method: string,
): string | undefined {
  const end = endOfField(bytes, via, stop);
  let at = bytes[via] === 0x20 ? via + 1 : via;
  if (end < 0 || !standsAt(bytes, at, 'sip/2.0/')) return undefined;
  at = endOfToken(bytes, at + 8, end);
  if (bytes[at] !== 0x20) return undefined;
  const host = at + 1;
  at = endOfHost(bytes, host, end);
  if (at === host) return undefined;
  const name = textOf(bytes, host, at).toLowerCase();
  let port = '';
  if (bytes[at] === COLON) {
    const first = at + 1;
    at = endOfDigits(bytes, first, end);
    if (at === first || at > first + 5 || bytes[first] === 0x30) return undefined;
    port = textOf(bytes, first, at);
  }
  const branch = branchOf(bytes, at, end);
  return branch === undefined ? undefined : `${method} ${name}:${port} ${branch}`;
}

/** The branch among the parameters, where it has the magic cookie and they are plain. */
function branchOf(bytes: Uint8Array, from: number, end: number): string | undefined {
  for (let at = from; at < end && bytes[at] !== QUOTE && bytes[at] !== COMMA; at += 1) {
    if (bytes[at] !== SEMICOLON || !standsAt(bytes, at + 1, 'branch=')) continue;
    const value = at + 8;
    const behind = endOfWord(bytes, value, end);
    const isNamed = behind > value + COOKIE.length && standsAt(bytes, value, COOKIE);
    return isNamed ? textOf(bytes, value, behind) : undefined;
  }
  return undefined;
}

function endOfToken(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && isLetter(bytes[at] ?? 0)) at += 1;
  return at;
}

function endOfDigits(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && (bytes[at] ?? 0) >= 0x30 && (bytes[at] ?? 0) <= 0x39) at += 1;
  return at;
}

/** A name, an IPv4 address, or an IPv6 address in its brackets. */
function endOfHost(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  if (bytes[at] === 0x5b) {
    while (at < end && bytes[at] !== 0x5d && bytes[at] !== SEMICOLON) at += 1;
    return bytes[at] === 0x5d ? at + 1 : from;
  }
  while (at < end && isHost(bytes[at] ?? 0)) at += 1;
  return at;
}

function isHost(octet: number): boolean {
  return isLetter(octet) || (octet >= 0x30 && octet <= 0x39) || octet === 0x2d || octet === 0x2e || octet === 0x5f;
}

function isLetter(octet: number): boolean {
  const small = octet | 0x20;
  return small >= 0x61 && small <= 0x7a;
}

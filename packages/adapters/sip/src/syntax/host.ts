/** Hosts and ports, as Via and URIs have them (RFC 3261, 25.1; 5954 for IPv6). */
import { endOf, HEX, HOST, isIn } from './characters.js';
import { wholeNumber } from './whole-number.js';

/** More characters than an IPv6 address in brackets has. */
const LONGEST = 48;

/** Where a host that begins at `from` ends: a name, an IPv4 address, or an IPv6 one in brackets; -1 where there is none. */
export function endOfHost(text: string, from: number, end = text.length): number {
  if (from >= end) return -1;
  if (text.charCodeAt(from) !== 0x5b) {
    const stop = endOf(text, HOST, from, end);
    return stop === from ? -1 : stop;
  }
  const close = text.slice(from, Math.min(end, from + LONGEST)).indexOf(']');
  return close > 0 && groupsOf(text.slice(from + 1, from + close)) !== undefined
    ? from + close + 1
    : -1;
}

/** The port that the digits from `from` to `end` name, or undefined where they name none. */
export function parsePort(text: string, from: number, end: number): number | undefined {
  const port = end - from > 5 ? undefined : wholeNumber(text, 65_535, from, end);
  return port === 0 ? undefined : port;
}

/** The host in the one form that equals any other of the same: names in lower case, IPv6 addresses written out. */
export function plainHost(host: string): string {
  if (!host.startsWith('[')) return host.toLowerCase();
  const groups = groupsOf(host.slice(1, -1));
  return groups === undefined
    ? host.toLowerCase()
    : `[${groups.map((group) => group.toString(16)).join(':')}]`;
}

/** The eight groups of an IPv6 address; undefined where it is none (RFC 4291, 2.2). */
function groupsOf(address: string): readonly number[] | undefined {
  const halves = address.split('::');
  if (halves.length > 2) return undefined;
  const before = groupsIn(halves[0] ?? '', halves.length === 1);
  const after = halves.length === 1 ? [] : groupsIn(halves[1] ?? '', true);
  if (before === undefined || after === undefined) return undefined;
  const missing = 8 - before.length - after.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  return [...before, ...Array.from({ length: missing }, () => 0), ...after];
}

function groupsIn(text: string, last: boolean): readonly number[] | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    if (last && index === parts.length - 1 && part.includes('.')) {
      const octets = octetsOf(part);
      if (octets === undefined) return undefined;
      const [a = 0, b = 0, c = 0, d = 0] = octets;
      groups.push(a * 256 + b, c * 256 + d);
    } else {
      if (part === '' || part.length > 4 || !isHex(part)) return undefined;
      groups.push(Number.parseInt(part, 16));
    }
  }
  return groups;
}

function octetsOf(address: string): readonly number[] | undefined {
  const parts = address.split('.');
  const octets: number[] = [];
  for (const part of parts) {
    const octet = part.length > 3 ? undefined : wholeNumber(part, 255);
    if (octet === undefined) return undefined;
    octets.push(octet);
  }
  return octets.length === 4 ? octets : undefined;
}

function isHex(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) if (!isIn(text.charCodeAt(at), HEX)) return false;
  return true;
}

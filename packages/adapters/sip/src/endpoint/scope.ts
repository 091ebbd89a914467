/** How far a numeric address reaches: from one machine to the whole Internet (RFC 6890). */
import { addressGroups } from './address-block.js';

/** The narrowest first. `nowhere`: nothing may be sent there at all. */
const SCOPES = ['nowhere', 'loopback', 'link', 'private', 'public'] as const;
type Scope = (typeof SCOPES)[number];

/** How far this address reaches, in whichever way it is written. What is no address leads nowhere. */
function scopeOf(address: string): Scope {
  const groups = addressGroups(address);
  if (groups === undefined) return 'nowhere';
  const [first = 0, , , , , sixth = 0, seventh = 0, eighth = 0] = groups;
  // An IPv4 address, mapped into IPv6 or as it was written before that (RFC 4291, 2.5.5).
  if (groups.slice(0, 5).every((group) => group === 0) && (sixth === 0xffff || sixth === 0)) {
    if (sixth === 0 && seventh === 0) return eighth === 1 ? 'loopback' : 'nowhere';
    return scopeOf4(seventh >> 8, seventh & 0xff);
  }
  if (first >= 0xff00) return 'nowhere'; // multicast
  if ((first & 0xffc0) === 0xfe80) return 'link';
  return (first & 0xfe00) === 0xfc00 ? 'private' : 'public';
}

/** @param a and b are the first two parts of an IPv4 address. */
function scopeOf4(a: number, b: number): Scope {
  if (a === 0 || a >= 224) return 'nowhere'; // unspecified, multicast, broadcast
  if (a === 127) return 'loopback';
  if (a === 169 && b === 254) return 'link';
  const isPrivate =
    a === 10 ||
    (a === 172 && b >= 16 && b < 32) ||
    (a === 192 && b === 168) ||
    (a === 100 && b >= 64 && b < 128);
  return isPrivate ? 'private' : 'public';
}

/**
 * Whether one address reaches less far than another, so that who is seen at the other cannot be meant by the one. Between
 * peers with others between them, a private network is a likely neighbour and counts as public.
 */
export function isNarrower(address: string, than: string, direct: boolean): boolean {
  const [one, other] = [SCOPES.indexOf(scopeOf(address)), SCOPES.indexOf(scopeOf(than))];
  if (!direct && one >= SCOPES.indexOf('private')) return false;
  return one < other || one === 0;
}

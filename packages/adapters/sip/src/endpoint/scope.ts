/** How far a numeric address reaches: from one machine to the whole Internet (RFC 6890). */

/** The narrowest first. `nowhere`: nothing may be sent there at all. */
const SCOPES = ['nowhere', 'loopback', 'link', 'private', 'public'] as const;
type Scope = (typeof SCOPES)[number];

/** How far this address reaches; a name counts as public. */
function scopeOf(address: string): Scope {
  return address.includes(':') ? scopeOf6(address.toLowerCase()) : scopeOf4(address);
}

function scopeOf4(address: string): Scope {
  const [first = '', second = ''] = address.split('.', 2);
  const [a, b] = [Number(first), Number(second)];
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

function scopeOf6(address: string): Scope {
  if (address.startsWith('::ffff:')) return scopeOf4(address.slice(7));
  if (address === '::' || address.startsWith('ff')) return 'nowhere';
  if (address === '::1') return 'loopback';
  if (/^fe[89ab]/.test(address)) return 'link';
  return /^f[cd]/.test(address) ? 'private' : 'public';
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

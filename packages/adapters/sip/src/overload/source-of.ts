/** Who counts as one source: an IPv4 address, or the 64 bits of an IPv6 address that one customer is given (RFC 6177). */

/** `::ffff:192.0.2.7` is an IPv4 address, as a socket for both families tells it (RFC 4291, 2.5.5.2). */
const MAPPED = '::ffff:';
const COLON = 0x3a;
const ZERO = 0x30;

/** The source that a numeric address belongs to, the same text for all of it. */
export function sourceOf(address: string): string {
  if (!address.includes(':')) return address;
  if (address.startsWith(MAPPED) && address.includes('.')) return address.slice(MAPPED.length);
  return prefixOf(address);
}

/** The first four groups of an IPv6 address, without the zeros before a number; a zone is no part of it. */
function prefixOf(address: string): string {
  const gap = address.indexOf('::');
  const groups = address.slice(0, gap < 0 ? address.length : gap).split(':');
  let prefix = '';
  const missing = gap < 0 ? 0 : missingIn(address, gap, groups);
  for (let index = 0; index < 4; index += 1) {
    prefix += `${groupAt(address, groups, gap, missing, index)}:`;
  }
  return `${prefix}:`;
}

/** How many groups the `::` stands for. */
function missingIn(address: string, gap: number, before: readonly string[]): number {
  const zone = address.indexOf('%');
  const after = address.slice(gap + 2, zone < 0 ? address.length : zone);
  return 8 - countIn(before.join(':')) - countIn(after);
}

function countIn(groups: string): number {
  if (groups === '') return 0;
  let count = groups.includes('.') ? 2 : 1;
  for (let at = 0; at < groups.length; at += 1) if (groups.charCodeAt(at) === COLON) count += 1;
  return count;
}

function groupAt(
  address: string,
  before: readonly string[],
  gap: number,
  missing: number,
  index: number,
): string {
  const stated = gap === 0 ? 0 : before.length;
  if (index < stated) return plain(before[index] ?? '');
  if (index < stated + missing) return '0';
  const after = address.slice(gap + 2).split(':');
  return plain(after[index - stated - missing] ?? '');
}

function plain(group: string): string {
  let at = 0;
  while (at < group.length - 1 && group.charCodeAt(at) === ZERO) at += 1;
  return group.slice(at).toLowerCase();
}

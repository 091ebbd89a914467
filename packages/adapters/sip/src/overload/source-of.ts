/** Who counts as one source: an IPv4 address, or the half of an IPv6 address that one network is given (RFC 6177). */

/** How an IPv4 address is told on a socket of both families (RFC 4291, 2.5.5.2). */
const MAPPED = '::ffff:';

/** The source that a numeric address belongs to. */
export function sourceOf(address: string): string {
  if (!address.includes(':')) return address;
  if (address.startsWith(MAPPED) && address.includes('.')) return address.slice(MAPPED.length);
  const [before = '', after] = address.split('::', 2);
  const first = groupsOf(before);
  const last = groupsOf(after ?? '');
  while (after !== undefined && first.length + last.length < 8) first.push('0');
  return [...first, ...last].slice(0, 4).join(':');
}

/** The groups, each as it is written shortest. */
function groupsOf(text: string): string[] {
  if (text === '') return [];
  return text.split(':').map((group) => group.toLowerCase().replace(/^0{1,3}(?=.)/, ''));
}

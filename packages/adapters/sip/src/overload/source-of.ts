/** Who counts as one source: an IPv4 address, or the half of an IPv6 address that one network is given (RFC 6177). */

/** How an IPv4 address is told on a socket of both families (RFC 4291, 2.5.5.2). */
const MAPPED = '::ffff:';
const ZERO = 0x30;
const COLON = 0x3a;

/** The source that a numeric address belongs to. */
export function sourceOf(address: string): string {
  const end = endOfPrefix(address);
  if (end >= 0) return address.slice(0, end);
  if (!address.includes(':')) return address;
  if (address.startsWith(MAPPED) && address.includes('.')) return address.slice(MAPPED.length);
  const [before = '', after] = address.split('::', 2);
  const first = groupsOf(before);
  const last = groupsOf(after ?? '');
  const missing = after === undefined ? 0 : Math.max(0, 8 - first.length - last.length);
  const zeros = Array.from({ length: missing }, () => '0');
  return [...first, ...zeros, ...last].slice(0, 4).join(':');
}

/** Where the first four groups of an IPv6 address end, each being written as the system writes it; else -1. */
function endOfPrefix(address: string): number {
  let groups = 0;
  let start = 0;
  for (let at = 0; at < address.length; at += 1) {
    const code = address.charCodeAt(at);
    if (code === COLON) {
      if (at === start) return -1;
      groups += 1;
      if (groups === 4) return at;
      start = at + 1;
    } else if (isUpperCase(code) || (at > start && address.charCodeAt(start) === ZERO)) return -1;
  }
  return -1;
}

function isUpperCase(code: number): boolean {
  return code >= 0x41 && code <= 0x5a;
}

/** The groups, each as the system writes it (RFC 5952, 4). */
function groupsOf(text: string): string[] {
  if (text === '') return [];
  return text.split(':').map((group) => group.toLowerCase().replace(/^0{1,3}(?=.)/, ''));
}

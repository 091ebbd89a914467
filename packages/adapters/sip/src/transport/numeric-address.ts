/** Hosts that are addresses already and need no look-up. */

/** The numeric address that a URI's host is, IPv6 without its brackets; undefined for a name. */
export function numericAddress(host: string): string | undefined {
  if (host.startsWith('[')) return host.endsWith(']') ? host.slice(1, -1) : undefined;
  if (host.includes(':')) return host;
  const parts = host.split('.', 5);
  return parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)
    ? host
    : undefined;
}

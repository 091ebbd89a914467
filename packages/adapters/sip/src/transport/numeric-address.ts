/** Hosts that are addresses already and need no look-up. */

/** The numeric address that a URI's host is, IPv6 without its brackets; undefined for a name. */
export function numericAddress(host: string): string | undefined {
  if (host.includes(':')) {
    if (host.startsWith('[')) return host.endsWith(']') ? host.slice(1, -1) : undefined;
    return host;
  }
  const parts = host.split('.', 5);
  // A leading zero means octal to some: what we take for one address must not be another one to the system.
  return parts.length === 4 &&
    parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)
    ? host
    : undefined;
}

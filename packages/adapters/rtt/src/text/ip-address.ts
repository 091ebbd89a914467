/** IP addresses as descriptions write them, in the one form that sockets tell them in. */

/** The address in the form of sockets; undefined for names, and where nobody in particular is meant (multicast, any). */
export function ipAddress(written: string | undefined): string | undefined {
  if (written === undefined || written.length > 45) return undefined;
  if (!written.includes(':')) return isUnicast4(written) ? written : undefined;
  // Whatever else may stand in a URL would make another one of it.
  if (!/^[\da-f:.]+$/i.test(written)) return undefined;
  const url = `http://[${written}]`;
  if (!URL.canParse(url)) return undefined;
  const address = new URL(url).hostname.slice(1, -1);
  return address === '::' || address.startsWith('ff') ? undefined : address;
}

function isUnicast4(written: string): boolean {
  const parts = written.split('.');
  const numbers = parts.map(Number);
  const [first = 0] = numbers;
  return (
    parts.length === 4 &&
    parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part)) &&
    numbers.every((number) => number <= 255) &&
    first > 0 &&
    first < 224
  );
}

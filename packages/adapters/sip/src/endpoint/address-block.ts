/** A block of numeric addresses, as operators write it: `10.0.0.0/8`, `2001:db8::/32`, or one address (RFC 4632, 3.1; RFC 4291, 2.3). */

const DOT = 0x2e;
const ZERO = 0x30;
const COLON = ':';
const FULL4 = 32;
const FULL6 = 128;
/** How an IPv4 address is told on a socket of both families (RFC 4291, 2.5.5.2): the first six groups. */
const MAPPED = [0, 0, 0, 0, 0, 0xffff];

/** A block of numeric addresses. */
export class AddressBlock {
  readonly #groups: readonly number[];
  readonly #bits: number;

  private constructor(groups: readonly number[], bits: number) {
    this.#groups = groups;
    this.#bits = bits;
  }

  /** The block that a text names; undefined where it names none, or where bits stand behind the length that it gives. */
  static from(text: string): AddressBlock | undefined {
    const slash = text.indexOf('/');
    const address = slash < 0 ? text : text.slice(0, slash);
    const groups = addressGroups(address);
    if (groups === undefined) return undefined;
    const full = address.includes(COLON) ? FULL6 : FULL4;
    const length = slash < 0 ? full : lengthOf(text.slice(slash + 1), full);
    if (length === undefined) return undefined;
    const bits = FULL6 - full + length;
    // Whoever writes 10.1.2.3/8 means either more or less than that.
    return groups.every((group, index) => (group & ~maskOf(index, bits)) === 0)
      ? new AddressBlock(groups, bits)
      : undefined;
  }

  /** @param groups of an address, as `addressGroups` has them. */
  contains(groups: readonly number[]): boolean {
    for (let index = 0; index * 16 < this.#bits; index += 1) {
      const differs =
        ((groups[index] ?? 0) ^ (this.#groups[index] ?? 0)) & maskOf(index, this.#bits);
      if (differs !== 0) return false;
    }
    return true;
  }
}

/** The eight groups of a numeric address, an IPv4 one mapped into IPv6; undefined where the text is none. A zone is left out. */
export function addressGroups(address: string): readonly number[] | undefined {
  if (!address.includes(COLON)) {
    const pair = groups4(address);
    return pair && [...MAPPED, ...pair];
  }
  if (address.length > 60) return undefined;
  const zone = address.indexOf('%');
  const [before = '', after, more] = (zone < 0 ? address : address.slice(0, zone)).split('::', 3);
  if (more !== undefined) return undefined;
  const first = groups6(before, after === undefined);
  const last = after === undefined ? [] : groups6(after, true);
  if (first === undefined || last === undefined) return undefined;
  const missing = 8 - first.length - last.length;
  // RFC 4291, 2.2: `::` stands for one group or more.
  if (after === undefined ? missing !== 0 : missing < 1) return undefined;
  return [...first, ...Array.from({ length: missing }, () => 0), ...last];
}

/** @param ends whether the address ends here, so that an IPv4 address may stand at its end. */
function groups6(text: string, ends: boolean): number[] | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(COLON);
  for (const [index, part] of parts.entries()) {
    if (part.includes('.')) {
      const pair = ends && index === parts.length - 1 ? groups4(part) : undefined;
      if (pair === undefined) return undefined;
      groups.push(...pair);
    } else if (/^[0-9A-Fa-f]{1,4}$/.test(part)) groups.push(Number.parseInt(part, 16));
    else return undefined;
  }
  return groups;
}

/** The two groups of an IPv4 address. Every request may be asked for them, so they are read without making anything else. */
function groups4(text: string): readonly [number, number] | undefined {
  let value = 0;
  let part = 0;
  let digits = 0;
  let dots = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    const digit = code - ZERO;
    if (code === DOT) {
      if (digits === 0) return undefined;
      value = value * 256 + part;
      part = 0;
      digits = 0;
      dots += 1;
    } else if (digit >= 0 && digit <= 9) {
      // A leading zero means octal to some and nothing to others.
      if (digits > 0 && part === 0) return undefined;
      part = part * 10 + digit;
      digits += 1;
      if (part > 255) return undefined;
    } else return undefined;
  }
  if (dots !== 3 || digits === 0) return undefined;
  value = value * 256 + part;
  return [Math.floor(value / 0x1_0000), value % 0x1_0000];
}

function lengthOf(text: string, full: number): number | undefined {
  if (!/^\d{1,3}$/.test(text)) return undefined;
  const length = Number(text);
  return length <= full ? length : undefined;
}

/** The bits of this group that count where so many of an address do. */
function maskOf(index: number, bits: number): number {
  const here = Math.min(Math.max(bits - index * 16, 0), 16);
  return (0xffff << (16 - here)) & 0xffff;
}

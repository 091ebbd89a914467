/** What a certificate says of its owner that SIP's own reading of it leaves out (RFC 5280, 4.1; RFC 8226, 9). */
import { derParts, derValues, type DerValue } from './der.js';

const BOOLEAN = 0x01;
const INTEGER = 0x02;
const OCTETS = 0x04;
const OBJECT = 0x06;
const IA5 = 0x16;
const SEQUENCE = 0x30;
/** The extensions of a certificate, of context 3. */
const EXTENSIONS = 0xa3;
const PROVIDER = 0xa0;
const RANGE = 0xa1;
const ONE = 0xa2;

/** id-pe-TNAuthList: 1.3.6.1.5.5.7.1.26. */
const AUTHORIZED_NUMBERS = '2b0601050507011a';
/** Signatures that are strong enough, by algorithm: ECDSA and RSA with SHA-2, RSA-PSS, Ed25519. */
const STRONG = new Set([
  '2a8648ce3d040302',
  '2a8648ce3d040303',
  '2a8648ce3d040304',
  '2a864886f70d01010b',
  '2a864886f70d01010c',
  '2a864886f70d01010d',
  '2a864886f70d01010a',
  '2b6570',
]);

/** The telephone numbers that a certificate is for. */
export interface AuthorizedNumbers {
  /** Whether it is that of a provider, whose numbers its authority knows and we do not. */
  readonly provider: boolean;
  /** The first number of each range, and how many it has. */
  readonly ranges: readonly { readonly first: string; readonly count: number }[];
}

/** The numbers that this certificate is for; `none`: it says nothing of numbers; undefined: what it says cannot be read. */
export function authorizedNumbersOf(
  certificate: Uint8Array,
): AuthorizedNumbers | 'none' | undefined {
  const [signed] = derParts(certificate, SEQUENCE) ?? [];
  const parts = signed === undefined ? undefined : derValues(signed.content);
  if (parts === undefined) return undefined;
  const extensions = parts.find(({ tag }) => tag === EXTENSIONS);
  if (extensions === undefined) return 'none';
  const list = derParts(extensions.content, SEQUENCE);
  if (list === undefined) return undefined;
  for (const extension of list) {
    const [name, ...rest] = derValues(extension.content) ?? [];
    if (name?.tag !== OBJECT || hex(name.content) !== AUTHORIZED_NUMBERS) continue;
    const value = rest.find(({ tag }) => tag !== BOOLEAN);
    return value?.tag === OCTETS ? numbersOf(value.content) : undefined;
  }
  return 'none';
}

/** Whether the certificate is signed by an algorithm that is strong enough. */
export function isStronglySigned(certificate: Uint8Array): boolean {
  const [, algorithm] = derParts(certificate, SEQUENCE) ?? [];
  const [name] = algorithm === undefined ? [] : (derValues(algorithm.content) ?? []);
  return name?.tag === OBJECT && STRONG.has(hex(name.content));
}

/** Whether it is for this number, in the form in which it is signed. */
export function isFor({ provider, ranges }: AuthorizedNumbers, number: string): boolean {
  return provider || ranges.some(({ first, count }) => isWithin(number, first, count));
}

function isWithin(number: string, first: string, count: number): boolean {
  if (number === first) return true;
  if (number.length !== first.length || !/^\d+$/.test(number) || !/^\d+$/.test(first)) return false;
  // At most 15 digits: exact.
  const distance = Number(number) - Number(first);
  return distance >= 0 && distance < count;
}

function numbersOf(list: Uint8Array): AuthorizedNumbers | undefined {
  const entries = derParts(list, SEQUENCE);
  if (entries === undefined || entries.length === 0) return undefined;
  let provider = false;
  const ranges: { first: string; count: number }[] = [];
  for (const { tag, content } of entries) {
    const [value, ...more] = derValues(content) ?? [];
    if (value === undefined || more.length > 0) return undefined;
    if (tag === PROVIDER) provider = true;
    else if (tag === ONE) ranges.push({ first: textOf(value), count: 1 });
    else if (tag === RANGE) {
      const [first, count] = derValues(value.content) ?? [];
      if (value.tag !== SEQUENCE || first === undefined || count?.tag !== INTEGER) return undefined;
      ranges.push({ first: textOf(first), count: numberOf(count) });
    } else return undefined;
  }
  return { provider, ranges };
}

/** Empty where it is no text, so that it is no number either. */
function textOf({ tag, content }: DerValue): string {
  return tag === IA5 ? String.fromCharCode(...content.subarray(0, 32)) : '';
}

/** Nothing where it is beyond all numbers that there are. */
function numberOf({ content }: DerValue): number {
  if (content.length > 7) return 0;
  let number = 0;
  for (const octet of content) number = number * 256 + octet;
  return number;
}

function hex(octets: Uint8Array): string {
  return Array.from(octets.subarray(0, 32), (octet) => octet.toString(16).padStart(2, '0')).join(
    '',
  );
}

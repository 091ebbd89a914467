/** The order in which records of the DNS are to be tried. */
import type { Chance } from '@usher/core/adapter';

import type { PointerRecord, ServiceRecord } from './resolver.js';

/** NAPTR records in the order in which they count (RFC 3403, 4.1). */
export function inOrderOfPointers(records: readonly PointerRecord[]): readonly PointerRecord[] {
  return records.toSorted((a, b) => a.order - b.order || a.preference - b.preference);
}

/** SRV records by priority; among equals chance decides, in proportion to their weights (RFC 2782). */
export function inOrderOfServices(
  records: readonly ServiceRecord[],
  chance: Chance,
): readonly ServiceRecord[] {
  // A weight of zero comes first, so that it has a small chance to be drawn before others.
  const left = records.toSorted((a, b) => a.priority - b.priority || a.weight - b.weight);
  const ordered: ServiceRecord[] = [];
  for (let first = left[0]; first !== undefined; first = left[0]) {
    const { priority } = first;
    const end = left.findIndex((record) => record.priority !== priority);
    const equals = end < 0 ? left : left.slice(0, end);
    const sum = equals.reduce((total, { weight }) => total + weight, 0);
    let draw = below(sum + 1, chance);
    const drawn = Math.max(
      0,
      equals.findIndex(({ weight }) => (draw -= weight) <= 0),
    );
    ordered.push(...left.splice(drawn, 1));
  }
  return ordered;
}

/** A whole number from 0 up to, but not, `bound`; 32 bits are enough for the sum of 16 weights of 16 bits. */
function below(bound: number, chance: Chance): number {
  let number = 0;
  for (const octet of chance.octets(4)) number = number * 256 + octet;
  return Math.floor((number / 2 ** 32) * bound);
}

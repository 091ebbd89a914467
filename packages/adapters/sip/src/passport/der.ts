/** Reads DER, as far as the certificates of signers need it (X.690, 8.1, 10.1). */

const LONG = 0x80;

/** One value with its tag. */
export interface DerValue {
  readonly tag: number;
  /** What stands behind tag and length. */
  readonly content: Uint8Array;
}

/** The values that fill these octets, one behind the other; undefined where they are no DER. */
export function derValues(octets: Uint8Array): readonly DerValue[] | undefined {
  const values: DerValue[] = [];
  let at = 0;
  while (at < octets.length) {
    const tag = octets[at] ?? 0;
    const first = octets[at + 1];
    // Tags of several octets stand in no part of a certificate that is looked at here.
    if (first === undefined || (tag & 0x1f) === 0x1f) return undefined;
    at += 2;
    let length = first;
    if (first >= LONG) {
      const count = first - LONG;
      if (count === 0 || count > 3 || at + count > octets.length) return undefined;
      length = 0;
      for (const octet of octets.subarray(at, at + count)) length = length * 256 + octet;
      at += count;
    }
    if (at + length > octets.length) return undefined;
    values.push({ tag, content: octets.subarray(at, at + length) });
    at += length;
  }
  return values;
}

/** The one value that fills these octets and has this tag, taken apart; undefined where there is none. */
export function derParts(octets: Uint8Array, tag: number): readonly DerValue[] | undefined {
  const [only, ...more] = derValues(octets) ?? [];
  return only?.tag === tag && more.length === 0 ? derValues(only.content) : undefined;
}

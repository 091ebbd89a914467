/** What digest authentication computes with. It is handed in, so that all else here needs no library. */
import type { DigestAlgorithm } from './digest-algorithm.js';

/** Hashes, a message authentication code, and a comparison that tells nothing by its time. */
export interface DigestHash {
  /** The digest in lower-case hexadecimal digits; text is hashed as UTF-8. */
  hash(algorithm: DigestAlgorithm, data: string | Uint8Array): string;
  /** A message authentication code (RFC 2104) of 132 bits or more, in letters, digits, `-` and `_`. */
  mac(key: Uint8Array, text: string): string;
  /** Whether both are the same, in a time that depends on their lengths alone. */
  equal(a: string, b: string): boolean;
}

/** The hash algorithms of digest authentication that are known here (RFC 7616, 6.1; RFC 8760, 2.1). */
import { endOf, HEX } from '../syntax/characters.js';

/** Their names, and how many hexadecimal digits a digest of each has. The `-sess` forms are not among them. */
const DIGITS = { 'SHA-256': 64, 'SHA-512-256': 64, MD5: 32 } as const;

/** An algorithm by its name. `MD5` is broken, and only used where somebody asked for it. */
export type DigestAlgorithm = keyof typeof DIGITS;

const BY_NAME: ReadonlyMap<string, DigestAlgorithm> = new Map([
  ['sha-256', 'SHA-256'],
  ['sha-512-256', 'SHA-512-256'],
  ['md5', 'MD5'],
]);

/** The algorithm that a parameter names, in any case; MD5 where there is no parameter (RFC 7616, 3.3); undefined: unknown. */
export function digestAlgorithm(name: string | undefined): DigestAlgorithm | undefined {
  return name === undefined ? 'MD5' : BY_NAME.get(name.toLowerCase());
}

/** Whether the text could be a digest by this algorithm, in lower case (RFC 8760, 2.2). */
export function isDigest(text: string, algorithm: DigestAlgorithm): boolean {
  return (
    text.length === DIGITS[algorithm] &&
    endOf(text, HEX, 0) === text.length &&
    text === text.toLowerCase()
  );
}

/** Who we are to those who ask for a password, as a configuration has it. */
import type { DigestAlgorithm } from './digest-algorithm.js';

/** Who we are to a realm. */
export interface Account {
  readonly username: string;
  readonly password: string;
  /** The one realm that this is for; any realm unless given, so that whoever is asked may try to guess the password. */
  readonly realm?: string | undefined;
  /** The algorithms that are allowed; `SHA-256` and `SHA-512-256` unless given. Name `MD5` to allow it. */
  readonly algorithms?: readonly DigestAlgorithm[] | undefined;
}

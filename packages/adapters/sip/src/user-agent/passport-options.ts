/** How the PASSporTs of those who come are dealt with. */
import { AddressPattern } from '@usher/core';

import type { PassportVerifier } from '../passport/passport-verifier.js';

/** Which PASSporTs are looked for, and which of them are for us. */
export interface PassportRules {
  /** Whether whoever has no proof of their own has to bring one (428); not unless given. */
  readonly required?: boolean | undefined;
  /** Patterns of the addresses that are ours: one that was signed for others is refused. Any is ours unless given. */
  readonly addresses?: readonly string[] | undefined;
}

/** How the PASSporTs of those who come are dealt with (RFC 8224). */
export interface PassportOptions extends PassportRules {
  readonly verifier: PassportVerifier;
}

/** The same, once it was read. */
export interface Passports {
  readonly verifier: PassportVerifier;
  readonly required: boolean;
  readonly ours: readonly AddressPattern[] | undefined;
}

/** @throws LocalProtocolError `bad-pattern`. */
export function passportsOf({ verifier, required, addresses }: PassportOptions): Passports {
  const ours = addresses?.map((pattern) => AddressPattern.parse(pattern));
  return { verifier, required: required === true, ours };
}

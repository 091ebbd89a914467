/** Whether what a PASSporT says fits the request that it came with (RFC 8224, 6.2). Who signed it is asked elsewhere. */
import type { Address, AddressPattern, Instant, RemoteProtocolError } from '@usher/core';

import { toAddress } from '../syntax/uri.js';
import { addressClaimed } from './claimed.js';
import type { Passport, Signed } from './passport.js';
import { invalid, stale } from './passport-faults.js';
import { SeenPassports } from './seen-passports.js';
import { telephoneNumberIn } from './telephone-number.js';

/** RFC 8224, 12.1: how old a signature may be, or how far ahead of our clock. */
const FRESH = 60_000;

/** What a request says of itself. */
export interface Presented extends Signed {
  /** The URI that a trusted peer asserts, where there is one. */
  readonly asserted: string | undefined;
}

/** Whom a PASSporT is about. */
export interface About {
  readonly address: Address;
  /** Whether that is the one whom a trusted peer asserts; else it is the one of From. */
  readonly asserted: boolean;
}

/** Whether what a PASSporT says fits the request that it came with. */
export class PassportJudge {
  readonly #ours: readonly AddressPattern[] | undefined;
  readonly #seen = new SeenPassports(2 * FRESH);

  /** @param ours the addresses that are ours: what was signed for others was not meant for us. All are, where it is undefined. */
  constructor(ours?: readonly AddressPattern[]) {
    this.#ours = ours;
  }

  /** How many PASSporTs are remembered. */
  get size(): number {
    return this.#seen.size;
  }

  /** When to call `elapse`; undefined while none is remembered. */
  get deadline(): Instant | undefined {
    return this.#seen.deadline;
  }

  /** Forgets those that are too old to be taken again. */
  elapse(now: Instant): void {
    this.#seen.elapse(now);
  }

  /** Whom it is about; or why it does not fit. */
  judge(passport: Passport, presented: Presented, now: Instant): About | RemoteProtocolError {
    const { iat, orig, dest } = passport;
    const { from, to, date, asserted } = presented;
    if (!isFresh(iat, now) || (date !== undefined && !isFresh(date, now))) {
      return stale('it was signed more than a minute ago, or ahead');
    }
    if (this.#seen.has(passport.signature)) return stale('it was used before');
    if (!dest.some((one) => addressClaimed(one, to) !== undefined)) {
      return invalid('it was signed for somebody else than To');
    }
    if (!this.#isOurs(to)) return invalid('it was signed for nobody here');
    // RFC 8588, 5.1: what a proxy asserts goes before From.
    const known = asserted === undefined ? undefined : addressClaimed(orig, asserted);
    if (known !== undefined) return { address: known, asserted: true };
    const address = addressClaimed(orig, from);
    if (address === undefined) return invalid('it is about somebody else than From');
    return { address, asserted: false };
  }

  /** Its signature holds, and it was taken; false where it has been taken meanwhile. */
  take(passport: Passport, now: Instant): boolean {
    return this.#seen.take(passport.signature, passport.iat * 1_000, now);
  }

  #isOurs(to: string): boolean {
    const ours = this.#ours;
    if (ours === undefined) return true;
    const addresses = [toAddress(to), telephoneNumberIn(to)?.address];
    return addresses.some(
      (address) => address !== undefined && ours.some((pattern) => pattern.matches(address)),
    );
  }
}

function isFresh(seconds: number, now: Instant): boolean {
  return Math.abs(now - seconds * 1_000) <= FRESH;
}

/** Telephone numbers in URIs, in the one form in which they are signed (RFC 8224, 8.1 to 8.3). */
import { Address } from '@usher/core';

/** RFC 8226, 9: as many characters as a number in a certificate may have. */
const LONGEST = 15;
const SEPARATORS = /[-.() ]/g;
const NUMBER = /^[0-9*#]+$/;

/** A telephone number that stands in a URI. */
export interface TelephoneNumber {
  /** Digits, `*` and `#`: neither a plus sign nor what only parts them for the eye. */
  readonly digits: string;
  /** As an address: with a plus sign where it was written with one, and so counts as the same all over the world. */
  readonly address: Address;
  /** Whether it can be nothing but a telephone number. Else it is the name of a user that looks like one. */
  readonly certain: boolean;
}

/** The telephone number that a URI has; undefined where it has none. */
export function telephoneNumberIn(uri: string): TelephoneNumber | undefined {
  const address = Address.from(uri);
  if (address === undefined) return undefined;
  const { scheme, user } = address;
  if (scheme !== 'tel' && scheme !== 'sip' && scheme !== 'sips') return undefined;
  const plain = unescaped(user);
  // RFC 3261, 19.1.6: the parameters of a number stand in the user part of a SIP URI.
  const end = plain.indexOf(';');
  const written = end < 0 ? plain : plain.slice(0, end);
  const digits = canonicalNumber(written);
  if (digits === undefined) return undefined;
  const isGlobal = written.startsWith('+');
  const named = Address.from(`tel:${isGlobal ? '+' : ''}${digits}`);
  if (named === undefined) return undefined;
  // RFC 8224, 8.1: a plus sign, or the parameter, says that it is one.
  const certain = scheme === 'tel' || isGlobal || /[;]user=phone(?:[;?]|$)/i.test(uri);
  return { digits, address: named, certain };
}

/** A number as it is signed (RFC 8224, 8.3); undefined where the text is none. What is no global number is left as it is. */
export function canonicalNumber(text: string): string | undefined {
  const digits = (text.startsWith('+') ? text.slice(1) : text).replaceAll(SEPARATORS, '');
  return digits.length <= LONGEST && NUMBER.test(digits) ? digits : undefined;
}

function unescaped(user: string): string {
  if (!user.includes('%')) return user;
  try {
    return decodeURIComponent(user);
  } catch {
    return user;
  }
}

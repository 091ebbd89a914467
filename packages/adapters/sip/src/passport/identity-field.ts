/** The header field Identity: a PASSporT, and where to find the certificate that it was signed with (RFC 8224, 4). */
import { RemoteProtocolError } from '@usher/core';

import { parseParameters } from '../syntax/parameters.js';
import { invalid, unacquired } from './passport-faults.js';

/** The header field Identity. */
export interface IdentityField {
  /** Header, claims and signature with dots between; of the compact form the former two are empty (RFC 8225, 7). */
  readonly token: string;
  /** Where the certificate is. */
  readonly info: string;
  /** As written; ES256 is meant where there is none. */
  readonly algorithm: string | undefined;
  /** The extension that the PASSporT is of, in lower case. */
  readonly extension: string | undefined;
}

/** What the value says; or why it says nothing. */
export function parseIdentityField(text: string): IdentityField | RemoteProtocolError {
  const semicolon = text.indexOf(';');
  if (semicolon < 0) return unacquired('an Identity says in `info` where its certificate is');
  const token = text.slice(0, semicolon).trim();
  try {
    // A URI may have semicolons, and stands in angle brackets, which other parameters know nothing of.
    const opening = text.indexOf('<', semicolon);
    const closing = opening < 0 ? -1 : text.indexOf('>', opening);
    if (closing < 0) return unacquired('`info` is a URI in angle brackets');
    const name = text.slice(0, opening).lastIndexOf(';');
    if (!/^;\s{0,8}info\s{0,8}=\s{0,8}$/i.test(text.slice(name, opening))) {
      return unacquired('`info` is a URI in angle brackets');
    }
    const before = parseParameters(text, undefined, semicolon, name);
    const after = parseParameters(text, undefined, closing + 1);
    for (const one of after.keys()) {
      if (before.has(one) || one === 'info') return invalid('a parameter of Identity came twice');
    }
    const parameter = (one: string): string | undefined => before.get(one) ?? after.get(one);
    return {
      token,
      info: text.slice(opening + 1, closing),
      algorithm: parameter('alg'),
      extension: parameter('ppt')?.toLowerCase(),
    };
  } catch (error) {
    // What it quotes is not said: it belongs into no log.
    if (error instanceof RemoteProtocolError)
      return invalid('a parameter of Identity is malformed');
    throw error;
  }
}

/** What a peer says once it has let us in: the value of Authentication-Info (RFC 3261, 20.6; RFC 7616, 3.5). */
import { RemoteProtocolError } from '@usher/core';

import { parseAuthParameters } from './auth-parameters.js';

/** What a peer says once it has let us in. */
export interface AuthenticationInfo {
  /** The nonce that it wants next. */
  readonly nextnonce: string | undefined;
  /** Its proof that it knows the password, too. */
  readonly rspauth: string | undefined;
  /** The quality of that proof, in lower case. */
  readonly qop: string | undefined;
}

/** What the value says, or `bad-authentication-info`, why it says nothing. */
export function parseAuthenticationInfo(text: string): AuthenticationInfo | RemoteProtocolError {
  try {
    const parameters = parseAuthParameters(text, 'bad-authentication-info');
    return {
      nextnonce: parameters.get('nextnonce'),
      rspauth: parameters.get('rspauth'),
      qop: parameters.get('qop')?.toLowerCase(),
    };
  } catch (error) {
    if (error instanceof RemoteProtocolError) return error;
    throw error;
  }
}

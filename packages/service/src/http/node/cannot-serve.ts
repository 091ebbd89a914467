/** Why HTTP cannot be served at a place. */
import { LocalProtocolError } from '@usher/core';

import type { HttpPlace } from '../../config/http-place.js';
import { hostAndPort } from '../../config/listen.js';
import { errorCode } from '../../text/error-code.js';

/** `port-in-use`, `port-forbidden` or `cannot-listen`. */
export function cannotServe(at: HttpPlace, cause: unknown): LocalProtocolError {
  const place = `http ${hostAndPort(at)}`;
  const code = errorCode(cause);
  if (code === 'EADDRINUSE') {
    const message = `${place} is in use already; stop what listens there, or take another port`;
    return new LocalProtocolError('port-in-use', message, { cause });
  }
  if (code === 'EACCES') {
    const message = `${place} may not be used by this process; take a port above 1023`;
    return new LocalProtocolError('port-forbidden', message, { cause });
  }
  const seen = cause instanceof Error ? cause.message : String(cause);
  return new LocalProtocolError('cannot-listen', `cannot listen at ${place}: ${seen}`, { cause });
}

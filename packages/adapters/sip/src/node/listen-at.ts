/** A place to listen at. */
import { LocalProtocolError } from '@usher/core';

import type { Secured } from './secured.js';

/** A transport, a numeric address of ours and a port; 0 is any port that is free. */
export interface ListenAt {
  readonly transport: 'udp' | 'tcp' | 'tls' | 'ws' | 'wss';
  readonly address: string;
  readonly port: number;
  /** Must be there for `tls` and `wss`. */
  readonly secured?: Secured | undefined;
}

/**
 * Why we cannot listen there: `port-in-use`, `port-forbidden` or `cannot-listen`.
 * An IPv6 address is written in brackets, as in a URI.
 */
export function cannotListen(
  { transport, address, port }: ListenAt,
  cause: unknown,
): LocalProtocolError {
  const place = `${transport} ${address.includes(':') ? `[${address}]` : address}:${port}`;
  const code =
    typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  if (code === 'EADDRINUSE') {
    return new LocalProtocolError(
      'port-in-use',
      `${place} is in use already; stop what listens there, or take another port`,
      { cause },
    );
  }
  if (code === 'EACCES') {
    return new LocalProtocolError(
      'port-forbidden',
      `${place} may not be used by this process; take a port above 1023`,
      { cause },
    );
  }
  const seen = cause instanceof Error ? cause.message : String(cause);
  return new LocalProtocolError('cannot-listen', `cannot listen at ${place}: ${seen}`, { cause });
}

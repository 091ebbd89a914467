/** The two ends of a socket. */
import type { Socket } from 'node:net';

import type { SocketAddress } from '@usher/core/adapter';

/** The two ends of a connected socket; undefined where it is gone again. */
export function endsOf(
  socket: Socket,
): { readonly remote: SocketAddress; readonly local: SocketAddress } | undefined {
  const { remoteAddress, remotePort, localAddress, localPort } = socket;
  if (remoteAddress === undefined || remotePort === undefined) return undefined;
  if (localAddress === undefined || localPort === undefined) return undefined;
  return {
    remote: { address: remoteAddress, port: remotePort },
    local: { address: localAddress, port: localPort },
  };
}

/** Makes a server of connections listen. */
import type { Server } from 'node:net';

import type { SocketAddress } from '@usher/core/adapter';

import { cannotListen, type ListenAt } from './listen-at.js';

/**
 * Makes it listen, and tells where it does.
 * @throws LocalProtocolError as `cannotListen` has it.
 */
export async function listen(server: Server, at: ListenAt): Promise<SocketAddress> {
  await new Promise<void>((resolve, refuse) => {
    server.once('error', (error) => refuse(cannotListen(at, error)));
    server.listen({ host: at.address, port: at.port, ipv6Only: true, exclusive: true }, resolve);
  });
  server.removeAllListeners('error');
  // A connection that could not be taken, for want of descriptors say, is the loss of whoever wanted it.
  server.on('error', () => undefined);
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw cannotListen(at, 'it has no port');
  return { address: bound.address, port: bound.port };
}

/** A listening TLS socket (RFC 3261, 26.2.1). */
import type { Socket } from 'node:net';
import { createServer, type Server } from 'node:tls';

import type { FlowIdentity, SocketAddress } from '@usher/core/adapter';

import { KEEP_ALIVE } from './connection.js';
import { endsOf } from './ends-of.js';
import type { Gate } from './gate.js';
import { listen } from './listen.js';
import type { ListenAt } from './listen-at.js';
import type { SecurePlace } from './secure-place.js';

/** A listening TLS socket. */
export class TlsListener {
  readonly local: SocketAddress;
  readonly #server: Server;

  private constructor(server: Server, local: SocketAddress) {
    this.#server = server;
    this.local = local;
  }

  /** @throws LocalProtocolError as `cannotListen` has it. */
  static async open(
    at: ListenAt,
    secure: SecurePlace,
    gate: Gate,
    accept: (
      socket: Socket,
      remote: SocketAddress,
      local: SocketAddress,
      identity?: FlowIdentity,
    ) => void,
  ): Promise<TlsListener> {
    const server = createServer({ ...secure.options, ...KEEP_ALIVE, noDelay: true });
    gate.guard(server, 'tls');
    secure.keep(server, 'tls');
    server.on('secureConnection', (socket) => {
      const ends = endsOf(socket);
      if (ends === undefined) socket.destroy();
      else accept(socket, ends.remote, ends.local, secure.identityOf(socket, 'tls', ends.remote));
    });
    return new TlsListener(server, await listen(server, at));
  }

  /** Takes no more connections; those that there are go on. */
  close(): void {
    this.#server.close();
  }
}

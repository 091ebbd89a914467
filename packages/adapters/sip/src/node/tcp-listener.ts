/** A listening TCP socket. */
import { createServer, type Server, type Socket } from 'node:net';

import type { SocketAddress } from '@usher/core/adapter';

import { KEEP_ALIVE } from './connection.js';
import { endsOf } from './ends-of.js';
import type { Gate } from './gate.js';
import { listen } from './listen.js';
import type { ListenAt } from './listen-at.js';

/** A listening TCP socket. */
export class TcpListener {
  readonly local: SocketAddress;
  readonly #server: Server;

  private constructor(server: Server, local: SocketAddress) {
    this.#server = server;
    this.local = local;
  }

  /** @throws LocalProtocolError as `cannotListen` has it. */
  static async open(
    at: ListenAt,
    gate: Gate,
    accept: (socket: Socket, remote: SocketAddress, local: SocketAddress) => void,
  ): Promise<TcpListener> {
    // A peer may close its end and still wait for answers.
    const server = createServer({ ...KEEP_ALIVE, allowHalfOpen: true, noDelay: true });
    gate.guard(server, 'tcp');
    server.on('connection', (socket) => {
      if (socket.destroyed) return;
      const ends = endsOf(socket);
      if (ends === undefined) socket.destroy();
      else accept(socket, ends.remote, ends.local);
    });
    return new TcpListener(server, await listen(server, at));
  }

  /** Takes no more connections; those that there are go on. */
  close(): void {
    this.#server.close();
  }
}

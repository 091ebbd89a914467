/** A WebSocket server, by TLS or without, that speaks the subprotocol `sip` and nothing else (RFC 7118, 4). */
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http';
import { createServer as createSecureServer, Server as SecureServer } from 'node:https';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';

import type { FlowIdentity, SocketAddress } from '@usher/core/adapter';
import { type WebSocket, WebSocketServer } from 'ws';

import { KEEP_ALIVE } from './connection.js';
import { endsOf } from './ends-of.js';
import type { Gate } from './gate.js';
import { listen } from './listen.js';
import type { ListenAt } from './listen-at.js';
import type { SecurePlace } from './secure-place.js';

/** How a WebSocket server guards itself. */
export interface WsGuard {
  readonly gate: Gate;
  /** The most octets of a message; beyond, the connection is closed with 1009. */
  readonly message: number;
  /** The pages that may connect, such as `https://example.com`. What is no browser sends no Origin, and is let in. */
  readonly origins: readonly string[];
  /** Absent without TLS. */
  readonly secure?: SecurePlace | undefined;
}

/** Milliseconds that a peer has to say what it wants. */
const PATIENCE = 10_000;
const HEADERS = 8_192;
const HTTP: ServerOptions = {
  ...KEEP_ALIVE,
  noDelay: true,
  maxHeaderSize: HEADERS,
  headersTimeout: PATIENCE,
  requestTimeout: PATIENCE,
  connectionsCheckingInterval: PATIENCE / 2,
};

/** A WebSocket server. */
export class WsListener {
  readonly local: SocketAddress;
  readonly #server: Server | SecureServer;

  private constructor(server: Server | SecureServer, local: SocketAddress) {
    this.#server = server;
    this.local = local;
  }

  /** @throws LocalProtocolError as `cannotListen` has it. */
  static async open(
    at: ListenAt,
    guard: WsGuard,
    accept: (
      socket: WebSocket,
      remote: SocketAddress,
      local: SocketAddress,
      identity?: FlowIdentity,
    ) => void,
  ): Promise<WsListener> {
    const { gate, secure } = guard;
    const server =
      secure === undefined
        ? createServer(HTTP)
        : createSecureServer({ ...HTTP, ...secure.options });
    gate.guard(server, at.transport);
    if (secure !== undefined && server instanceof SecureServer) secure.keep(server, at.transport);
    const upgrade = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: guard.message,
      handleProtocols: () => 'sip',
    });
    server.on('request', (_request: IncomingMessage, response: ServerResponse) => {
      response.writeHead(426, { Upgrade: 'websocket', Connection: 'close' }).end();
    });
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      const refusal = refusalOf(request, guard);
      if (refusal !== undefined) {
        refuse(socket, refusal);
        return;
      }
      const ends = endsOf(request.socket);
      if (ends === undefined) {
        socket.destroy();
        return;
      }
      const { remote, local } = ends;
      const identity =
        request.socket instanceof TLSSocket
          ? secure?.identityOf(request.socket, at.transport, remote)
          : undefined;
      upgrade.handleUpgrade(request, socket, head, (opened) =>
        accept(opened, remote, local, identity),
      );
    });
    return new WsListener(server, await listen(server, at));
  }

  /** Takes no more connections; those that there are go on. */
  close(): void {
    this.#server.close();
    // Those that have not become a WebSocket by now will not.
    this.#server.closeAllConnections();
  }
}

/** Why this peer may not connect. */
function refusalOf({ headers }: IncomingMessage, guard: WsGuard): string | undefined {
  // RFC 6455, 10.2: a browser tells for which page it acts; that page may be anybody's.
  if (headers.origin !== undefined && !guard.origins.includes(headers.origin))
    return '403 Forbidden';
  const offered = headers['sec-websocket-protocol']?.split(',').map((name) => name.trim());
  return offered?.includes('sip') === true ? undefined : '400 Bad Request';
}

function refuse(socket: Duplex, status: string): void {
  socket.on('error', () => socket.destroy());
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

/** Connections that we open to others. */
import { connect, isIP } from 'node:net';

import type { Flow } from '@usher/core/adapter';
import { WebSocket } from 'ws';

import type { Assurance } from './assurance.js';
import { type Connection, type ConnectionOptions, KEEP_ALIVE } from './connection.js';
import { TcpConnection } from './tcp-connection.js';
import { WsConnection } from './ws-connection.js';

/** Makes a connection. */
export type Make = (options: ConnectionOptions) => Connection;

/** How connections of ours are opened. */
export interface OutgoingOptions {
  readonly assurance: Assurance;
  /** Milliseconds. */
  readonly connectTimeout: number;
  /** The most octets of one WebSocket message. */
  readonly message: number;
}

/** How a connection to this flow's remote end is made; or why there can be none. */
export function outgoing(flow: Flow, options: OutgoingOptions): Make | string {
  const { transport, remote, connection, name = remote.address } = flow;
  const { assurance, connectTimeout, message } = options;
  if (isIP(remote.address) === 0) return 'the address is not numeric';
  if (transport === 'tcp') {
    return (common) => {
      const host = remote.address;
      const socket = connect({
        host,
        port: remote.port,
        ...KEEP_ALIVE,
        allowHalfOpen: true,
        noDelay: true,
      });
      return new TcpConnection(socket, common, { timeout: connectTimeout, made: 'connect' });
    };
  }
  if (transport === 'tls') {
    return (common) => {
      const socket = assurance.connect(transport, remote, name);
      return new TcpConnection(socket, common, { timeout: connectTimeout, made: 'secureConnect' });
    };
  }
  if (transport !== 'ws' && transport !== 'wss') return `there is no transport ${transport}`;
  // Who came to us over a WebSocket listens nowhere.
  if (connection !== undefined) return 'the connection is gone';
  return (common) => {
    const host = name.includes(':') ? `[${name}]` : name;
    const socket = new WebSocket(`${transport}://${host}:${remote.port}/`, 'sip', {
      perMessageDeflate: false,
      maxPayload: message,
      handshakeTimeout: connectTimeout,
      followRedirects: false,
      ...(transport === 'wss' && {
        createConnection: () => assurance.connect(transport, remote, name),
      }),
    });
    return new WsConnection(socket, common);
  };
}

/** The sockets that SIP travels on: UDP, TCP and WebSocket. */
import { connect, isIP } from 'node:net';

import { LocalProtocolError } from '@usher/core';
import type { Flow, Listening, Network, NetworkEvents, SocketAddress } from '@usher/core/adapter';
import { WebSocket } from 'ws';

import { KEEP_ALIVE, type Connection, type ConnectionOptions } from './connection.js';
import { Connections } from './connections.js';
import { cannotListen, type ListenAt } from './listen-at.js';
import { TcpConnection } from './tcp-connection.js';
import { TcpListener } from './tcp-listener.js';
import { UdpListener } from './udp-listener.js';
import { WsConnection } from './ws-connection.js';
import { WsListener } from './ws-listener.js';

/** How much a network takes, and from whom. */
export interface SipNetworkOptions {
  /** The most connections at a time, incoming and outgoing; 10,000 unless given. */
  readonly connections?: number;
  /** The most octets that may wait for one peer to take them; beyond, it is cut off. 1 MiB unless given. */
  readonly backlog?: number;
  /** The most octets of one WebSocket message; 80 KiB unless given, a head and a body of the usual limits. */
  readonly message?: number;
  /** Milliseconds for a connection of ours to be made; 5000 unless given. */
  readonly connectTimeout?: number;
  /** The pages whose browsers may connect by WebSocket, such as `https://example.com`; none unless given. */
  readonly origins?: readonly string[];
}

type Make = (options: ConnectionOptions) => Connection;

/** The sockets that SIP travels on. */
export class SipNetwork implements Network {
  readonly #places: readonly ListenAt[];
  readonly #options: Required<SipNetworkOptions>;
  readonly #connections = new Connections();
  #events: NetworkEvents | undefined;
  /** What the sockets tell goes to whoever opened the network, and to nobody when it is closed. */
  readonly #told: Required<NetworkEvents> = {
    receive: (bytes, from) => this.#events?.receive(bytes, from),
    opened: (flow) => this.#events?.opened?.(flow),
    closed: (flow) => this.#events?.closed(flow),
    failed: (flow, why) => this.#events?.failed(flow, why),
  };
  #udp: UdpListener[] = [];
  #servers: (TcpListener | WsListener)[] = [];

  constructor(places: readonly ListenAt[], options: SipNetworkOptions = {}) {
    this.#places = places;
    this.#options = {
      connections: 10_000,
      backlog: 1024 * 1024,
      message: 80 * 1024,
      connectTimeout: 5_000,
      origins: [],
      ...options,
    };
  }

  /**
   * Listens everywhere, or nowhere.
   * @throws LocalProtocolError `port-in-use`, `port-forbidden` or `cannot-listen`, naming the place; `already-open`.
   */
  async open(events: NetworkEvents): Promise<readonly Listening[]> {
    if (this.#events !== undefined)
      throw new LocalProtocolError('already-open', 'this network is open');
    this.#events = events;
    const listening: Listening[] = [];
    try {
      for (const place of this.#places) {
        // One after the other: where one fails, it is known what there is to undo.
        // oxlint-disable-next-line no-await-in-loop
        listening.push({ transport: place.transport, ...(await this.#listen(place)) });
      }
    } catch (error) {
      await this.close();
      throw error;
    }
    return listening;
  }

  transmit(bytes: Uint8Array, to: Flow): void {
    if (to.transport === 'udp') {
      const listener = this.#listenerFor(to);
      if (listener === undefined) this.#fail(to, 'there is no UDP socket of that family');
      else listener.send(bytes, to.remote);
      return;
    }
    const connection = this.#connections.find(to) ?? this.#connect(to);
    if (typeof connection === 'string') this.#fail(to, connection);
    else connection.send(bytes, to);
  }

  disconnect(flow: Flow): void {
    this.#connections.find(flow)?.close();
  }

  async close(): Promise<void> {
    const udp = this.#udp;
    for (const server of this.#servers) server.close();
    this.#servers = [];
    await this.#connections.close();
    this.#udp = [];
    await Promise.all(udp.map(async (listener) => listener.close()));
    this.#events = undefined;
  }

  async #listen(place: ListenAt): Promise<SocketAddress> {
    if (isIP(place.address) === 0)
      throw cannotListen(place, new Error('the address is not numeric'));
    if (place.transport === 'udp') {
      const listener = await UdpListener.open(place, this.#told);
      this.#udp.push(listener);
      return listener.local;
    }
    const { connections, message, origins } = this.#options;
    const server =
      place.transport === 'tcp'
        ? await TcpListener.open(place, connections, (socket, remote, local) => {
            if (this.#full) socket.destroy();
            else
              this.#accept('tcp', remote, local, (options) => new TcpConnection(socket, options));
          })
        : await WsListener.open(
            place,
            { connections, message, origins },
            (socket, remote, local) => {
              if (this.#full) socket.terminate();
              else
                this.#accept('ws', remote, local, (options) => new WsConnection(socket, options));
            },
          );
    this.#servers.push(server);
    return server.local;
  }

  #accept(transport: string, remote: SocketAddress, local: SocketAddress, make: Make): void {
    const { flow } = this.#add(this.#connections.flow(transport, remote, local), make);
    this.#told.opened(flow);
  }

  /** A new connection to the flow's remote end; or why there can be none. */
  #connect({ transport, remote, connection }: Flow): Connection | string {
    const { connectTimeout, message } = this.#options;
    if (this.#events === undefined) return 'the network is not open';
    if (isIP(remote.address) === 0) return 'the address is not numeric';
    if (this.#full) return 'there are too many connections';
    const flow = this.#connections.flow(transport, remote);
    if (transport === 'tcp') {
      const socket = connect({
        host: remote.address,
        port: remote.port,
        ...KEEP_ALIVE,
        allowHalfOpen: true,
        noDelay: true,
      });
      return this.#add(flow, (options) => new TcpConnection(socket, options, connectTimeout));
    }
    if (transport !== 'ws') return `there is no transport ${transport}`;
    // Who came to us over a WebSocket listens nowhere.
    if (connection !== undefined) return 'the connection is gone';
    const host = remote.address.includes(':') ? `[${remote.address}]` : remote.address;
    const socket = new WebSocket(`ws://${host}:${remote.port}/`, 'sip', {
      perMessageDeflate: false,
      maxPayload: message,
      handshakeTimeout: connectTimeout,
      followRedirects: false,
    });
    return this.#add(flow, (options) => new WsConnection(socket, options));
  }

  #add(flow: Flow, make: Make): Connection {
    const connection = make({
      flow,
      events: this.#told,
      backlog: this.#options.backlog,
      gone: (ended) => this.#connections.delete(ended),
    });
    this.#connections.add(connection);
    return connection;
  }

  /** Whether there are as many connections as may be; while the network is closed, that is none. */
  get #full(): boolean {
    return this.#events === undefined || this.#connections.size >= this.#options.connections;
  }

  /** The socket that the flow came by, or else the first of its family. */
  #listenerFor({ local, remote }: Flow): UdpListener | undefined {
    for (const one of this.#udp) if (one.local === local) return one;
    const isV6 = remote.address.includes(':');
    return (
      this.#udp.find(
        (one) => one.local.port === local?.port && one.local.address === local.address,
      ) ?? this.#udp.find((one) => one.local.address.includes(':') === isV6)
    );
  }

  /** Told a little later, as all failures are: whoever transmits is in the middle of something. */
  #fail(to: Flow, why: string): void {
    process.nextTick(() => this.#told.failed(to, why));
  }
}

/** The sockets that SIP travels on: UDP, TCP, TLS and WebSocket. */
import { isIP } from 'node:net';

import { LocalProtocolError } from '@usher/core';
import type {
  Cancel,
  Flow,
  FlowIdentity,
  Gauge,
  Listening,
  Network,
  NetworkEvents,
  SocketAddress,
} from '@usher/core/adapter';

import { Assurance } from './assurance.js';
import { type Connection, isSecure } from './connection.js';
import { Connections } from './connections.js';
import { Gate, peerOf } from './gate.js';
import { cannotListen, type ListenAt } from './listen-at.js';
import { type Make, outgoing } from './outgoing.js';
import { SecurePlace } from './secure-place.js';
import { DEFAULTS, type SipNetworkOptions } from './sip-network-options.js';
import { TcpConnection } from './tcp-connection.js';
import { TcpListener } from './tcp-listener.js';
import { TlsListener } from './tls-listener.js';
import { UdpListeners } from './udp-listeners.js';
import { WsConnection } from './ws-connection.js';
import { WsListener } from './ws-listener.js';

/** How often the files of certificates are looked at, in milliseconds. */
const RELOAD = 10_000;

/** The sockets that SIP travels on. */
export class SipNetwork implements Network {
  readonly #places: readonly ListenAt[];
  readonly #options: Required<SipNetworkOptions>;
  readonly #connections = new Connections();
  readonly #gate: Gate;
  readonly #udp: UdpListeners;
  #events: NetworkEvents | undefined;
  /** What the sockets tell goes to whoever opened the network, and to nobody when it is closed. */
  readonly #told: Required<NetworkEvents> = {
    receive: (bytes, from) => this.#events?.receive(bytes, from),
    opened: (flow) => this.#events?.opened?.(flow),
    closed: (flow) => this.#events?.closed(flow),
    failed: (flow, why) => this.#events?.failed(flow, why),
    violated: (violation) => this.#events?.violated?.(violation),
    needed: () => this.#events?.needed?.() ?? new Set(),
  };
  #servers: (TcpListener | TlsListener | WsListener)[] = [];
  #secure: SecurePlace[] = [];
  #assurance: Assurance | undefined;
  #reloading: Cancel | undefined;
  #sweeping: Cancel | undefined;

  constructor(places: readonly ListenAt[], options: SipNetworkOptions = {}) {
    this.#places = places;
    this.#options = { ...DEFAULTS, ...options };
    const { violated } = this.#told;
    this.#gate = new Gate({ ...this.#options, violated });
    this.#udp = new UdpListeners(this.#told);
  }

  get connections(): Gauge {
    return this.#gate.connections;
  }

  /**
   * Listens everywhere, or nowhere.
   * @throws LocalProtocolError `port-in-use`, `port-forbidden` or `cannot-listen`, naming the place; `no-certificate` or
   * `bad-certificate` of a place with TLS; `already-open`.
   */
  async open(events: NetworkEvents): Promise<readonly Listening[]> {
    if (this.#events !== undefined)
      throw new LocalProtocolError('already-open', 'this network is open');
    this.#events = events;
    const listening: Listening[] = [];
    try {
      this.#assurance = await Assurance.open(this.#options.authorities, this.#told.violated);
      for (const place of this.#places) {
        // One after the other: where one fails, it is known what there is to undo.
        // oxlint-disable-next-line no-await-in-loop
        listening.push({ transport: place.transport, ...(await this.#listen(place)) });
      }
    } catch (error) {
      await this.close();
      throw error;
    }
    this.#reloadLater();
    return listening;
  }

  transmit(bytes: Uint8Array, to: Flow): void {
    if (to.transport === 'udp') {
      if (!this.#udp.send(bytes, to)) this.#fail(to, 'there is no UDP socket of that family');
      return;
    }
    const connection = this.#connections.find(to) ?? this.#connect(to);
    if (typeof connection === 'string') this.#fail(to, connection);
    else connection.send(bytes, to);
  }

  disconnect(flow: Flow): void {
    this.#connections.find(flow)?.close();
  }

  /** Reads the files of the certificates anew, as is done from time to time: what changed holds for connections to come. */
  async reload(): Promise<void> {
    const [first] = this.#secure;
    const changed = await Promise.all(this.#secure.map(async (place) => place.reload()));
    if (first !== undefined && changed[0] === true) this.#assurance?.show(first.certificates);
  }

  async close(): Promise<void> {
    this.#reloading?.();
    for (const server of this.#servers) server.close();
    this.#servers = [];
    this.#secure = [];
    this.#gate.close();
    await this.#connections.close();
    this.#sweeping?.();
    this.#sweeping = undefined;
    await this.#udp.close();
    this.#events = undefined;
  }

  async #listen(place: ListenAt): Promise<SocketAddress> {
    if (isIP(place.address) === 0)
      throw cannotListen(place, new Error('the address is not numeric'));
    const { transport } = place;
    if (transport === 'udp') return this.#udp.open(place);
    const server = await this.#serve(place);
    this.#servers.push(server);
    return server.local;
  }

  async #serve(place: ListenAt): Promise<TcpListener | TlsListener | WsListener> {
    const { transport } = place;
    const gate = this.#gate;
    const secure = isSecure(transport) ? await this.#securePlace(place) : undefined;
    if (transport === 'ws' || transport === 'wss') {
      const { message, origins } = this.#options;
      const guard = { gate, message, origins, secure };
      return WsListener.open(place, guard, (socket, remote, local, identity) =>
        this.#accept({ transport, remote, local }, identity, (o) => new WsConnection(socket, o)),
      );
    }
    const accept: Parameters<typeof TlsListener.open>[3] = (socket, remote, local, identity) =>
      this.#accept({ transport, remote, local }, identity, (o) => new TcpConnection(socket, o));
    return secure === undefined
      ? TcpListener.open(place, gate, accept)
      : TlsListener.open(place, secure, gate, accept);
  }

  async #securePlace({ transport, secured }: ListenAt): Promise<SecurePlace> {
    if (secured === undefined) {
      throw new LocalProtocolError(
        'no-certificate',
        `${transport} needs a certificate and its key; name the files that hold them`,
      );
    }
    const place = await SecurePlace.open(secured, this.#told.violated);
    if (this.#secure.length === 0) this.#assurance?.show(place.certificates);
    this.#secure.push(place);
    return place;
  }

  #accept(
    { transport, remote, local }: Required<Pick<Flow, 'transport' | 'remote' | 'local'>>,
    identity: FlowIdentity | undefined,
    make: Make,
  ): void {
    this.#gate.greeted(remote, local);
    const parts = { transport, remote, local, ...(identity !== undefined && { identity }) };
    const { flow } = this.#add(this.#connections.flow(parts), make);
    this.#told.opened(flow);
  }

  /** A new connection to the flow's remote end; or why there can be none. */
  #connect(to: Flow): Connection | string {
    const { connectTimeout, message } = this.#options;
    const assurance = this.#assurance;
    if (this.#events === undefined || assurance === undefined) return 'the network is not open';
    const make = outgoing(to, { assurance, connectTimeout, message });
    if (typeof make === 'string') return make;
    if (this.#gate.full) return 'there are too many connections';
    const { transport, remote, name = remote.address } = to;
    const parts = { transport, remote, ...(isSecure(transport) && { name }) };
    return this.#add(this.#connections.flow(parts), make, this.#gate.hold());
  }

  #add(flow: Flow, make: Make, release?: () => void): Connection {
    const { backlog, clock } = this.#options;
    const connection = make({
      flow,
      events: this.#told,
      backlog,
      clock,
      heard: () => this.#gate.heard(flow),
      gone: (ended) => {
        release?.();
        this.#connections.delete(ended);
      },
    });
    this.#connections.add(connection);
    this.#sweepLater();
    return connection;
  }

  #sweepLater(): void {
    const { clock, idle } = this.#options;
    this.#sweeping ??= clock.at(clock.now() + idle / 4, () => {
      this.#sweeping = undefined;
      this.#sweep(clock.now() - idle);
      if (this.#connections.size > 0) this.#sweepLater();
    });
  }

  /** Closes connections on which nothing came or went since then. */
  #sweep(since: number): void {
    const silent = this.#connections.silentSince(since);
    if (silent.length === 0) return;
    const needed = this.#told.needed();
    for (const connection of silent) {
      const { connection: number, transport, remote } = connection.flow;
      if (number !== undefined && needed.has(number)) continue;
      const message = `nothing came or went for ${this.#options.idle / 1_000} seconds`;
      this.#told.violated({ code: 'idle-connection', message, peer: peerOf(transport, remote) });
      connection.close();
    }
  }

  #reloadLater(): void {
    if (this.#secure.length === 0) return;
    const { clock } = this.#options;
    this.#reloading = clock.at(clock.now() + RELOAD, () => {
      void this.reload().finally(() => {
        if (this.#events !== undefined) this.#reloadLater();
      });
    });
  }

  /** Told a little later, as all failures are: whoever transmits is in the middle of something. */
  #fail(to: Flow, why: string): void {
    process.nextTick(() => this.#told.failed(to, why));
  }
}

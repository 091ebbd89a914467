/** UDP sockets for text: one for each session, out of a range of ports. */
import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';

import { LocalProtocolError } from '@usher/core';
import type { Gauge, SocketAddress } from '@usher/core/adapter';

import type { DatagramEvents, DatagramPlace, Datagrams } from '../datagrams.js';

/** Where sockets for text are opened. */
export interface UdpPlacesOptions {
  /** An IP address of this machine. */
  readonly address: string;
  /** The even ones of these are used, as RTP wants it (RFC 3550, 11); any that the system has free unless given. */
  readonly ports?: { readonly first: number; readonly last: number };
  /** How many sockets there may be where no ports are given; 1,000 unless given. */
  readonly most?: number;
}

/** So many ports that others hold are passed over before it is said that none is free. */
const MOST_TRIES = 64;

/** UDP sockets for text. */
export class UdpPlaces implements Datagrams {
  readonly address: string;
  readonly #ports: readonly number[] | undefined;
  readonly #most: number;
  readonly #taken = new Set<number>();
  readonly #open = new Set<UdpPlace>();
  /** Those that are being opened. */
  #opening = 0;
  #next = 0;

  /** @throws LocalProtocolError `bad-text-place` where the range has no even port. */
  constructor({ address, ports, most = 1_000 }: UdpPlacesOptions) {
    this.address = address;
    this.#ports = ports && evenPorts(ports.first, ports.last);
    this.#most = this.#ports?.length ?? most;
  }

  get places(): Gauge {
    return { used: this.#open.size + this.#opening, limit: this.#most };
  }

  async open(events: DatagramEvents): Promise<DatagramPlace | undefined> {
    if (this.places.used >= this.#most) return undefined;
    this.#opening += 1;
    try {
      return await this.#tryPorts(events);
    } finally {
      this.#opening -= 1;
    }
  }

  async close(): Promise<void> {
    for (const place of this.#open) place.close();
  }

  async #tryPorts(events: DatagramEvents): Promise<DatagramPlace | undefined> {
    const tries = Math.min(this.#ports?.length ?? 1, MOST_TRIES);
    for (let count = 0; count < tries; count += 1) {
      const wanted = this.#pick();
      if (wanted === undefined) return undefined;
      if (wanted !== 0) this.#taken.add(wanted);
      const socket = await bind(this.address, wanted);
      if (socket !== undefined) return this.#place(socket, wanted, events);
      this.#taken.delete(wanted);
    }
    return undefined;
  }

  /** In turn: what still comes for a session that is over does not come to a new one. */
  #pick(): number | undefined {
    const ports = this.#ports;
    if (ports === undefined) return 0;
    for (let count = 0; count < ports.length; count += 1) {
      const port = ports[this.#next % ports.length] ?? 0;
      this.#next = (this.#next + 1) % ports.length;
      if (!this.#taken.has(port)) return port;
    }
    return undefined;
  }

  #place(socket: Socket, wanted: number, events: DatagramEvents): UdpPlace {
    const place = new UdpPlace(socket, events, () => {
      this.#open.delete(place);
      this.#taken.delete(wanted);
    });
    this.#open.add(place);
    return place;
  }
}

/** The socket of one session. */
class UdpPlace implements DatagramPlace {
  readonly port: number;
  readonly #socket: Socket;
  readonly #gone: () => void;
  #closed = false;

  constructor(socket: Socket, events: DatagramEvents, gone: () => void) {
    this.port = socket.address().port;
    this.#socket = socket;
    this.#gone = gone;
    socket.on('message', (bytes, { address, port }) => {
      if (!this.#closed && port !== 0) events.receive(bytes, { address, port });
    });
    socket.on('error', () => {
      if (this.#closed) return;
      this.close();
      events.lost();
    });
  }

  send(bytes: Uint8Array, { address, port }: SocketAddress): void {
    if (this.#closed) return;
    try {
      // What could not be sent is lost, as on the way: it is said again in the packets after it.
      this.#socket.send(bytes, port, address, () => {});
    } catch {
      // An address of the other family, or none at all.
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#socket.close();
    this.#gone();
  }
}

/** A socket at this port; undefined where it cannot be had. */
async function bind(address: string, port: number): Promise<Socket | undefined> {
  const isV6 = isIPv6(address);
  const socket = createSocket({
    type: isV6 ? 'udp6' : 'udp4',
    ...(isV6 && { ipv6Only: true }),
    // Addresses are numeric here. To have them looked up all the same would cost each datagram a turn.
    lookup: (numeric, _options, found) => found(null, numeric, 0),
  });
  return new Promise((resolve) => {
    socket.once('error', () => {
      socket.close();
      resolve(undefined);
    });
    socket.bind({ address, port, exclusive: true }, () => {
      socket.removeAllListeners('error');
      resolve(socket);
    });
  });
}

function evenPorts(first: number, last: number): readonly number[] {
  const start = first + (first % 2);
  const count = Math.max(0, Math.floor((last - start) / 2) + 1);
  if (first >= 1 && last <= 65_535 && count > 0) {
    return Array.from({ length: count }, (_, index) => start + 2 * index);
  }
  throw new LocalProtocolError(
    'bad-text-place',
    `ports ${first}-${last} have no even one among 1 to 65535; write them like 30000-30100`,
  );
}

/** A wire of real sockets on the loopback interface, whose ends have the addresses of one on paper; time is moved by hand all the same. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

import type { Flow, Listening, Network, NetworkEvents } from '@usher/core/adapter';
import { VirtualClock } from '@usher/core/testing';

/** So long a piece of time passes before what is under way is waited for, in milliseconds. */
const STEP = 10;
/** So many turns of the event loop are waited for what is under way. */
const PATIENCE = 10_000;

/** One end: what it is called, and its socket. */
class End implements Network {
  readonly #wire: SocketWire;
  readonly #place: Listening;
  #socket: Socket | undefined;

  constructor(wire: SocketWire, place: Listening) {
    this.#wire = wire;
    this.#place = place;
  }

  async open(events: NetworkEvents): Promise<readonly Listening[]> {
    const socket = createSocket('udp4');
    this.#socket = socket;
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const { address, port } = this.#place;
    this.#wire.enter(`${address}:${port}`, socket.address().port);
    socket.on('message', (bytes, from) => {
      const remote = this.#wire.arrived(from.port);
      if (remote === undefined) return;
      events.receive(bytes, { transport: 'udp', local: { address, port }, remote });
    });
    return [this.#place];
  }

  transmit(bytes: Uint8Array, { remote }: Flow): void {
    const port = this.#wire.leaves(`${remote.address}:${remote.port}`);
    if (port !== undefined) this.#socket?.send(bytes, port, '127.0.0.1');
  }

  disconnect(): void {
    // Datagrams have no connection.
  }

  async close(): Promise<void> {
    const socket = this.#socket;
    this.#socket = undefined;
    if (socket === undefined) return;
    await new Promise<void>((resolve) => {
      socket.close(resolve);
    });
  }
}

/** A clock moved by hand, which waits for what is on the wire before it goes on. */
class SocketClock extends VirtualClock {
  readonly #wire: SocketWire;

  constructor(wire: SocketWire) {
    super();
    this.#wire = wire;
  }

  override async advance(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= STEP) {
      // oxlint-disable-next-line no-await-in-loop -- piece by piece
      await super.advance(Math.min(left, STEP));
      // oxlint-disable-next-line no-await-in-loop -- the same
      await this.#wire.settle();
    }
  }
}

/** A wire of real sockets. */
export class SocketWire {
  readonly clock: VirtualClock = new SocketClock(this);
  /** How many datagrams have crossed. */
  crossed = 0;
  readonly #ports = new Map<string, number>();
  readonly #names = new Map<number, { readonly address: string; readonly port: number }>();
  #underWay = 0;

  network([place]: readonly Listening[]): Network {
    if (place === undefined) throw new Error('an end has a place');
    return new End(this, place);
  }

  enter(name: string, port: number): void {
    const [address = '', named] = name.split(':');
    this.#ports.set(name, port);
    this.#names.set(port, { address, port: Number(named) });
  }

  /** A datagram leaves for this end; its port, undefined where nobody is there. */
  leaves(name: string): number | undefined {
    const port = this.#ports.get(name);
    if (port !== undefined) this.#underWay += 1;
    return port;
  }

  /** A datagram has arrived from this port: who that is. */
  arrived(port: number): { readonly address: string; readonly port: number } | undefined {
    this.#underWay -= 1;
    this.crossed += 1;
    return this.#names.get(port);
  }

  /** Waits until nothing is under way. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < PATIENCE && this.#underWay > 0; turn += 1) {
      // oxlint-disable-next-line no-await-in-loop -- a turn of the event loop is what is waited for
      await new Promise<void>((resolve) => {
        setImmediate(resolve);
      });
    }
    this.#underWay = 0;
  }
}

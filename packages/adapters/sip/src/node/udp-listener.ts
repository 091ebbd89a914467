/** A UDP socket: one datagram, one message. */
import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';

import type { Flow, NetworkEvents, SocketAddress } from '@usher/core/adapter';

import { cannotListen, type ListenAt } from './listen-at.js';

/** What may wait in the system until we read it: a second's worth of a busy server. */
const RECEIVE_BUFFER = 4 * 1024 * 1024;
const SEND_BUFFER = 1024 * 1024;
/** Flows that are kept for the next datagram of the same peer: a power of two. */
const FLOWS = 1_024;

/** A UDP socket. */
export class UdpListener {
  readonly local: SocketAddress;
  readonly #socket: Socket;
  readonly #events: NetworkEvents;
  /** Peers by the lower bits of their ports; a transaction that outlives its datagram then holds no flow of its own. */
  readonly #flows: (Flow | undefined)[] = Array.from({ length: FLOWS });
  /** One for all: the error tells where the datagram was to go. */
  readonly #sent = (error: Error | null): void => {
    if (error !== null) this.#fail(error);
  };

  private constructor(socket: Socket, events: NetworkEvents) {
    const { address, port } = socket.address();
    this.local = { address, port };
    this.#socket = socket;
    this.#events = events;
    socket.on('message', (bytes, { address: from, port: fromPort }) => {
      // Nobody can be answered at port 0.
      if (fromPort !== 0) events.receive(bytes, this.#flow(from, fromPort));
    });
    socket.on('error', (error) => this.#fail(error));
  }

  /** @throws LocalProtocolError as `cannotListen` has it. */
  static async open(at: ListenAt, events: NetworkEvents): Promise<UdpListener> {
    const isV6 = isIPv6(at.address);
    const socket = createSocket({
      type: isV6 ? 'udp6' : 'udp4',
      // One family to a socket, so that an address is always written in one way.
      ...(isV6 && { ipv6Only: true }),
      // Addresses are numeric here. To have them looked up all the same would cost each datagram a turn.
      lookup: (address, _options, found) => found(null, address, 0),
    });
    await new Promise<void>((resolve, refuse) => {
      socket.once('error', (error) => {
        socket.close();
        refuse(cannotListen(at, error));
      });
      socket.bind({ address: at.address, port: at.port, exclusive: true }, resolve);
    });
    socket.removeAllListeners('error');
    enlarge(socket);
    return new UdpListener(socket, events);
  }

  send(bytes: Uint8Array, to: SocketAddress): void {
    try {
      this.#socket.send(bytes, to.port, to.address, this.#sent);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      process.nextTick(() =>
        this.#events.failed({ transport: 'udp', local: this.local, remote: to }, why),
      );
    }
  }

  async close(): Promise<void> {
    // What the system could not take at once is still to go out, and a closed socket would drop it.
    for (let turn = 0; turn < 1_000 && this.#socket.getSendQueueCount() > 0; turn += 1) {
      // oxlint-disable-next-line no-await-in-loop -- a turn of the event loop is what is waited for
      await nextTurn();
    }
    await new Promise<void>((resolve) => this.#socket.close(resolve));
  }

  #flow(address: string, port: number): Flow {
    const slot = port & (FLOWS - 1);
    const known = this.#flows[slot];
    if (known !== undefined && known.remote.port === port && known.remote.address === address)
      return known;
    const flow: Flow = { transport: 'udp', local: this.local, remote: { address, port } };
    this.#flows[slot] = flow;
    return flow;
  }

  #fail(error: Error): void {
    // Node says of a datagram that was not sent where it was to go. What else can go wrong with an open socket, a datagram
    // that could not be read, is as good as lost on the way.
    if (!('address' in error && 'port' in error)) return;
    const { address, port } = error;
    if (typeof address !== 'string' || typeof port !== 'number') return;
    const remote = { address, port };
    this.#events.failed({ transport: 'udp', local: this.local, remote }, error.message);
  }
}

async function nextTurn(): Promise<void> {
  await new Promise<void>((resolve) => {
    setImmediate(resolve);
  });
}

/** Asks for larger buffers; what the system does not allow is done without. */
function enlarge(socket: Socket): void {
  try {
    socket.setRecvBufferSize(RECEIVE_BUFFER);
    socket.setSendBufferSize(SEND_BUFFER);
  } catch {
    // The system's own size has to do.
  }
}

/** The gate through which connections come: so many in all, so many of one source, and each must soon say something. */
import type { Server, Socket } from 'node:net';

import type { Cancel, Clock, Flow, SocketAddress, Violation } from '@usher/core/adapter';

import { sourceOf } from '../overload/source-of.js';
import { endsOf } from './ends-of.js';

/** How much a gate lets in. */
export interface GateOptions {
  /** The most connections at a time, ours to others included. */
  readonly connections: number;
  /** The most of them that come from one source: an IPv4 address, or a network of IPv6. */
  readonly connectionsPerSource: number;
  /** Milliseconds that a new connection has until the head of its first message is there, all greetings included. */
  readonly firstMessage: number;
  readonly clock: Clock;
  violated(violation: Violation): void;
}

/** One connection that came to us. */
interface Guest {
  readonly socket: Socket;
  readonly transport: string;
  readonly remote: SocketAddress;
  /** Undefined once it has said something. */
  hush: Cancel | undefined;
  /** Whether it is past the greetings of TLS and WebSocket. */
  greeted: boolean;
}

/** The gate through which connections come. */
export class Gate {
  readonly #options: GateOptions;
  readonly #guests = new Map<string, Guest>();
  readonly #bySource = new Map<string, number>();
  /** Connections that we opened. */
  #ours = 0;

  constructor(options: GateOptions) {
    this.#options = options;
  }

  /** Whether there are as many connections as may be. */
  get full(): boolean {
    return this.#guests.size + this.#ours >= this.#options.connections;
  }

  /** Counts a connection that we open; what is returned takes it back. */
  hold(): () => void {
    this.#ours += 1;
    return () => {
      this.#ours -= 1;
    };
  }

  /** Stands before this server: whoever may not come in is closed before TLS or HTTP begin. */
  guard(server: Server, transport: string): void {
    server.on('connection', (socket) => {
      const ends = endsOf(socket);
      if (ends === undefined) socket.destroy();
      else this.#admit(socket, transport, ends.remote, ends.local);
    });
  }

  /** The connection is past its greetings. */
  greeted(remote: SocketAddress, local: SocketAddress): void {
    const guest = this.#guests.get(keyOf(remote, local));
    if (guest !== undefined) guest.greeted = true;
  }

  /** The connection has said something. */
  heard({ remote, local }: Flow): void {
    const guest = local && this.#guests.get(keyOf(remote, local));
    guest?.hush?.();
    if (guest !== undefined) guest.hush = undefined;
  }

  /** Whoever is still at the greetings will not get any further. */
  close(): void {
    for (const { socket, greeted } of this.#guests.values()) if (!greeted) socket.destroy();
  }

  #admit(socket: Socket, transport: string, remote: SocketAddress, local: SocketAddress): void {
    const { connections, connectionsPerSource, firstMessage, clock } = this.#options;
    const source = sourceOf(remote.address);
    const count = this.#bySource.get(source) ?? 0;
    const full = this.full;
    if (full || count >= connectionsPerSource) {
      socket.destroy();
      const message = full
        ? `there are ${connections} connections already`
        : `there are ${connectionsPerSource} connections from ${source} already`;
      this.#violated('too-many-connections', message, transport, remote);
      return;
    }
    const key = keyOf(remote, local);
    const guest: Guest = { socket, transport, remote, hush: undefined, greeted: false };
    guest.hush = clock.at(clock.now() + firstMessage, () => {
      guest.hush = undefined;
      const message = `nothing was said within ${firstMessage / 1_000} seconds`;
      this.#violated('silent-connection', message, transport, remote);
      socket.destroy();
    });
    this.#guests.set(key, guest);
    this.#bySource.set(source, count + 1);
    socket.once('close', () => {
      guest.hush?.();
      if (this.#guests.get(key) === guest) this.#guests.delete(key);
      const left = (this.#bySource.get(source) ?? 1) - 1;
      if (left > 0) this.#bySource.set(source, left);
      else this.#bySource.delete(source);
    });
  }

  #violated(code: string, message: string, transport: string, remote: SocketAddress): void {
    this.#options.violated({ code, message, peer: peerOf(transport, remote) });
  }
}

/** The peer as the network sees it: `tls 127.0.0.1:5080`. */
export function peerOf(transport: string, { address, port }: SocketAddress): string {
  return `${transport} ${address}:${port}`;
}

function keyOf(remote: SocketAddress, local: SocketAddress): string {
  return `${remote.address} ${remote.port} ${local.address} ${local.port}`;
}

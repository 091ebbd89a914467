/** The gate through which connections come: so many in all, so many of one source, and each must soon say something. */
import type { Server, Socket } from 'node:net';

import type { Cancel, Clock, Flow, Gauge, SocketAddress, Violation } from '@usher/core/adapter';

import { sourceOf } from '../overload/source-of.js';
import { endsOf } from './ends-of.js';

/** How much a gate lets in. */
export interface GateOptions {
  /** The most connections at a time, ours to others included. */
  readonly connections: number;
  /** The most of them that come from one source: an IPv4 address, or a network of IPv6. */
  readonly connectionsPerSource: number;
  /** The most of them that have said nothing yet: one more, and whoever has been silent longest makes room for it. */
  readonly connectionsUnheard: number;
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
  readonly key: string;
  readonly source: string;
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
  /** Those that have said nothing yet, the longest silent first. */
  readonly #unheard = new Set<Guest>();
  /** Connections that we opened. */
  #ours = 0;

  constructor(options: GateOptions) {
    this.#options = options;
  }

  /** How many connections there are, ours to others included, and may be. */
  get connections(): Required<Gauge> {
    return { used: this.#guests.size + this.#ours, limit: this.#options.connections };
  }

  /** Whether there are as many connections as may be. */
  get full(): boolean {
    const { used, limit } = this.connections;
    return used >= limit;
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
    if (guest?.hush === undefined) return;
    guest.hush();
    guest.hush = undefined;
    this.#unheard.delete(guest);
  }

  /** Whoever is still at the greetings will not get any further. */
  close(): void {
    for (const { socket, greeted } of this.#guests.values()) if (!greeted) socket.destroy();
  }

  #admit(socket: Socket, transport: string, remote: SocketAddress, local: SocketAddress): void {
    const { connections, connectionsPerSource, connectionsUnheard, firstMessage, clock } =
      this.#options;
    const source = sourceOf(remote.address);
    const count = this.#bySource.get(source) ?? 0;
    const full = this.full && this.#unheard.size === 0;
    if (full || count >= connectionsPerSource) {
      socket.destroy();
      const message = full
        ? `there are ${connections} connections already`
        : `there are ${connectionsPerSource} connections from ${source} already`;
      this.#violated('too-many-connections', message, transport, remote);
      return;
    }
    if (this.full || this.#unheard.size >= connectionsUnheard) this.#makeRoom();
    const key = keyOf(remote, local);
    const about = { socket, transport, remote, key, source };
    const guest: Guest = { ...about, hush: undefined, greeted: false };
    guest.hush = clock.at(clock.now() + firstMessage, () => {
      this.#dismiss(guest, `nothing was said within ${firstMessage / 1_000} seconds`);
    });
    this.#unheard.add(guest);
    this.#guests.set(key, guest);
    this.#bySource.set(source, count + 1);
    socket.once('close', () => this.#forget(guest));
  }

  /** Whoever means to speak does so within moments: silence must not keep others out. */
  #makeRoom(): void {
    const [longest] = this.#unheard;
    if (longest !== undefined) this.#dismiss(longest, 'nothing was said, and others came');
  }

  #dismiss(guest: Guest, why: string): void {
    const { socket, transport, remote } = guest;
    this.#forget(guest);
    this.#violated('silent-connection', why, transport, remote);
    socket.destroy();
  }

  /** Counts it no longer; a second time does nothing. */
  #forget(guest: Guest): void {
    const { key, source } = guest;
    guest.hush?.();
    this.#unheard.delete(guest);
    if (this.#guests.get(key) !== guest) return;
    this.#guests.delete(key);
    const left = (this.#bySource.get(source) ?? 1) - 1;
    if (left > 0) this.#bySource.set(source, left);
    else this.#bySource.delete(source);
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

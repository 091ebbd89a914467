/** The UDP sockets of a network: each datagram leaves by the right one. */
import type { Flow, NetworkEvents, SocketAddress } from '@usher/core/adapter';

import type { ListenAt } from './listen-at.js';
import { UdpListener } from './udp-listener.js';

/** The UDP sockets of a network. */
export class UdpListeners {
  readonly #events: NetworkEvents;
  #listeners: UdpListener[] = [];

  constructor(events: NetworkEvents) {
    this.#events = events;
  }

  /** @throws LocalProtocolError as `cannotListen` has it. */
  async open(place: ListenAt): Promise<SocketAddress> {
    const listener = await UdpListener.open(place, this.#events);
    this.#listeners.push(listener);
    return listener.local;
  }

  /** Sends by the socket that the flow came by, or else by the first of its family; false where there is none. */
  send(bytes: Uint8Array, to: Flow): boolean {
    const listener = this.#listenerFor(to);
    listener?.send(bytes, to.remote);
    return listener !== undefined;
  }

  async close(): Promise<void> {
    const listeners = this.#listeners;
    this.#listeners = [];
    await Promise.all(listeners.map(async (listener) => listener.close()));
  }

  #listenerFor({ local, remote }: Flow): UdpListener | undefined {
    const all = this.#listeners;
    for (const one of all) if (one.local === local) return one;
    const isV6 = remote.address.includes(':');
    return (
      all.find((one) => one.local.port === local?.port && one.local.address === local.address) ??
      all.find((one) => one.local.address.includes(':') === isV6)
    );
  }
}

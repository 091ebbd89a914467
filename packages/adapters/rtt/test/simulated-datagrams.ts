/** Places for text on the simulated wire. */
import type { Network } from '@usher/core/adapter';
import type { SimulatedWire } from '@usher/core/testing';

import type { DatagramEvents, DatagramPlace, Datagrams } from '../src/index.js';

/** Places for text on the simulated wire, at one address. */
export class SimulatedDatagrams implements Datagrams {
  readonly #wire: SimulatedWire;
  readonly #most: number;
  readonly #open = new Map<DatagramPlace, DatagramEvents>();

  constructor(
    wire: SimulatedWire,
    readonly address: string,
    most = 10,
  ) {
    this.#wire = wire;
    this.#most = most;
  }

  get places(): { readonly used: number; readonly limit: number } {
    return { used: this.#open.size, limit: this.#most };
  }

  async open(events: DatagramEvents): Promise<DatagramPlace | undefined> {
    if (this.#open.size >= this.#most) return undefined;
    const network: Network = this.#wire.network([
      { transport: 'udp', address: this.address, port: 0 },
    ]);
    const [listening] = await network.open({
      receive: (bytes, from) => events.receive(bytes, from.remote),
      closed: () => {},
      failed: () => {},
    });
    const place: DatagramPlace = {
      port: listening?.port ?? 0,
      send: (bytes, remote) => network.transmit(bytes, { transport: 'udp', remote }),
      close: () => {
        this.#open.delete(place);
        void network.close();
      },
    };
    this.#open.set(place, events);
    return place;
  }

  /** All places are gone, as when an interface goes down. */
  lose(): void {
    for (const events of this.#open.values()) events.lost();
  }

  async close(): Promise<void> {
    for (const place of this.#open.keys()) place.close();
  }
}

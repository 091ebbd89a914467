/** What lies between the parties of a test: it delays, slices, loses, doubles and reorders, the same way for the same seed. */
import type { Network } from '../machine/network.js';
import type { Clock } from '../ports/clock.js';
import type { Listening } from '../ports/user-agent.js';
import type { SeededChance } from './seeded-chance.js';
import type { SimulatedConnection } from './simulated-connection.js';
import { SimulatedNetwork } from './simulated-network.js';
import { Surroundings, type Transmission } from './surroundings.js';

/** How the wire behaves. Without any of it: everything arrives at once, whole and in order. */
export interface WireOptions {
  readonly clock: Clock;
  readonly chance: SeededChance;
  /** The shortest and the longest way in milliseconds; datagrams overtake each other where these differ. */
  readonly delay?: { readonly min: number; readonly max: number };
  /** The probability from 0 to 1 that a datagram is lost. */
  readonly loss?: number;
  /** The probability from 0 to 1 that a datagram arrives twice. */
  readonly duplication?: number;
  /** Whether streams arrive in random pieces, cut and merged anywhere. */
  readonly slicing?: boolean;
}

/**
 * A wire with any number of parties. Datagrams (`udp`) may be lost, doubled and reordered; streams (`tcp`, `tls`) and
 * messages (`ws`, `wss`) never are. A datagram to nobody vanishes; a connection to nobody fails after one way.
 */
export class SimulatedWire {
  readonly #surroundings: Surroundings;
  readonly #networks = new Map<Network, SimulatedNetwork>();

  constructor(options: WireOptions) {
    this.#surroundings = new Surroundings({
      delay: { min: 0, max: 0 },
      loss: 0,
      duplication: 0,
      slicing: false,
      ...options,
    });
  }

  /** Everything that was put on the wire, in order; may be emptied by setting its length to 0. */
  get log(): Transmission[] {
    return this.#surroundings.log;
  }

  /** The sockets of one more party. Port 0 is given a free one; without listeners it can only connect. */
  network(listeners: readonly Listening[] = []): Network {
    // RFC 5737: addresses for examples, so that nobody takes them for real ones.
    const address = `192.0.2.${this.#networks.size + 1}`;
    const network = new SimulatedNetwork(this.#surroundings, listeners, address);
    this.#networks.set(network, network);
    return network;
  }

  /** Breaks every connection; both ends are told, and what was under way is lost. */
  cut(): void {
    for (const connection of this.#connections()) connection.cut();
  }

  /**
   * Puts these two out of each other's reach: datagrams vanish, new connections fail, and every open connection of the wire
   * stands still until `heal`.
   */
  partition(one: Network, other: Network): void {
    const [here, there] = [this.#networks.get(one), this.#networks.get(other)];
    if (here === undefined || there === undefined)
      throw new Error('this network is on another wire');
    const { partitions } = this.#surroundings;
    partitions.set(here, (partitions.get(here) ?? new Set()).add(there));
    for (const connection of this.#connections()) connection.hold(true);
  }

  /** Ends every partition; connections go on where they stood. */
  heal(): void {
    this.#surroundings.partitions.clear();
    for (const connection of this.#connections()) connection.hold(false);
  }

  /** The connections that are still of use to somebody. */
  #connections(): SimulatedConnection[] {
    const { connections } = this.#surroundings;
    for (const connection of connections) if (connection.over) connections.delete(connection);
    return [...connections];
  }
}

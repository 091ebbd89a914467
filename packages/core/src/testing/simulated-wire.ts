/** What lies between the parties of a test: it delays, slices, loses, doubles and reorders, the same way for the same seed. */
import type { Network } from '../machine/network.js';
import type { Clock } from '../ports/clock.js';
import type { Listening } from '../ports/user-agent.js';
import type { SeededChance } from './seeded-chance.js';
import type { SimulatedConnection, Weather } from './simulated-connection.js';
import { SimulatedNetwork } from './simulated-network.js';
import { Surroundings, type Transmission } from './surroundings.js';

/** How the wire behaves. Without any weather everything arrives at once, whole and in order; delays reorder datagrams. */
export interface WireOptions extends Partial<Readonly<Weather>> {
  readonly clock: Clock;
  readonly chance: SeededChance;
}

/**
 * A wire with any number of parties. Datagrams (`udp`) may be lost, doubled, changed and reordered; streams (`tcp`, `tls`)
 * and messages (`ws`, `wss`) never are. A datagram to nobody vanishes; a connection to nobody fails after one way.
 */
export class SimulatedWire {
  readonly #surroundings: Surroundings;
  readonly #networks = new Map<Network, SimulatedNetwork>();

  constructor(options: WireOptions) {
    this.#surroundings = new Surroundings({
      delay: { min: 0, max: 0 },
      loss: 0,
      duplication: 0,
      corruption: 0,
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

  /** The weather changes, for all that is sent from now on. */
  change(weather: Partial<Weather>): void {
    Object.assign(this.#surroundings.conditions, weather);
  }

  /** Breaks every connection, or those of this party, or those between these two; both ends are told, and what was under way is lost. */
  cut(one?: Network, other?: Network): void {
    for (const connection of this.#between(one, other)) connection.cut();
  }

  /** The same, except that nobody is told: who still sends learns of it when the network gives up, a quarter of an hour later. */
  kill(one?: Network, other?: Network): void {
    for (const connection of this.#between(one, other)) connection.die();
  }

  /** A party does not read what its connections bring, or goes on reading. */
  clog(reader: Network, clogged: boolean): void {
    for (const connection of this.#between(reader)) {
      connection.clog(this.#known(reader), clogged);
    }
  }

  /**
   * A party dies. Its own listeners and connections are gone without a word; who is connected with it is told at once, or,
   * where the whole machine died, learns of it when the network gives up.
   */
  crash(network: Network, silently = false): void {
    const party = this.#known(network);
    for (const connection of this.#between(network)) {
      connection.desert(party);
      if (silently) connection.die();
      else connection.cut();
    }
    party.crash();
  }

  /**
   * Puts these two out of each other's reach: datagrams vanish, new connections fail, and their open connections stand still
   * until `heal`.
   */
  partition(one: Network, other: Network): void {
    const [here, there] = [this.#known(one), this.#known(other)];
    const { partitions } = this.#surroundings;
    partitions.set(here, (partitions.get(here) ?? new Set()).add(there));
    for (const connection of this.#between(one, other)) connection.part(true);
  }

  /** Ends every partition, or the one between these two; connections go on where they stood. */
  heal(one?: Network, other?: Network): void {
    const { partitions } = this.#surroundings;
    if (one === undefined || other === undefined) partitions.clear();
    else {
      const [here, there] = [this.#known(one), this.#known(other)];
      partitions.get(here)?.delete(there);
      partitions.get(there)?.delete(here);
    }
    for (const connection of this.#between(one, other)) connection.part(false);
  }

  #known(network: Network): SimulatedNetwork {
    const known = this.#networks.get(network);
    if (known === undefined) throw new Error('this network is on another wire');
    return known;
  }

  /** The connections that are still of use to somebody: all of them, or those of one party, or between two. */
  #between(one?: Network, other?: Network): SimulatedConnection[] {
    const { connections } = this.#surroundings;
    for (const connection of connections) if (connection.over) connections.delete(connection);
    if (one === undefined) return [...connections];
    const here = this.#known(one);
    const there = other && this.#known(other);
    return Array.from(connections).filter((connection) => connection.joins(here, there));
  }
}

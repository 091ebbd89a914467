/** One party's sockets on the simulated wire. */
import type { Flow } from '../machine/machine.js';
import type { Network, NetworkEvents } from '../machine/network.js';
import type { Listening } from '../ports/user-agent.js';
import { LocalProtocolError } from '../words/errors.js';
import type { ConnectionEnd, SimulatedConnection } from './simulated-connection.js';
import { SimulatedLinks } from './simulated-links.js';
import {
  carriageOf,
  type Fate,
  type Neighbour,
  placeKey,
  placeOf,
  type Surroundings,
} from './surroundings.js';

/** One party's sockets: an implementation of the port `Network` without any. */
export class SimulatedNetwork implements Network, Neighbour {
  /** What a socket tells of, while this network is open; afterwards nobody listens. */
  readonly told: NetworkEvents;
  readonly #surroundings: Surroundings;
  readonly #wanted: readonly Listening[];
  readonly #links: SimulatedLinks;
  #listening: readonly Listening[] = [];
  #events: NetworkEvents | undefined;

  constructor(surroundings: Surroundings, wanted: readonly Listening[], address: string) {
    this.#surroundings = surroundings;
    this.#wanted = wanted;
    this.told = {
      receive: (bytes, from) => this.#events?.receive(bytes, from),
      opened: (flow) => this.#events?.opened?.(flow),
      closed: (flow) => {
        this.#links.closed(flow);
        this.#events?.closed(flow);
      },
      failed: (flow, why) => this.#events?.failed(flow, why),
    };
    this.#links = new SimulatedLinks(surroundings, this, wanted[0]?.address ?? address);
  }

  /** @throws LocalProtocolError `cannot-listen` where a place is taken or the transport unknown. */
  async open(events: NetworkEvents): Promise<readonly Listening[]> {
    const { listeners } = this.#surroundings;
    const places = this.#wanted.map((place) => ({
      ...place,
      port: place.port || this.#surroundings.freePort(),
    }));
    const keys = new Set<string>();
    for (const place of places) {
      const key = placeKey(place.transport, place);
      if (carriageOf(place.transport) === undefined) refuse(place, 'there is no such transport');
      if (listeners.has(key) || keys.has(key)) refuse(place, 'it is taken');
      keys.add(key);
    }
    for (const key of keys) listeners.set(key, this);
    this.#events = events;
    this.#listening = places;
    return places;
  }

  transmit(bytes: Uint8Array, to: Flow): void {
    if (this.#events === undefined) return;
    const copy = bytes.slice();
    const carriage = carriageOf(to.transport);
    if (carriage === 'datagram') this.#transmitDatagram(copy, to);
    else if (carriage !== undefined) this.#links.transmit(copy, to);
    else this.#surroundings.fail(this, to, `there is no transport ${to.transport}`);
  }

  disconnect(flow: Flow): void {
    this.#links.disconnect(flow);
  }

  async close(): Promise<void> {
    this.#links.close();
    this.#leave();
  }

  /** Its party is dead: nothing is closed, nothing is said. */
  crash(): void {
    this.#links.abandon();
    this.#leave();
  }

  #leave(): void {
    for (const place of this.#listening) {
      this.#surroundings.listeners.delete(placeKey(place.transport, place));
    }
    this.#listening = [];
    this.#events = undefined;
  }

  accept(connection: SimulatedConnection, end: ConnectionEnd): void {
    if (this.#events === undefined) connection.cut();
    else this.#links.accept(connection, end);
  }

  /** Datagrams to nobody vanish, as they do where no ICMP comes back. */
  #transmitDatagram(bytes: Uint8Array, to: Flow): void {
    const { transport, local } = to;
    const ours = this.#listening.filter((place) => place.transport === transport);
    const from =
      ours.find((place) => place.address === local?.address && place.port === local.port) ??
      ours[0];
    if (from === undefined) {
      this.#surroundings.fail(this, to, `we have no ${transport} socket`);
      return;
    }
    const peer = this.#surroundings.listeners.get(placeKey(transport, to.remote));
    const fate = this.#fateOfDatagram(peer);
    const instead = fate === 'corrupted' ? this.#corrupted(bytes) : undefined;
    this.#surroundings.record(transport, from, to.remote, bytes, fate, instead);
    const flow: Flow = { transport, local: placeOf(to.remote), remote: placeOf(from) };
    // Each copy has a delay of its own, and that is what reorders them.
    if (instead !== undefined) this.#carry(instead, flow, peer);
    if (fate === 'carried' || fate === 'doubled') this.#carry(bytes, flow, peer);
    if (fate === 'doubled') this.#carry(bytes, flow, peer);
  }

  #carry(bytes: Uint8Array, flow: Flow, peer: Neighbour | undefined): void {
    const copy = bytes.slice();
    this.#surroundings.later(() => peer?.told.receive(copy, flow));
  }

  #fateOfDatagram(peer: Neighbour | undefined): Fate {
    const { chance, loss, duplication, corruption } = this.#surroundings.conditions;
    if (peer === undefined) return 'nobody';
    if (this.#surroundings.parted(this, peer)) return 'unreachable';
    if (chance.chance(loss)) return 'lost';
    // Without any corruption no chance is taken, so that older seeds give what they gave.
    if (corruption > 0 && chance.chance(corruption)) return 'corrupted';
    return chance.chance(duplication) ? 'doubled' : 'carried';
  }

  /** Some octets of it are others, or its end is missing. */
  #corrupted(bytes: Uint8Array): Uint8Array {
    const { chance } = this.#surroundings.conditions;
    if (bytes.length > 0 && chance.chance(0.3)) return bytes.slice(0, chance.integer(bytes.length));
    const changed = bytes.slice();
    const count = 1 + chance.integer(3);
    for (let change = 0; change < count; change += 1) {
      changed[chance.integer(changed.length)] = chance.integer(256);
    }
    return changed;
  }
}

function refuse(place: Listening, why: string): never {
  const { transport, address, port } = place;
  throw new LocalProtocolError(
    'cannot-listen',
    `cannot listen on ${transport} ${address}:${port}: ${why}`,
  );
}

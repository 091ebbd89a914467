/** The connections of one party on the simulated wire, those included that are yet being opened. */
import type { Flow, SocketAddress } from '../machine/machine.js';
import { type ConnectionEnd, SimulatedConnection } from './simulated-connection.js';
import {
  carriageOf,
  type Neighbour,
  placeKey,
  placeOf,
  type Surroundings,
} from './surroundings.js';

/** A connection of ours, or one that is being opened. */
interface Link {
  /** Undefined while it is being opened. */
  joined: { readonly connection: SimulatedConnection; readonly end: ConnectionEnd } | undefined;
  readonly transport: string;
  readonly remote: SocketAddress;
  readonly peer: Neighbour | undefined;
  /** What was sent before it was open. */
  readonly waiting: { readonly bytes: Uint8Array; readonly to: Flow }[];
  /** To be closed as soon as it is open and what waits has gone out. */
  closing: boolean;
  /** Whether the one who opens it is dead. */
  dead: boolean;
}

/** The connections of one party. */
export class SimulatedLinks {
  readonly #surroundings: Surroundings;
  readonly #owner: Neighbour;
  /** Where a connection of ours comes from, except for its port. */
  readonly #address: string;
  readonly #byRemote = new Map<string, Link>();
  readonly #byNumber = new Map<number, Link>();

  constructor(surroundings: Surroundings, owner: Neighbour, address: string) {
    this.#surroundings = surroundings;
    this.#owner = owner;
    this.#address = address;
  }

  /** Sends on the connection that the flow names, or on one to the same place, opened where there is none. */
  transmit(bytes: Uint8Array, to: Flow): void {
    const link = this.#linkOf(to) ?? this.#connect(to);
    const local = link.joined?.end.flow.local ?? { address: this.#address, port: 0 };
    const fate = link.joined === undefined ? this.#prospect(link) : 'carried';
    this.#surroundings.record(to.transport, local, link.remote, bytes, fate);
    if (fate !== 'carried') {
      this.#forget(link);
      const why = fate === 'nobody' ? 'connection refused' : 'unreachable';
      this.#surroundings.later(() => this.#surroundings.fail(this.#owner, to, why));
    } else if (link.joined === undefined) link.waiting.push({ bytes, to });
    else link.joined.connection.transmit(link.joined.end, bytes);
  }

  /** Somebody has opened a connection to us. */
  accept(connection: SimulatedConnection, end: ConnectionEnd): void {
    const { transport, remote, connection: number = 0 } = end.flow;
    const joined = { connection, end };
    this.#byNumber.set(number, {
      joined,
      transport,
      remote,
      peer: undefined,
      waiting: [],
      closing: false,
      dead: false,
    });
    this.#owner.told.opened?.(end.flow);
  }

  /** A connection is gone. */
  closed(flow: Flow): void {
    const link = this.#byNumber.get(flow.connection ?? -1);
    if (link !== undefined) this.#forget(link);
  }

  /** Closes the connection that the flow names, after what was sent on it. */
  disconnect(flow: Flow): void {
    const link = this.#linkOf(flow);
    if (link !== undefined) this.#close(link);
  }

  /** Closes them all, each after what was sent on it. */
  close(): void {
    for (const link of new Set([...this.#byRemote.values(), ...this.#byNumber.values()])) {
      this.#close(link);
    }
  }

  /** Our party is dead: none of them is closed, and none of what waits goes out. */
  abandon(): void {
    for (const link of new Set([...this.#byRemote.values(), ...this.#byNumber.values()])) {
      link.dead = true;
      this.#forget(link);
    }
  }

  #close(link: Link): void {
    this.#forget(link);
    if (link.joined === undefined) link.closing = true;
    else link.joined.connection.disconnect(link.joined.end);
  }

  /** What becomes of a connection that is being opened. */
  #prospect(link: Link): 'carried' | 'nobody' | 'unreachable' {
    if (link.peer === undefined) return 'nobody';
    return this.#surroundings.parted(this.#owner, link.peer) ? 'unreachable' : 'carried';
  }

  /** Opens a connection: the other side is told after one way, and we after the way back. */
  #connect(to: Flow): Link {
    const { transport } = to;
    const remote = placeOf(to.remote);
    const peer = this.#surroundings.listeners.get(placeKey(transport, remote));
    const link: Link = {
      joined: undefined,
      transport,
      remote,
      peer,
      waiting: [],
      closing: false,
      dead: false,
    };
    this.#byRemote.set(placeKey(transport, remote), link);
    if (peer === undefined || this.#surroundings.parted(this.#owner, peer)) return link;
    const local = { address: this.#address, port: this.#surroundings.freePort() };
    const end = this.#surroundings.makeEnd(this.#owner, transport, local, remote);
    const theirs = this.#surroundings.makeEnd(peer, transport, remote, local);
    this.#surroundings.later(() => {
      const whole = carriageOf(transport) === 'message';
      const connection = new SimulatedConnection(this.#surroundings.conditions, whole, [
        end,
        theirs,
      ]);
      this.#surroundings.connections.add(connection);
      peer.accept(connection, theirs);
      this.#surroundings.later(() => this.#use(link, connection, end));
    });
    return link;
  }

  /** A connection of ours is open: what waited for it goes out. */
  #use(link: Link, connection: SimulatedConnection, end: ConnectionEnd): void {
    link.joined = { connection, end };
    if (link.dead) {
      connection.cut();
      return;
    }
    if (!connection.usable(end)) {
      this.#forget(link);
      for (const { to } of link.waiting) {
        this.#surroundings.fail(this.#owner, to, 'connection refused');
      }
      return;
    }
    if (!link.closing) {
      this.#byNumber.set(end.flow.connection ?? 0, link);
      this.#owner.told.opened?.(end.flow);
    }
    for (const { bytes } of link.waiting) connection.transmit(end, bytes);
    link.waiting.length = 0;
    if (link.closing) connection.disconnect(end);
  }

  /** The connection that a flow names; or, where that is gone, one that we have opened to the same place. */
  #linkOf(flow: Flow): Link | undefined {
    const named = flow.connection === undefined ? undefined : this.#byNumber.get(flow.connection);
    return named ?? this.#byRemote.get(placeKey(flow.transport, flow.remote));
  }

  #forget(link: Link): void {
    this.#byNumber.delete(link.joined?.end.flow.connection ?? -1);
    const name = placeKey(link.transport, link.remote);
    if (this.#byRemote.get(name) === link) this.#byRemote.delete(name);
  }
}

/** What the parties of one simulated wire have in common. */
import type { Flow, SocketAddress } from '../machine/machine.js';
import type { NetworkEvents } from '../machine/network.js';
import {
  type Conditions,
  type ConnectionEnd,
  type SimulatedConnection,
  underWay,
} from './simulated-connection.js';

/** `corrupted`: some octets of it arrive changed. `nobody`: no one listens there. `unreachable`: a partition lies between. */
export type Fate = 'carried' | 'doubled' | 'corrupted' | 'lost' | 'nobody' | 'unreachable';

/** What was put on the wire, and what became of it. */
export interface Transmission {
  readonly at: number;
  readonly transport: string;
  readonly from: SocketAddress;
  readonly to: SocketAddress;
  readonly bytes: Uint8Array;
  readonly fate: Fate;
  /** What arrives instead, where it was corrupted. */
  readonly instead?: Uint8Array;
}

/** One party of the wire, as the others see it. */
export interface Neighbour {
  /** Tells it of what happens on its sockets, as long as it is open. */
  readonly told: NetworkEvents;
  /** Somebody has opened a connection to it; this is its end. */
  accept(connection: SimulatedConnection, end: ConnectionEnd): void;
}

/** How a transport carries bytes: each datagram by itself, a stream without seams, or messages that stay whole. */
const CARRIAGE = new Map<string, 'datagram' | 'stream' | 'message'>([
  ['udp', 'datagram'],
  ['tcp', 'stream'],
  ['tls', 'stream'],
  ['ws', 'message'],
  ['wss', 'message'],
]);

/** How this transport carries bytes; undefined where there is no such transport. */
export function carriageOf(transport: string): 'datagram' | 'stream' | 'message' | undefined {
  return CARRIAGE.get(transport);
}

/** The name of a place to listen at. */
export function placeKey(transport: string, place: SocketAddress): string {
  return `${transport} ${place.address} ${place.port}`;
}

/** What the parties of one wire have in common. */
export class Surroundings {
  /** Everything that was put on the wire, in order. */
  readonly log: Transmission[] = [];
  /** Who listens where. */
  readonly listeners = new Map<string, Neighbour>();
  readonly connections = new Set<SimulatedConnection>();
  readonly partitions = new Map<Neighbour, Set<Neighbour>>();
  #lastPort = 49_151;
  #lastConnection = 0;

  constructor(readonly conditions: Conditions) {}

  freePort(): number {
    this.#lastPort += 1;
    return this.#lastPort;
  }

  /** One end of a connection, under a number of its own. */
  makeEnd(
    owner: Neighbour,
    transport: string,
    local: SocketAddress,
    remote: SocketAddress,
  ): ConnectionEnd {
    this.#lastConnection += 1;
    const flow: Flow = { transport, local, remote, connection: this.#lastConnection };
    return { flow, events: owner.told, owner };
  }

  parted(one: Neighbour, other: Neighbour): boolean {
    const { partitions } = this;
    return (partitions.get(one)?.has(other) ?? false) || (partitions.get(other)?.has(one) ?? false);
  }

  /** Does this when something sent now would be there. */
  later(task: () => void): void {
    const { clock } = this.conditions;
    clock.at(clock.now() + underWay(this.conditions), task);
  }

  /** Tells of a failure; never before whoever sent has gone on. */
  fail(owner: Neighbour, flow: Flow, why: string): void {
    const { clock } = this.conditions;
    clock.at(clock.now(), () => owner.told.failed(flow, why));
  }

  record(
    transport: string,
    from: SocketAddress,
    to: SocketAddress,
    bytes: Uint8Array,
    fate: Fate,
    instead?: Uint8Array,
  ): void {
    const at = this.conditions.clock.now();
    this.log.push({
      at,
      transport,
      from: placeOf(from),
      to: placeOf(to),
      bytes,
      fate,
      ...(instead !== undefined && { instead }),
    });
  }
}

/** Address and port alone, of something that may say more. */
export function placeOf({ address, port }: SocketAddress): SocketAddress {
  return { address, port };
}

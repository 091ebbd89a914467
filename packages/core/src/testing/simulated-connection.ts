/** A connection of the simulated wire: two directions, each in order and without loss, but late and in pieces. */
import type { Clock } from '../ports/clock.js';
import type { Flow } from '../machine/machine.js';
import type { NetworkEvents } from '../machine/network.js';
import type { SeededChance } from './seeded-chance.js';

/** How a wire behaves; it may change. */
export interface Weather {
  /** The shortest and the longest way, in milliseconds. */
  delay: { readonly min: number; readonly max: number };
  /** How many of all datagrams are lost, from 0 to 1. */
  loss: number;
  /** How many of all datagrams arrive twice, from 0 to 1. */
  duplication: number;
  /** How many of all datagrams arrive changed, from 0 to 1. */
  corruption: number;
  /** Whether streams arrive in random pieces; otherwise each piece arrives as it was sent. */
  slicing: boolean;
}

/** What a wire is made of. */
export interface Conditions extends Weather {
  readonly clock: Clock;
  readonly chance: SeededChance;
}

/** How long it takes until somebody who sends into a dead connection is told: TCP goes on trying for so long (RFC 1122, 4.2.3.5). */
const GIVEN_UP = 15 * 60_000;

/** How long something is under way. */
export function underWay(conditions: Conditions): number {
  const { min, max } = conditions.delay;
  return max > min ? min + conditions.chance.integer(max - min + 1) : min;
}

/** One end of a connection. */
export interface ConnectionEnd {
  readonly flow: Flow;
  readonly events: NetworkEvents;
  /** Whose end it is. */
  readonly owner: object;
}

/** Why a direction stands still: a partition lies between, or its reader does not read. */
type Hold = 'parted' | 'clogged';

/** What has to arrive: bytes, or the news that nothing more will come. */
type Item = Uint8Array | 'end';

/** One direction of a connection. */
class Direction {
  readonly #conditions: Conditions;
  readonly #whole: boolean;
  readonly #deliver: (item: Item) => void;
  readonly #arrived: Item[] = [];
  #lastArrival = 0;
  readonly #holds = new Set<Hold>();
  #broken = false;

  constructor(conditions: Conditions, whole: boolean, deliver: (item: Item) => void) {
    this.#conditions = conditions;
    this.#whole = whole;
    this.#deliver = deliver;
  }

  push(item: Item): void {
    const { clock } = this.#conditions;
    this.#lastArrival = Math.max(this.#lastArrival, clock.now() + underWay(this.#conditions));
    clock.at(this.#lastArrival, () => {
      this.#arrived.push(item);
      this.#pump();
    });
  }

  break(): void {
    this.#broken = true;
  }

  hold(why: Hold, held: boolean): void {
    if (held) this.#holds.add(why);
    else this.#holds.delete(why);
    this.#pump();
  }

  #pump(): void {
    while (!this.#broken && this.#holds.size === 0) {
      const item = this.#arrived.shift();
      if (item === undefined) return;
      if (item === 'end' || this.#whole || !this.#conditions.slicing) {
        this.#deliver(item);
        continue;
      }
      this.#slice(item);
      return;
    }
  }

  /** Delivers some octets from the front of all that is there; the rest follows, merged with what arrives meanwhile. */
  #slice(first: Uint8Array): void {
    const { chance, clock } = this.#conditions;
    const parts = [first];
    for (let next = this.#arrived[0]; next instanceof Uint8Array; next = this.#arrived[0]) {
      parts.push(next);
      this.#arrived.shift();
    }
    const all = concatenate(parts);
    const count = all.length === 0 ? 0 : 1 + chance.integer(all.length);
    if (count < all.length) {
      this.#arrived.unshift(all.slice(count));
      this.#lastArrival = Math.max(this.#lastArrival, clock.now());
      clock.at(this.#lastArrival, () => this.#pump());
    } else if (this.#arrived.length > 0) {
      clock.at(clock.now(), () => this.#pump());
    }
    this.#deliver(all.slice(0, count));
  }
}

/** A connection between two ends, as either end may use it. */
export class SimulatedConnection {
  readonly #ends: readonly [ConnectionEnd, ConnectionEnd];
  readonly #directions: readonly [Direction, Direction];
  readonly #conditions: Conditions;
  /** The ends that send no more. */
  readonly #finished = new Set<ConnectionEnd>();
  /** The ends that were told that it is over, or whose party is dead. */
  readonly #told = new Set<ConnectionEnd>();
  #dead = false;

  /** @param whole whether each message arrives whole, as over WebSocket. */
  constructor(
    conditions: Conditions,
    whole: boolean,
    ends: readonly [ConnectionEnd, ConnectionEnd],
  ) {
    this.#conditions = conditions;
    this.#ends = ends;
    const direction = (to: ConnectionEnd): Direction =>
      new Direction(conditions, whole, (item) => {
        if (this.#told.has(to)) return;
        if (item !== 'end') {
          to.events.receive(item, to.flow);
          return;
        }
        // Whoever hears that the other side is done closes as well, behind what it has sent.
        this.disconnect(to);
        this.#tell(to);
      });
    this.#directions = [direction(ends[1]), direction(ends[0])];
  }

  /** Whether this end may still send. */
  usable(end: ConnectionEnd): boolean {
    return !this.#finished.has(end);
  }

  /** Whether both ends know that it is over. */
  get over(): boolean {
    return this.#told.size === 2;
  }

  /** Whether it leads from one of these to the other; from this one to anybody where there is no other. */
  joins(one: object, other?: object): boolean {
    const [here, there] = this.#ends;
    const isAt = (party: object): boolean => here.owner === party || there.owner === party;
    return isAt(one) && (other === undefined || isAt(other));
  }

  /** Sends from this end. */
  transmit(end: ConnectionEnd, bytes: Uint8Array): void {
    if (this.usable(end)) this.#from(end).push(bytes);
  }

  /** Closes from this end, behind everything that was sent from it. */
  disconnect(end: ConnectionEnd): void {
    if (this.#finished.has(end)) return;
    this.#finished.add(end);
    this.#from(end).push('end');
  }

  /** Breaks the connection: what is under way is lost, and both ends are told. */
  cut(): void {
    for (const direction of this.#directions) direction.break();
    for (const end of this.#ends) this.#finished.add(end);
    this.#conditions.clock.at(this.#conditions.clock.now(), () => {
      for (const end of this.#ends) this.#tell(end);
    });
  }

  /** Nothing arrives any more, and nobody is told before the one who still sends gives up: as where a cable is pulled. */
  die(): void {
    if (this.#dead) return;
    this.#dead = true;
    for (const direction of this.#directions) direction.break();
    const { clock } = this.#conditions;
    clock.at(clock.now() + GIVEN_UP, () => this.cut());
  }

  /** One party is gone at once: nothing comes from it, and nothing is told to it. */
  desert(owner: object): void {
    for (const end of this.#ends) {
      if (end.owner !== owner) continue;
      this.#finished.add(end);
      this.#told.add(end);
    }
  }

  /** Lets everything stand still where it is, or go on. */
  part(parted: boolean): void {
    for (const direction of this.#directions) direction.hold('parted', parted);
  }

  /** This party reads nothing of what has come, or goes on reading. */
  clog(reader: object, clogged: boolean): void {
    for (const [index, end] of this.#ends.entries()) {
      if (end.owner === reader) this.#directions[index === 0 ? 1 : 0].hold('clogged', clogged);
    }
  }

  #from(end: ConnectionEnd): Direction {
    return this.#directions[end === this.#ends[0] ? 0 : 1];
  }

  #tell(end: ConnectionEnd): void {
    if (this.#told.has(end)) return;
    this.#told.add(end);
    end.events.closed(end.flow);
  }
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all;
}

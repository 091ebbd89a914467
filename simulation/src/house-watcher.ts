/** Stands at the sockets of a house: judges what passes, keeps the books of octets and records, and may bring the house down there. */
import type { Flow } from '@usher/core/adapter';

import type { Shelf } from './journal.js';
import { STRANGERS } from './places.js';
import { Referee } from './referee.js';
import { latin1, readSip, type SipText } from './sip-text.js';
import type { Watcher } from './watched-network.js';
import type { World } from './world.js';

/** Where a house dies: before or after it sends for the so-many-th time, or while a message goes into its journal. */
export interface CrashPoint {
  readonly at: 'before sending' | 'after sending' | 'journal';
  left: number;
}

/** The house, as far as this is concerned with it. */
export interface Watched {
  readonly alive: boolean;
  readonly clock: { now(): number };
  /** By how much its timers may be late. */
  readonly late: number;
  /** Whether everybody has to prove who he is. */
  readonly guarded: boolean;
  /** Whether its journal takes longer than anybody waits. */
  readonly slow: boolean;
  /** Dies here and now. */
  crash(silently: boolean): void;
}

/** What went to one address by datagram and what came from there. */
interface Traffic {
  received: number;
  sent: number;
  /** Whether it is there: it said something that only somebody can say who heard us. */
  proven: boolean;
}

/** What cannot be said in less may go once to whoever has not shown that he is there. */
const LOAN = 1_500;

/** Stands at the sockets of a house. */
export class HouseWatcher implements Watcher {
  readonly referee: Referee;
  crashPoint: CrashPoint | undefined;
  readonly #world: World;
  readonly #house: Watched;
  readonly #shelf: Shelf;
  /** What MESSAGEs said, by branch; the wire may have changed one that was sent again. */
  readonly #said = new Map<string, Set<string>>();
  /** Flows that led nowhere: what came by them may stay without an answer. */
  readonly #lost = new Set<string>();
  readonly #traffic = new Map<string, Traffic>();
  /** The branches and tags that we told each address. */
  readonly #told = new Set<string>();

  constructor(world: World, house: Watched, shelf: Shelf) {
    this.#world = world;
    this.#house = house;
    this.#shelf = shelf;
    this.referee = new Referee('house', world, () => house.late, true);
    for (const address of world.vandals) this.referee.answers.garbage(address);
  }

  received(bytes: Uint8Array, flow: Flow): void {
    const traffic = this.#trafficOf(flow);
    traffic.received += bytes.length;
    const message = readSip(bytes);
    if (message === undefined) {
      this.referee.answers.garbage(flow.remote.address);
      return;
    }
    const { method, branch, toTag } = message;
    const known = method === undefined ? branch : toTag;
    if (this.#told.has(`${flow.remote.address} ${known}`)) traffic.proven = true;
    this.referee.received(message, latin1(bytes), flow, this.#house.clock.now());
    if (method === 'MESSAGE' && message.get('content-type')?.includes('iscomposing') !== true)
      this.#said.set(branch, (this.#said.get(branch) ?? new Set()).add(message.body));
  }

  sent(bytes: Uint8Array, flow: Flow): boolean {
    if (!this.#house.alive || this.crashes('before sending')) return false;
    this.#trafficOf(flow).sent += bytes.length;
    const message = readSip(bytes);
    if (message === undefined) {
      this.#checkText(latin1(bytes));
      return true;
    }
    const { method, branch, toTag } = message;
    this.#told.add(`${flow.remote.address} ${method === undefined ? toTag : branch}`);
    this.referee.sent(message, latin1(bytes), flow, this.#house.clock.now());
    if (message.of === 'MESSAGE') this.#checkJournal(message);
    if (this.crashPoint?.at === 'after sending') {
      // These octets are out; nothing that comes after them is.
      const { clock } = this.#world;
      clock.at(clock.now(), () => this.crashes('after sending'));
    }
    return true;
  }

  opened(): void {
    this.#world.count('house: connections');
  }

  lost(flow: Flow): void {
    this.#lost.add(keyOf(flow));
    this.referee.requests.lost(flow);
  }

  /** Whether the house dies here. */
  crashes(where: CrashPoint['at']): boolean {
    const point = this.crashPoint;
    if (!this.#house.alive) return true;
    if (point?.at !== where) return false;
    point.left -= 1;
    if (point.left > 0) return false;
    this.crashPoint = undefined;
    this.#world.count(`fault: crash ${where}`);
    this.#house.crash(false);
    return true;
  }

  /** What must hold when nothing passes any more. */
  checkRest(): void {
    for (const { key, callId, flow } of this.referee.answers.unanswered) {
      // Whoever may not be where he seems to be hears no more than he says, and nothing at all where that is too little.
      if (this.#lost.has(keyOf(flow)) || !this.#trafficOf(flow).proven) continue;
      const stranger = flow.transport === 'udp' && flow.remote.address.startsWith(STRANGERS);
      if (stranger && (this.#house.guarded || key.startsWith('INVITE '))) continue;
      // RFC 4320, 4.2: a message that the journal did not take within 64*T1 ends in silence.
      if (key.startsWith('MESSAGE ') && this.#house.slow) continue;
      this.#world.accuse(`house: no final answer to ${key}`, callId);
    }
    this.referee.answers.count();
    this.referee.requests.count();
  }

  /** No address hears more of us than it said, but for one message, before it has shown that it is there. */
  checkOctets(): void {
    for (const [address, { received, sent, proven }] of this.#traffic) {
      if (sent <= received + LOAN || proven) continue;
      this.#world.accuse(`house: ${sent} octets to ${address}, which sent ${received}`);
    }
  }

  /** What answers something that is no message may be none itself: of that nothing more is expected. */
  #checkText(text: string): void {
    if (text.length <= 4 || text.startsWith('SIP/2.0 4') || text.startsWith('SIP/2.0 5')) return;
    this.#world.accuse(`house: sent what is no SIP: ${text.slice(0, 80)}`);
  }

  /** A message answered 200 is in the journal before the answer leaves. */
  #checkJournal({ status = 0, branch }: SipText): void {
    if (status < 200 || status >= 300) return;
    const said = [...(this.#said.get(branch) ?? [])];
    if (said.length === 0 || said.some((text) => this.#shelf.received.has(text))) return;
    const what = JSON.stringify(said[0]);
    this.#world.accuse(`house: answered ${status} to ${what} before it was recorded`);
  }

  /** Connections have shown by their handshake that somebody is there. */
  #trafficOf({ transport, remote }: Flow): Traffic {
    const key = remote.address;
    let traffic = this.#traffic.get(key);
    if (traffic === undefined) {
      traffic = { received: 0, sent: 0, proven: transport !== 'udp' };
      this.#traffic.set(key, traffic);
    }
    return traffic;
  }
}

/** By what a flow is known that is gone. */
function keyOf({ transport, remote, connection }: Flow): string {
  return connection === undefined
    ? `${transport} ${remote.address}:${remote.port}`
    : String(connection);
}

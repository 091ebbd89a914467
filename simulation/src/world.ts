/** Everything that the parties of one run share: time, the wire, chance, and the record of what happened. */
import { type SeededChance, SimulatedWire, VirtualClock } from '@usher/core/testing';

import { chanceOf } from './chance-of.js';
import { Ladder } from './ladder.js';
import { Ledger } from './ledger.js';
import { readSip } from './sip-text.js';
import { Tally } from './tally.js';

/** So many messages somebody who eavesdrops remembers. */
const OVERHEARD = 8;

/** Everything that the parties of one run share. */
export class World {
  readonly clock = new VirtualClock();
  readonly since = this.clock.now();
  readonly tally = new Tally();
  readonly ladder: Ladder;
  readonly ledger = new Ledger();
  readonly wire: SimulatedWire;
  /** The rules that were broken. */
  readonly broken: string[] = [];
  /** Call-IDs and texts of messages that the wire has changed: of those, nothing can be expected. */
  readonly garbled = new Set<string>();
  /** What a talk is called, by its Call-ID. */
  readonly labels = new Map<string, string>();
  /** Statuses that an invitation may be answered with in this run, whoever is invited. */
  readonly trouble: number[] = [];
  /** The names of those who have a password. */
  readonly accounts: string[] = [];
  /** The addresses of those who send what is no message. */
  readonly vandals = new Set<string>();
  /** The last few messages on the wire, for whoever eavesdrops. */
  readonly overheard: Uint8Array[] = [];
  readonly #seed: number;

  constructor(seed: number, traced: boolean) {
    this.#seed = seed;
    this.ladder = new Ladder(this.since, traced);
    this.wire = new SimulatedWire({ clock: this.clock, chance: this.chance('wire') });
  }

  /** The source of chance of this party. */
  chance(party: string): SeededChance {
    return chanceOf(this.#seed, party);
  }

  note(text: string): void {
    this.ladder.note(this.clock.now(), text);
  }

  /** A rule was broken; where it is one of a dialog that the wire has changed, that proves nothing. */
  accuse(what: string, callId?: string): void {
    if (callId !== undefined && this.garbled.has(callId)) return;
    // One is enough to fail; a few more may help to understand.
    if (this.broken.length < 20) this.broken.push(what);
    this.note(`!! ${what}`);
  }

  /** Something of this kind happened. */
  count(what: string, by = 1): void {
    this.tally.count(what, by);
  }

  /** Resolves after so many milliseconds of the world's time. */
  wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.clock.at(this.clock.now() + ms, resolve);
    });
  }

  /** Takes note of what was put on the wire since the last look. */
  watchWire(): void {
    const { log } = this.wire;
    for (const transmission of log) {
      this.ladder.message(transmission);
      this.count(`wire: ${transmission.fate}`);
      if (transmission.fate !== 'corrupted') continue;
      this.#garble(transmission.bytes);
      if (transmission.instead !== undefined) this.#garble(transmission.instead);
    }
    this.overheard.push(...log.map(({ bytes }) => bytes));
    if (this.overheard.length > OVERHEARD)
      this.overheard.splice(0, this.overheard.length - OVERHEARD);
    log.length = 0;
  }

  #garble(bytes: Uint8Array): void {
    const message = readSip(bytes);
    if (message === undefined) return;
    this.garbled.add(message.callId);
    this.garbled.add(this.labels.get(message.callId) ?? '');
    if (message.body !== '') this.garbled.add(message.body);
  }
}

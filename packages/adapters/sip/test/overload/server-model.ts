/** A server in virtual time: one processor, a socket with a buffer, turns of an event loop as Node has them, and costs. */
import { Timers } from '@usher/core/adapter';
import { SeededChance } from '@usher/core/testing';

import { OverloadControl } from '../../src/overload/overload-control.js';
import { Callers, type Datagram, type Load, type Outcome } from './callers.js';
import { Line } from './line.js';
import { flowOf, type Kind, readPacket, REFUSAL_TAG } from './packets.js';

/** What the work on a message costs, in milliseconds, with all that reading and sending take; to a refusal comes its ACK, unread. */
const INVITE = 2;
const IN_DIALOG = 0.3;
const REPEATED = 0.05;
const REFUSAL = 0.04;
const SPENT = 0.005;
/** To read one that waits, before the work on it. */
const KEPT = 0.002;

/** Sessions a second at which no time is left: an INVITE, an ACK, two MESSAGEs and a BYE. */
export const SATURATION = 1_000 / (INVITE + 4 * IN_DIALOG);

/** Datagrams that the socket's buffer holds (4 MiB of them), and how many of them one turn reads. */
const BUFFER = 3_200;
const READ = 32;
/** A session is good when it is over within so many milliseconds. */
const GOOD = 4_000;
/** RFC 3261, 13.3.1.4. */
const T1 = 500;
const T2 = 4_000;

/** What the server knows of a session. */
interface Served {
  /** The kinds of messages that it has dealt with. */
  readonly had: Set<Kind>;
  acknowledged: boolean;
}

/** A server in virtual time, and those who call it. */
export class ServerModel {
  readonly callers: Callers;
  readonly control: OverloadControl | undefined;
  now = 0;
  readonly #buffer = new Line<Datagram>();
  readonly #served = new Map<number, Served>();
  readonly #timers = new Timers<() => void>();
  #turn = false;
  #laps: number[] = [];
  #sampled = 0;

  constructor(loads: readonly Load[], { seed, controlled }: { seed: number; controlled: boolean }) {
    this.callers = new Callers(loads, new SeededChance(seed));
    if (!controlled) return;
    this.control = new OverloadControl({
      tag: REFUSAL_TAG,
      arrange: () => {
        this.#turn = true;
      },
      known: {
        transaction: (key) => this.#knows(key),
        dialog: (tag) => this.#served.has(Number(tag.slice(1))),
        request: () => false,
      },
    });
  }

  /** Lets time go by up to this moment. */
  run(until: number): void {
    while (this.now < until) {
      const begun = this.now;
      for (const ring of this.#timers.elapse(this.now)) ring();
      this.#read();
      if (this.#turn) this.#take();
      if (this.now === begun) this.#spend(this.#pause(until));
      else this.#laps.push(this.now - begun);
      if (this.now - this.#sampled >= 1_000) this.#sample();
    }
  }

  /** Sessions a second that were over in time, of those begun between these moments. */
  goodput(from: number, to: number, isOf: (source: number) => boolean = () => true): number {
    const good = this.#begun(from, to).filter(
      ({ end, source, took }) => end === 'over' && took <= GOOD && isOf(source),
    );
    return good.length / ((to - from) / 1_000);
  }

  /** Sessions a second that were over in time between these moments, whenever they were begun. */
  done(from: number, to: number): number {
    const done = this.callers.outcomes.filter(
      ({ end, begun, took }) =>
        end === 'over' && took <= GOOD && begun + took >= from && begun + took < to,
    );
    return done.length / ((to - from) / 1_000);
  }

  /** The part of those begun between these moments that was refused. */
  refused(from: number, to: number): number {
    const begun = this.#begun(from, to);
    return begun.filter(({ end }) => end === 'refused').length / begun.length;
  }

  /** How long the slowest in a hundred of those begun between these moments took. */
  slowest(from: number, to: number): number {
    const took = this.#begun(from, to)
      .filter(({ end }) => end === 'over')
      .map((each) => each.took)
      .toSorted((a, b) => a - b);
    return took[Math.floor(took.length * 0.99)] ?? Infinity;
  }

  #begun(from: number, to: number): readonly Outcome[] {
    return this.callers.outcomes.filter(({ begun }) => begun >= from && begun < to);
  }

  /** Reads what the socket has, as much of it as one turn does. */
  #read(): void {
    for (let count = 0; count < READ; count += 1) {
      const datagram = this.#buffer.shift();
      if (datagram === undefined) return;
      const { bytes, source } = datagram;
      const verdict = this.control?.put(bytes, flowOf(source), this.now) ?? 'pass';
      if (verdict === 'pass') this.#work(bytes);
      else if (verdict === 'wait') this.#spend(KEPT);
      else if (verdict === 'drop') this.#spend(SPENT);
      else this.#refuse(verdict.bytes);
    }
  }

  #take(): void {
    this.#turn = false;
    const turn = this.control?.take(this.now);
    for (const { bytes } of turn?.refusals ?? []) this.#refuse(bytes);
    for (const { bytes } of turn?.work ?? []) this.#work(bytes);
  }

  /** A refusal goes out: it says by itself to which INVITE. */
  #refuse(bytes: Uint8Array): void {
    this.#spend(REFUSAL);
    const { kind, number } = readPacket(bytes);
    this.callers.answer(number, kind, 503, this.now);
  }

  /** Deals with a message, once. */
  #work(bytes: Uint8Array): void {
    const { kind, number } = readPacket(bytes);
    const known = this.#served.get(number);
    if (kind === 'r' || kind === 's') {
      this.#spend(kind === 'r' ? SPENT : REPEATED);
    } else if (kind === 'i' || kind === 'e') {
      this.#spend(known === undefined ? INVITE : REPEATED);
      if (known === undefined) this.#accept(number);
      else this.callers.answer(number, kind, 200, this.now);
    } else if (known === undefined) {
      // An OPTIONS, or what belongs to no dialog.
      this.#spend(REPEATED);
      this.callers.answer(number, kind, kind === 'o' ? 200 : 481, this.now);
    } else {
      this.#spend(known.had.has(kind) ? REPEATED : IN_DIALOG);
      known.had.add(kind);
      if (kind === 'a') known.acknowledged = true;
      else this.callers.answer(number, kind, 200, this.now);
    }
  }

  /** RFC 3261, 13.3.1.4: a 2xx goes out again and again, until it is acknowledged. */
  #accept(number: number): void {
    const served: Served = { had: new Set(['i']), acknowledged: false };
    this.#served.set(number, served);
    const { now } = this;
    const repeat = (after: number): void => {
      this.callers.answer(number, 'i', 200, this.now);
      this.#timers.start(this.now, after, () => {
        if (served.acknowledged || this.now - now >= 64 * T1) return;
        this.#spend(REPEATED);
        repeat(Math.min(after * 2, T2));
      });
    };
    repeat(T1);
  }

  /** Time goes by, for the callers too. */
  #spend(milliseconds: number): void {
    this.now += milliseconds;
    this.callers.elapse(this.now);
    const { sent } = this.callers;
    for (let first = sent.first; first !== undefined && first.at <= this.now; first = sent.first) {
      // What the buffer does not hold is lost.
      if (this.#buffer.length < BUFFER) this.#buffer.push(first);
      sent.shift();
    }
  }

  /** Until something happens. */
  #pause(until: number): number {
    const next = Math.min(
      this.callers.sent.first?.at ?? Infinity,
      this.callers.next,
      this.#timers.deadline ?? Infinity,
      until,
    );
    return Math.max(next - this.now, 0);
  }

  /** The event loop's delay, as Node would tell it. */
  #sample(): void {
    const laps = this.#laps.toSorted((a, b) => a - b);
    this.control?.sample(this.now, laps[Math.floor(laps.length * 0.99)] ?? 0);
    this.#laps = [];
    this.#sampled = this.now;
  }

  #knows(key: string): boolean {
    const kind = key.slice(-9, -8) as Kind;
    return this.#served.get(Number(key.slice(-8)))?.had.has(kind) === true;
  }
}

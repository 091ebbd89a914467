/** Callers in virtual time: each begins a session, says two things and leaves, and retransmits as RFC 3261 has it for UDP. */
import { Timers } from '@usher/core/adapter';
import type { SeededChance } from '@usher/core/testing';

import { Line } from './line.js';
import { type Kind, packet } from './packets.js';

/** So many sessions a second are begun, from one moment to another. */
export interface Load {
  /** The first of the sources at which they are begun, and how many there are, all alike; one unless given. */
  readonly source: number;
  readonly sources?: number;
  readonly rate: number;
  readonly from: number;
  readonly to: number;
  /** What its callers send, where they heed no answer: they neither acknowledge nor go on. */
  readonly hostile?: Kind | undefined;
}

/** How a session came out. */
export interface Outcome {
  readonly source: number;
  readonly begun: number;
  readonly took: number;
  readonly end: 'over' | 'refused' | 'given up';
}

/** A datagram on its way to the server. */
export interface Datagram {
  readonly at: number;
  readonly source: number;
  readonly bytes: Uint8Array;
}

/** An answer on its way to a caller. */
interface Answer {
  readonly at: number;
  readonly number: number;
  readonly kind: Kind;
  readonly status: number;
}

/** One session, as its caller sees it. */
interface Session {
  readonly number: number;
  readonly source: number;
  readonly begun: number;
  /** What an answer is awaited to, and since when; undefined when none is any more. */
  awaited: Kind | undefined;
  since: number;
}

/** Milliseconds on the way, either way. */
const WAY = 1;
/** RFC 3261, 17.1.1.1. */
const T1 = 500;
const T2 = 4_000;
/** Timers B and F. */
const GIVEN_UP = 64 * T1;

/** What comes after an answer. */
const NEXT = new Map<Kind, Kind>([
  ['i', 'm'],
  ['m', 'n'],
  ['n', 'b'],
]);

/** Callers in virtual time. */
export class Callers {
  readonly outcomes: Outcome[] = [];
  /** When each session was begun, and where. */
  readonly begun: { readonly at: number; readonly source: number }[] = [];
  /** How long each request within a dialog went unanswered, and when it was first sent. */
  readonly talk: { readonly at: number; readonly took: number }[] = [];
  /** What is on its way to the server. */
  readonly sent = new Line<Datagram>();
  readonly #answers = new Line<Answer>();
  readonly #chance: SeededChance;
  readonly #loads: { readonly load: Load; next: number }[] = [];
  readonly #sessions = new Map<number, Session>();
  readonly #timers = new Timers<(now: number) => void>();
  #last = 0;

  constructor(loads: readonly Load[], chance: SeededChance) {
    this.#chance = chance;
    for (const load of loads) this.#loads.push({ load, next: load.from + this.#pause(load.rate) });
  }

  /** When the next thing happens. */
  get next(): number {
    let next = Math.min(this.#answers.first?.at ?? Infinity, this.#timers.deadline ?? Infinity);
    for (const load of this.#loads) next = Math.min(next, load.next);
    return next;
  }

  /** All that happens up to this moment. */
  elapse(until: number): void {
    for (let now = this.next; now <= until; now = this.next) {
      for (const ring of this.#timers.elapse(now)) ring(now);
      while ((this.#answers.first?.at ?? Infinity) <= now) this.#hear(now);
      for (const load of this.#loads) {
        if (load.next > now) continue;
        this.#begin(load.load, now);
        const next = now + this.#pause(load.load.rate);
        load.next = next < load.load.to ? next : Infinity;
      }
    }
  }

  /** The server answers. */
  answer(number: number, kind: Kind, status: number, now: number): void {
    this.#answers.push({ at: now + WAY, number, kind, status });
  }

  #pause(rate: number): number {
    return (-Math.log((this.#chance.integer(2 ** 30) + 1) / 2 ** 30) / rate) * 1_000;
  }

  #begin({ source: first, sources = 1, hostile }: Load, now: number): void {
    this.#last += 1;
    const number = this.#last;
    const source = first + this.#chance.integer(sources);
    if (hostile !== undefined) {
      this.sent.push({ at: now + WAY, source, bytes: packet(hostile, source, number) });
      return;
    }
    const session: Session = { number, source, begun: now, awaited: undefined, since: now };
    this.#sessions.set(number, session);
    this.begun.push({ at: now, source });
    this.#ask(session, 'i', now);
  }

  /** Sends a request, again and again until it is answered or too old (RFC 3261, 17.1.1.2 and 17.1.2.2). */
  #ask(session: Session, kind: Kind, now: number): void {
    session.awaited = kind;
    session.since = now;
    const bytes = packet(kind, session.source, session.number);
    const repeat = (at: number, after: number): void => {
      this.sent.push({ at: at + WAY, source: session.source, bytes });
      this.#timers.start(at, after, (ringing) => {
        if (session.awaited !== kind) return;
        if (ringing - now >= GIVEN_UP) this.#end(session, 'given up', ringing);
        else repeat(ringing, kind === 'i' ? after * 2 : Math.min(after * 2, T2));
      });
    };
    repeat(now, T1);
  }

  #hear(now: number): void {
    const answer = this.#answers.shift();
    const session = answer === undefined ? undefined : this.#sessions.get(answer.number);
    if (answer === undefined || session === undefined) return;
    const { kind, status } = answer;
    if (kind === 'i') this.#acknowledge(session, status < 300 ? 'a' : 'r', now);
    if (session.awaited !== kind) return;
    if (kind !== 'i') this.talk.push({ at: session.since, took: now - session.since });
    const next = NEXT.get(kind);
    if (status >= 300) this.#end(session, 'refused', now);
    else if (next === undefined) this.#end(session, 'over', now);
    else this.#ask(session, next, now);
  }

  #acknowledge({ source, number }: Session, kind: Kind, now: number): void {
    this.sent.push({ at: now + WAY, source, bytes: packet(kind, source, number) });
  }

  #end(session: Session, end: Outcome['end'], now: number): void {
    session.awaited = undefined;
    const { source, begun, number } = session;
    this.outcomes.push({ source, begun, took: now - begun, end });
    this.#sessions.delete(number);
  }
}

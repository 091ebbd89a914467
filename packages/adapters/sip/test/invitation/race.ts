/** A real host behind a real user agent, on a network of paper, and any number of inviters who play their scripts all at once. */
import {
  accept,
  type Activity,
  createHost,
  type Decision,
  defer,
  forward,
  type Host,
  type Placement,
  reject,
} from '@usher/core';
import type { Network, NetworkEvents } from '@usher/core/adapter';
import { SeededChance, VirtualClock } from '@usher/core/testing';
import { Subject } from 'rxjs';

import { SipUserAgent } from '../../src/index.js';
import { Inviter } from './inviter.js';
import { DEADLINE, expected, isConfirmed, type Move, POLITELY, type Script } from './script.js';

/** Within so many milliseconds everything is over, also the one alarm by which sessions are looked after. */
const LONGEST = 2_000_000;

const DECISIONS: { readonly [Each in Move]?: () => Decision } = {
  accept: () => accept(() => undefined),
  reject: () => reject('busy'),
  forward: () => forward('sip:desk@example.com'),
};

/** One invitation, from all sides. */
export interface Course {
  readonly script: Script;
  readonly inviter: Inviter;
  /** The outcomes that activity has told of it. */
  readonly told: string[];
  /** What became of each decision from outside: its type, and the error's code. */
  readonly decided: { readonly move: Move; readonly error?: string }[];
  id: string | undefined;
  /** How the bot speaks. */
  readonly word: Subject<Decision>;
}

/** A house that many invite at once. */
export class Race {
  readonly clock = new VirtualClock(0);
  readonly userAgent: SipUserAgent;
  #host: Host | undefined;
  #events: NetworkEvents | undefined;
  #courses = new Map<string, Course>();
  #number = 0;

  private constructor() {
    const network: Network = {
      open: (events) => {
        this.#events = events;
        return Promise.resolve(
          ['udp', 'tcp', 'ws'].map((transport) => ({
            transport,
            address: '192.0.2.1',
            port: 5060,
          })),
        );
      },
      transmit: (bytes) => this.#hear(bytes),
      disconnect: () => {},
      close: () => Promise.resolve(),
    };
    this.userAgent = new SipUserAgent({
      network,
      clock: this.clock,
      chance: new SeededChance(5),
      overload: 'off',
      trust: { networks: ['198.51.100.0/24'] },
    });
  }

  static async open(): Promise<Race> {
    const race = new Race();
    const place = (id: Script['by'], order: number, more: Partial<Placement>): Placement => ({
      id,
      order,
      match: ({ endpoint }) => endpoint.user === id,
      plugin: { decide: ({ subject = '', id: invitation }) => race.#ask(subject, invitation) },
      ...more,
    });
    const timeout = DEADLINE;
    race.#host = await createHost({
      userAgents: [race.userAgent],
      clock: race.clock,
      chance: new SeededChance(6),
      limits: { deferred: 10_000 },
      bots: [
        place('bot', 1, { decide: { timeout } }),
        place('polite', 2, { decide: { timeout, politely: POLITELY } }),
        place('person', 3, {}),
      ],
    });
    race.#host.activity.subscribe((activity) => race.#note(activity));
    await race.#host.open();
    return race;
  }

  get host(): Host {
    if (this.#host === undefined) throw new Error('not open');
    return this.#host;
  }

  /** Plays these scripts at once, to their end and the end of all that lingers. What was wrong is returned, in words. */
  async play(scripts: readonly Script[]): Promise<string[]> {
    this.#courses = new Map();
    const start = this.clock.now() + 1;
    for (const script of scripts) this.#arrange(script, start);
    await this.clock.run(start + LONGEST);
    const wrong = [...this.#courses.values()].flatMap((course) =>
      faultsOf(course).map((fault) => `${fault}: ${JSON.stringify(course.script)}`),
    );
    return [...wrong, ...this.#left()];
  }

  /** What is not as it was before anybody came. */
  #left(): string[] {
    const { sessions, state, pending } = this.host;
    const left = {
      sessions,
      pending: state.pending.used,
      waiting: pending.size,
      alarms: this.clock.waiting,
      ...this.userAgent.counts,
      // Those that nobody closes stay open.
      connections: 0,
    };
    return Object.entries(left).flatMap(([name, count]) =>
      count === 0 ? [] : [`${count} ${name} left`],
    );
  }

  #arrange(script: Script, start: number): void {
    this.#number += 1;
    const key = String(this.#number);
    const inviter = new Inviter(script, this.#number, (bytes, from) =>
      this.#events?.receive(bytes, from),
    );
    const course: Course = {
      script,
      inviter,
      told: [],
      decided: [],
      id: undefined,
      word: new Subject(),
    };
    this.#courses.set(key, course);
    const [before, after] = inviter.plan();
    const arrange = (tasks: typeof before): void => {
      for (const { at, moves } of tasks) {
        this.clock.at(start + at, () => {
          for (const move of moves) this.#make(move, course);
        });
      }
    };
    // What is arranged before the house arranges its deadline comes before it in the same moment.
    this.clock.at(start, () => {
      inviter.invite();
      arrange(after);
    });
    arrange(before);
  }

  #make(move: Move, course: Course): void {
    const { script, inviter } = course;
    if (move === 'cancel') inviter.cancel();
    else if (move === 'loss') {
      inviter.lost = script.transport === 'ws';
      const type = script.transport === 'udp' ? 'failed' : 'closed';
      if (type === 'failed') this.#events?.failed(inviter.flow, 'ENETUNREACH');
      else this.#events?.closed(inviter.flow);
    } else this.#decide(move, course);
  }

  /** By the bot's own word, or from outside; from there once more when all is over, as people do. */
  #decide(move: Move, course: Course): void {
    const decision = DECISIONS[move]?.();
    if (decision === undefined) return;
    if (course.script.by !== 'person') {
      course.word.next(decision);
      return;
    }
    this.host.decide(course.id ?? '', decision).then(
      () => course.decided.push({ move }),
      (error: unknown) => course.decided.push({ move, error: codeOf(error) }),
    );
  }

  #ask(subject: string, id: string): Decision | Subject<Decision> {
    const course = this.#courses.get(subject);
    if (course === undefined) throw new Error(`nobody is called ${subject}`);
    course.id = id;
    if (course.script.by !== 'person') return course.word;
    return defer({ within: DEADLINE, otherwise: 'unavailable' });
  }

  #hear(bytes: Uint8Array): void {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
    const number = /^Call-ID: (\d+)/m.exec(text)?.[1] ?? '';
    const inviter = this.#courses.get(number)?.inviter;
    if (inviter === undefined) throw new Error(`to nobody: ${text}`);
    inviter.hear(text, (after, then) => this.clock.at(this.clock.now() + after, then));
  }

  #note(activity: Activity): void {
    if (activity.type === 'failed') throw activity.error;
    if (activity.type !== 'decided' && activity.type !== 'cancelled') return;
    const course = this.#courses.get(activity.invitation.subject ?? '');
    if (activity.type === 'cancelled') course?.told.push(activity.why);
    else {
      const { answer } = activity;
      course?.told.push(answer.type === 'accept' ? '200' : String(answer.status));
    }
  }
}

/** What is wrong with the course of one invitation. */
function faultsOf({ script, inviter, told, decided }: Course): string[] {
  const faults: string[] = [];
  const { move, status } = expected(script);
  const finals = [...inviter.finals];
  if (finals.length !== 1) faults.push(`${finals.length} final answers`);
  const [final = ''] = finals;
  if (!final.startsWith(`SIP/2.0 ${status} `))
    faults.push(`${final.slice(8, 11)} instead of ${status}`);
  const why = script.elsewhere === true ? 'elsewhere' : 'cancelled';
  const outcome = move === 'cancel' ? why : move === 'loss' ? 'lost' : String(status);
  if (told.join() !== outcome)
    faults.push(`activity told ${told.join() || 'nothing'}, not ${outcome}`);
  for (const { move: late, error } of decided) {
    const must =
      late === move
        ? late === 'accept' && !isConfirmed(script)
          ? 'not-confirmed'
          : undefined
        : late === 'reject'
          ? undefined
          : 'not-pending';
    if (error !== must) faults.push(`${late} came to ${error}, not ${must}`);
  }
  if (script.by === 'person') {
    const count = script.moves.filter((one) => DECISIONS[one] !== undefined).length;
    if (decided.length !== count)
      faults.push(`${decided.length} of ${count} decisions came to an end`);
  }
  if (script.moves.includes('cancel') && inviter.cancelled.size !== 1) {
    faults.push(`CANCEL was answered ${[...inviter.cancelled].join() || 'nothing'}`);
  }
  if (move === 'cancel' && !inviter.cancelled.has('200'))
    faults.push('CANCEL was not answered 200');
  return faults;
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error
    ? String(error.code)
    : String(error);
}

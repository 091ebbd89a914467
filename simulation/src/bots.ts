/** The bots of the house under test: real ones, and one for each way to misbehave. Each is invited by its own name. */
/* oxlint-disable no-await-in-loop -- a conversation is one thing after the other */
import {
  type Bot,
  forward,
  type Invitation,
  pass,
  type Placement,
  reject,
  type Session,
  Unanswered,
} from '@usher/core';
import type { Clock } from '@usher/core/adapter';
import type { SeededChance } from '@usher/core/testing';
import { echo } from '@usher/echo';
import { Gatekeeper } from '@usher/gatekeeper';
import { Operator } from '@usher/operator';
import { Observable, of } from 'rxjs';

import type { Talk, Talks } from './talks.js';

/** What the bots of one house need. */
export interface Surroundings {
  readonly clock: Clock;
  readonly chance: SeededChance;
  readonly talks: Talks;
}

/** Which statuses an invitation of each bot may be answered with, if nothing goes wrong on the way. 200 stands for a session. */
export const ANSWERS: Readonly<Record<string, readonly number[]>> = {
  echo: [200],
  scribe: [200],
  burst: [200],
  brief: [200],
  slow: [200, 486],
  lone: [200, 486],
  desk: [200],
  asker: [200],
  faulty: [200],
  late: [200, 480],
  twice: [200],
  ticker: [200],
  thrower: [480],
  failing: [480],
  mute: [480],
  busy: [486],
  decliner: [603],
  strange: [499],
  forwarder: [302],
  nobody: [480],
};

/** How many messages may wait for those who have little room. */
const MAILBOXES = new Map([
  ['slow', 2],
  ['scribe', 4],
]);

/** Whom a peer may invite. */
export const NAMES = Object.keys(ANSWERS);

/** The bots of one house. */
export function botsOf({ clock, chance, talks }: Surroundings): Placement[] {
  const wait = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      clock.at(clock.now() + ms, resolve);
    });

  const listen = async (session: Session, talk: Talk, then: (text: string) => unknown) => {
    for await (const message of session.messages) await then(talks.hear(talk, message));
  };

  const bots: Record<string, Bot> = {
    echo,
    /** Says back what it hears, and keeps a book of it. */
    scribe: {
      decide: () =>
        talks.accept((session, talk) =>
          listen(session, talk, (text) => talks.say(session, talk, text)),
        ),
    },
    /** Says a lot at once, waits for none of it, and leaves. */
    burst: {
      decide: () =>
        talks.accept(async (session, talk) => {
          const count = 1 + chance.integer(70);
          const sends = Array.from({ length: count }, () => talks.say(session, talk));
          if (chance.chance(0.5)) await sends.at(-1);
          if (chance.chance(0.3)) await listen(session, talk, () => undefined);
        }),
    },
    /** Says one word, or none, and ends the session at once; then wants to say another. */
    brief: {
      decide: () =>
        talks.accept((session, talk) => {
          if (chance.chance(0.5)) void talks.say(session, talk);
          if (chance.chance(0.5)) session.compose();
          void session.end().then(() => talks.say(session, talk));
        }),
    },
    /** Takes its time for each message, and has a small mailbox. */
    slow: {
      decide: async () => {
        await wait(chance.integer(700));
        return talks.accept((session, talk) =>
          listen(session, talk, async (text) => {
            session.compose();
            await wait(chance.integer(6_000));
            if (chance.chance(0.5)) await talks.say(session, talk, text);
          }),
        );
      },
    },
    /** Has one session to give. */
    lone: {
      decide: () =>
        talks.accept((session, talk) =>
          listen(session, talk, (text) => talks.say(session, talk, text)),
        ),
    },
    /** Asks, asks again, and says goodbye. */
    asker: {
      decide: () =>
        talks.accept(async (session, talk) => {
          try {
            await session.ask('Your name?', { timeout: '8s', retry: 'Still there?' });
            await talks.say(session, talk);
          } catch (error) {
            if (error instanceof Unanswered) await talks.say(session, talk);
          }
        }),
    },
    /** Breaks down in the middle of it, at once or later. */
    faulty: {
      decide: () =>
        talks.accept((session, talk) => {
          if (chance.chance(0.2)) throw new Error('the conversation does not even begin');
          let left = chance.integer(3);
          return listen(session, talk, (text) => {
            if (left === 0) throw new Error('out of ideas');
            left -= 1;
            return talks.say(session, talk, text);
          });
        }),
    },
    /** Thinks for long before it accepts, now and then for longer than it may. */
    late: {
      decide: async ({ signal }) => {
        await wait(chance.integer(12_000));
        if (signal.aborted && chance.chance(0.5)) throw signal.reason;
        return talks.accept((session, talk) =>
          listen(session, talk, (text) => talks.say(session, talk, text)),
        );
      },
    },
    /** Decides more than once. */
    twice: {
      decide: () =>
        of(
          talks.accept(() => undefined),
          reject('decline'),
          reject('busy'),
        ),
    },
    /** Says something now and then, and would go on for ever. */
    ticker: {
      decide: () =>
        talks.accept(
          (session, talk) =>
            new Observable<never>(() => {
              let cancel = (): void => {};
              const tick = (): void => {
                cancel = clock.at(clock.now() + 7_000, () => {
                  void talks.say(session, talk);
                  tick();
                });
              };
              tick();
              return () => cancel();
            }),
        ),
    },
    thrower: {
      decide: () => {
        throw new Error('no idea');
      },
    },
    failing: {
      decide: async () => {
        await wait(chance.integer(3_000));
        throw new Error('no idea, later');
      },
    },
    /** Never decides. */
    mute: {
      decide: () =>
        chance.chance(0.5) ? new Promise(() => {}) : new Observable<never>(() => undefined),
    },
    busy: { decide: () => reject('busy') },
    decliner: { decide: () => reject('decline', { text: 'Not today' }) },
    strange: { decide: () => reject(499, 'Strängé') },
    forwarder: { decide: () => forward(['sip:echo@192.0.2.77', 'sip:other@example.com']) },
  };

  const placements = Object.entries(bots).map(([id, bot], index): Placement => ({
    id,
    plugin: talks.watch(id, bot),
    order: 10 + index,
    match: invited(id),
    decide: { timeout: '9s' },
    session: { idle: '3m', max: '20m', mailbox: MAILBOXES.get(id) ?? 64 },
    limits: { sessions: id === 'lone' ? 1 : 1_000 },
  }));
  return [
    // A house has a gatekeeper, and it lets nearly everybody through.
    { id: 'gatekeeper', plugin: Gatekeeper, order: 1, config: { block: ['*@evil.example.com'] } },
    {
      id: 'desk',
      plugin: Operator,
      order: 5,
      match: invited('desk'),
      session: { idle: '2m' },
      config: {
        greeting: 'Welcome.',
        timeout: '20s',
        desks: [
          { name: 'scribe', words: ['desk'], handOver: 'scribe' },
          { name: 'mute', words: ['mute'], handOver: 'mute' },
        ],
        fallback: { handOver: 'echo' },
      },
    },
    ...placements,
    { id: 'last', plugin: { decide: () => pass('nobody of that name') }, order: 99 },
  ];
}

function invited(name: string): (invitation: Invitation) => boolean {
  return ({ endpoint }) => endpoint.user === name;
}

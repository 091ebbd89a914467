/** Sequences drawn by chance: single things that may happen, and scenes that belong together. */
import type { SeededChance } from '@usher/core/testing';

import { few, several, usually } from '../grammar/words.js';
import type { Answered, Asked, Sequence, Step } from './step.js';
import { BODY_COUNT, CONTACT_COUNT, EXTRA_COUNT } from './wire.js';

const FLOW_COUNT = 9;
/** Methods that peers use, and some that nobody here knows. */
export const METHODS = [
  'INVITE',
  'ACK',
  'MESSAGE',
  'BYE',
  'CANCEL',
  'OPTIONS',
  'REGISTER',
  'FOO',
  'INFO',
  'UPDATE',
  'REFER',
  'NOTIFY',
  'SUBSCRIBE',
  'PRACK',
] as const;
/** Times at which something is due, or is not yet. */
export const WAITS = [
  0, 1, 200, 500, 501, 1_000, 4_000, 5_000, 32_000, 32_001, 64_000, 180_000,
] as const;

function flowOf(chance: SeededChance): number {
  return chance.chance(0.6) ? 0 : chance.integer(FLOW_COUNT);
}

function parts(chance: SeededChance): Pick<Asked, 'contact' | 'body' | 'extra'> {
  return {
    contact: chance.chance(0.75) ? 0 : chance.integer(CONTACT_COUNT),
    body: chance.chance(0.75) ? 0 : chance.integer(BODY_COUNT),
    extra: chance.chance(0.6) ? 0 : chance.integer(EXTRA_COUNT),
  };
}

/** A peer's request. */
export function asked(chance: SeededChance): Asked {
  return {
    method: usually(chance, [chance.pick(['INVITE', 'ACK', 'MESSAGE', 'BYE']), ...METHODS]),
    flow: flowOf(chance),
    branch: few(chance, 8),
    call: few(chance, 3),
    tag: few(chance, 2),
    uri: usually(chance, [0, 0, few(chance, 6)]),
    to: usually<Asked['to']>(chance, [
      chance.pick<Asked['to']>(['none', few(chance, 4)]),
      'strange',
      0,
      1,
    ]),
    sequence: usually(chance, [1, 2, 3, few(chance, 9), 0, 2_147_483_647]),
    ...parts(chance),
    spoilt: chance.chance(0.08) ? chance.integer(1_000_000) : 0,
  };
}

/** A peer's response. */
export function answered(chance: SeededChance): Answered {
  const status = usually(
    chance,
    [200, 100, 180, 183, 200, 202, 302, 401, 405, 407, 408, 422, 481, 491, 486, 500, 503, 600, 699],
  );
  return {
    which: few(chance, 6),
    status,
    flow: usually(chance, [-1, flowOf(chance)]),
    tag: few(chance, 3),
    ...parts(chance),
    crossed: usually(chance, [0, few(chance, 6)]),
    // Whoever asks who we are mostly says how to tell.
    ...(status === 401 && chance.chance(0.7) && { extra: 19 }),
    ...(status === 407 && chance.chance(0.7) && { extra: 20 }),
    spoilt: chance.chance(0.08) ? chance.integer(1_000_000) : 0,
  };
}

/** One thing that may happen. */
export function step(chance: SeededChance): Step {
  switch (chance.integer(24)) {
    case 0:
      return { does: 'wait', ms: chance.pick(WAITS) };
    case 1:
      return { does: 'wait', ms: chance.integer(3_000) };
    case 2:
      return { does: 'again', which: few(chance, 5), flow: usually(chance, [-1, flowOf(chance)]) };
    case 3:
      return {
        does: 'respond',
        which: few(chance, 3),
        status: chance.pick([100, 180, 200, 202, 302, 404, 480, 486, 500, 603]),
      };
    case 4:
      return { does: 'invite', target: chance.chance(0.5) ? 0 : chance.integer(32) };
    case 5:
      return { does: 'page', target: chance.chance(0.5) ? 0 : chance.integer(32) };
    case 6:
      return { does: 'say', which: few(chance, 3) };
    case 7:
      return chance.chance(0.3)
        ? { does: 'progress', which: few(chance, 2), status: chance.pick([200, 486, 603]) }
        : {
            does: chance.pick(['say', 'inform', 'refer', 'subscribe', 'unsubscribe']),
            which: few(chance, 3),
          };
    case 8:
      return { does: 'leave', which: few(chance, 3) };
    case 9:
      return { does: 'cancel', which: few(chance, 3) };
    case 10:
      return { does: 'found', which: few(chance, 2), hops: few(chance, 4) };
    case 11:
      return { does: chance.pick(['closed', 'failed']), flow: flowOf(chance) };
    case 12:
      return { does: chance.chance(0.2) ? chance.pick(['drain', 'register']) : 'turn' };
    case 13:
      return chance.chance(0.5)
        ? { does: 'late', delay: few(chance, 300) }
        : {
            does: 'octets',
            flow: flowOf(chance),
            text: several(few(chance, 4), () =>
              chance.pick(['\r\n', '\r\n\r\n', '\0', 'INVITE ', 'x', 'SIP/2.0 200 OK\r\n']),
            ).join(''),
          };
    case 14:
    case 15:
    case 16:
    case 17:
      return { does: 'answer', answered: answered(chance) };
    default:
      return { does: 'ask', asked: asked(chance) };
  }
}

/** A few things that belong together, as peers do them. */
export function scene(chance: SeededChance): Step[] {
  const flow = flowOf(chance);
  const branch = few(chance, 8);
  const ids = {
    flow,
    call: few(chance, 3),
    tag: 0,
    uri: 0,
    contact: 0,
    body: 0,
    extra: 0,
    spoilt: 0,
  } as const;
  const ask = (
    method: string,
    next: number,
    to: Asked['to'],
    number: number,
    more: Partial<Asked> = {},
  ): Step => ({
    does: 'ask',
    asked: { ...ids, method, branch: branch + next, to, sequence: number, ...more },
  });
  const answer = (status: number, more: Partial<Answered> = {}): Step => ({
    does: 'answer',
    answered: {
      which: 0,
      status,
      flow: -1,
      tag: 1,
      contact: 0,
      body: 0,
      crossed: 0,
      extra: 0,
      spoilt: 0,
      ...more,
    },
  });
  const invite = ask('INVITE', 0, 'none', 1);
  const session = [invite, ask('ACK', 1, 0, 1)];
  const say: Step = { does: 'say', which: 0 };
  const leave: Step = { does: 'leave', which: 0 };
  const refer: Step = { does: 'refer', which: 0 };
  const progress: Step = { does: 'progress', which: 0, status: 200 };
  const wait = (ms: number): Step => ({ does: 'wait', ms });
  const call: Step = { does: 'invite', target: 0 };
  const scenes: readonly (readonly Step[])[] = [
    [...session, ask('MESSAGE', 2, 0, 2), ask('BYE', 3, 0, 3)],
    [invite, ask('CANCEL', 0, 'none', 1, parts(chance)), ask('ACK', 0, 0, 1)],
    [...session, ask('INVITE', 2, 0, 2, parts(chance)), ask('ACK', 3, 0, 2)],
    [
      ...session,
      ask(chance.pick(METHODS), 2, 0, 2, {
        ...parts(chance),
        flow: flowOf(chance),
        tag: few(chance, 2),
      }),
    ],
    [...session, say, answer(chance.pick([200, 408, 481, 401, 503, 100])), leave, answer(200)],
    [...session, say, wait(32_000), wait(32_000)],
    [invite, wait(700), ask('BYE', 1, chance.pick<Asked['to']>(['none', 0]), 2)],
    [invite, say, leave, wait(64_000)],
    [call, answer(200, { body: 1 }), say, answer(200)],
    [call, answer(180), { does: 'cancel', which: 0 }, answer(200), answer(487, { which: 1 })],
    [call, answer(200, { tag: 1 }), answer(200, { tag: 2 }), answer(200, { tag: 1 })],
    [
      call,
      answer(401, { extra: 19 }),
      answer(407, { extra: 20 }),
      answer(200),
      say,
      answer(407, { extra: 20 }),
    ],
    [...session, refer, answer(202), ask('NOTIFY', 2, 0, 2, { ...parts(chance), body: 9 })],
    [...session, ask('REFER', 2, 0, 2, { extra: 35 }), answer(200), progress, answer(200)],
    [...session, wait(60_000), answer(chance.pick([200, 405, 481, 491]), { extra: 31 })],
    [call, answer(200, { extra: 31 }), wait(60_000), answer(405), answer(200), wait(120_000)],
    [call, answer(503), { does: 'found', which: 0, hops: 3 }, wait(32_000)],
    [
      { does: 'page', target: chance.integer(32) },
      answer(chance.pick([200, 202, 401, 413]), { extra: 19 }),
    ],
    [
      ask('MESSAGE', 0, 'none', 1),
      { does: 'respond', which: 0, status: 200 },
      { does: 'again', which: 0, flow: -1 },
    ],
    // Who asks first hears a challenge, and answers it the second time.
    [invite, ask('INVITE', 1, 'none', 2), ask('INVITE', 2, 'none', 3, { extra: 21 })],
    several(11, (index) => ask('MESSAGE', index, 'none', index, { extra: 22 })),
    several(30, (index) =>
      ask(chance.pick(['INVITE', 'OPTIONS']), 0, 'none', 1, {
        call: index,
        branch: 20 + index,
        flow: chance.integer(FLOW_COUNT),
      }),
    ),
    [
      { does: 'octets', flow: 1, text: 'INVITE sip:x SIP/2.0\r\n' },
      wait(29_000),
      { does: 'octets', flow: 1, text: '\r\n' },
      wait(2_000),
    ],
  ];
  return [...(scenes[chance.integer(scenes.length)] ?? [])];
}

/** A fresh sequence. */
export function sequence(chance: SeededChance): Sequence {
  const scenes = several(1 + few(chance, 4), () =>
    chance.chance(0.4) ? scene(chance) : [step(chance)],
  );
  return {
    overload: chance.chance(0.3),
    authentication: chance.chance(0.25),
    credentials: chance.chance(0.3),
    trust: chance.chance(0.2),
    narrow: chance.chance(0.1),
    timers: chance.chance(0.3),
    registers: chance.chance(0.1),
    answers: several(1 + few(chance, 3), () => usually(chance, [200, 0, 180, 486, 302, 480, 603])),
    steps: scenes.flat(),
  };
}

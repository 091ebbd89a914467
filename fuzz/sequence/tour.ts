/** Sequences to begin with: whatever a peer or a house may say, once in each place where it may matter. */
import { METHODS } from './scenes.js';
import type { Answered, Asked, Sequence, Step } from './step.js';
import { BODY_COUNT, CONTACT_COUNT, EXTRA_COUNT, FLOWS, URI_COUNT } from './wire.js';
import { TARGET_COUNT } from './wish.js';

const PLAIN_ASKED: Asked = {
  method: 'INVITE',
  flow: 0,
  branch: 0,
  call: 0,
  tag: 0,
  uri: 0,
  to: 'none',
  sequence: 1,
  contact: 0,
  body: 0,
  extra: 0,
  spoilt: 0,
};
const PLAIN_ANSWERED: Answered = {
  which: 0,
  status: 200,
  flow: -1,
  tag: 1,
  contact: 0,
  body: 0,
  crossed: 0,
  extra: 0,
  spoilt: 0,
};
const PLAIN = {
  overload: false,
  authentication: false,
  credentials: false,
  trust: false,
  narrow: false,
  timers: false,
  answers: [200],
} as const;

type Parts = Partial<Pick<Asked, 'contact' | 'body' | 'extra'>>;

function ask(method: string, branch: number, more: Partial<Asked> = {}): Step {
  return { does: 'ask', asked: { ...PLAIN_ASKED, method, branch, ...more } };
}

function within(method: string, sequence: number, more: Partial<Asked> = {}): Step {
  return ask(method, 8 + sequence, { to: 0, sequence, ...more });
}

function answer(status: number, more: Partial<Answered> = {}): Step {
  return { does: 'answer', answered: { ...PLAIN_ANSWERED, status, ...more } };
}

function wait(ms: number): Step {
  return { does: 'wait', ms };
}

/** What the house says to those who knock, by turns: mostly it lets them in. */
const ANSWERS = [[200], [200], [0, 200], [180, 200], [200], [486], [302, 200]] as const;

const ring: Step = { does: 'invite', target: 0 };
const say: Step = { does: 'say', which: 0 };
const leave: Step = { does: 'leave', which: 0 };
const refer: Step = { does: 'refer', which: 0 };
const progress: Step = { does: 'progress', which: 0, status: 200 };
const cancel: Step = { does: 'cancel', which: 0 };

/** What happens where an invitation, and a request within a dialog, and an answer have these parts. */
function withParts(parts: Parts): Step[][] {
  return [
    [ask('INVITE', 0, parts), within('ACK', 1), say, answer(200, parts), within('BYE', 2, parts)],
    [ask('INVITE', 0), within('ACK', 1), within('INVITE', 2, parts), within('ACK', 2), say, leave],
    [ask('INVITE', 0), within('ACK', 1), within('MESSAGE', 2, parts), within('INFO', 3, parts)],
    [ask('MESSAGE', 0, parts), ask('OPTIONS', 1, parts), ask('CANCEL', 0, parts)],
    [ask('INVITE', 0), ask('CANCEL', 0, parts), within('ACK', 1)],
    [ask('INVITE', 0), within('ACK', 1), within('UPDATE', 2, parts), within('NOTIFY', 3, parts)],
    [ask('INVITE', 0), within('ACK', 1), within('REFER', 2, parts), progress, answer(200, parts)],
    [ask('INVITE', 0), within('ACK', 1), refer, answer(202, parts), within('NOTIFY', 2, parts)],
    [ask('INVITE', 0, parts), within('ACK', 1), wait(60_000), answer(200, parts), wait(120_000)],
    [ring, answer(200, parts), wait(60_000), answer(405, parts), answer(200), wait(120_000)],
    [ring, answer(422, parts), answer(200, parts), refer, answer(481)],
    [ring, answer(180, parts), answer(200, parts), say, answer(200), leave, answer(200)],
    [ring, answer(401, parts), answer(302, parts)],
    [{ does: 'page', target: 0 }, answer(407, parts), answer(503, parts)],
  ];
}

/** What happens by this way. */
function by(flow: number): Step[][] {
  const session = [ask('INVITE', 0, { flow }), within('ACK', 1, { flow })];
  const other = (flow + 1) % FLOWS.length;
  return [
    [...session, within('MESSAGE', 2, { flow }), within('MESSAGE', 3, { flow: other }), leave],
    [...session, say, { does: 'failed', flow }, wait(500), say, { does: 'closed', flow }, say],
    [ask('INVITE', 0, { flow, extra: 14 }), ask('INVITE', 7, { flow, extra: 24, call: 1 })],
    [ask('MESSAGE', 0, { flow, extra: 23 }), ask('MESSAGE', 1, { flow, spoilt: 3 })],
    [{ does: 'octets', flow, text: '\r\n\r\n' }, ask('INVITE', 4, { flow }), wait(64_000)],
    [ask('INVITE', 2, { flow, uri: 1 }), within('ACK', 1, { flow }), within('BYE', 2, { flow })],
  ];
}

/** What becomes of an invitation and of a page to this target. */
function to(target: number): Step[][] {
  const found: Step[] = [0, 1, 3].map((hops) => ({ does: 'found', which: 0, hops }));
  return [
    [{ does: 'invite', target }, found[2] ?? ring, answer(180), answer(200), say, answer(200)],
    [{ does: 'invite', target }, cancel, found[1] ?? ring, answer(180), cancel, answer(200)],
    [{ does: 'page', target }, found[2] ?? ring, answer(503), { does: 'failed', flow: 0 }],
    [{ does: 'page', target }, found[0] ?? ring, answer(401, { extra: 19 }), answer(200)],
  ];
}

/** A session by this way that somebody would take elsewhere. */
function moved(flow: number): Step[][] {
  return Array.from({ length: CONTACT_COUNT - 1 }, (_, index) => [
    ask('INVITE', 0, { flow, uri: index % 3 === 2 ? 1 : 0 }),
    within('ACK', 1, { flow }),
    within('INVITE', 2, { flow, contact: index + 1 }),
    within('ACK', 2, { flow }),
    say,
    answer(200),
    leave,
  ]);
}

const subscribe: Step = { does: 'subscribe', which: 0 };
const unsubscribe: Step = { does: 'unsubscribe', which: 0 };
const register: Step = { does: 'register' };

/** One who asks to be sent elsewhere, or is asked to go there, and what is told of it. */
function referrals(): Step[][] {
  const session = [ask('INVITE', 0), within('ACK', 1)];
  const told = (sequence: number, extra: number, body = 9): Step =>
    within('NOTIFY', sequence, { extra, body });
  return [
    [...session, refer, answer(202), told(2, 39, 10), told(3, 39)],
    [...session, refer, answer(202), told(2, 39, 10), told(3, 40, 11)],
    [...session, refer, answer(202), told(2, 47, 10), told(3, 39)],
    [...session, refer, told(2, 39), answer(202), told(3, 39)],
    [...session, refer, answer(202), wait(64_000), told(2, 39)],
    [...session, refer, refer, answer(202), answer(202, { which: 1 }), told(2, 40), told(3, 47)],
    [...session, refer, answer(603), refer, answer(202, { extra: 53 }), refer, leave, answer(200)],
    [...session, within('REFER', 2, { extra: 35 }), answer(200), progress, answer(481), progress],
    [...session, within('REFER', 2, { extra: 35 }), wait(180_000), progress],
    [...session, within('REFER', 2, { extra: 35 }), within('REFER', 3, { extra: 35 }), progress],
    [...session, within('REFER', 2, { extra: 35 }), within('BYE', 3), progress],
    [
      ...session,
      within('REFER', 2, { extra: 35 }),
      progress,
      within('REFER', 3, { extra: 36 }),
      progress,
    ],
    [...session, subscribe, answer(200, { extra: 49 }), told(2, 41), wait(60_000), answer(481)],
    [...session, subscribe, subscribe, answer(200), told(2, 49), unsubscribe, told(3, 48)],
    [...session, subscribe, answer(603), subscribe, answer(200, { extra: 5 }), wait(20_000), leave],
    [...session, subscribe, answer(200), told(2, 48), unsubscribe, subscribe, unsubscribe],
    [ring, answer(200), subscribe, answer(200), refer, answer(202), told(2, 48), within('BYE', 3)],
  ];
}

/** A session that is to be replaced by another one, or is not. */
function replaced(flow: number): Step[][] {
  const [mine, yours] = [
    [ask('INVITE', 0), within('ACK', 1)],
    [ring, answer(200)],
  ];
  return [43, 44, 45, 46].flatMap((extra) =>
    [mine, yours].flatMap((session) => [
      [...session, ask('INVITE', 4, { extra, call: 1, flow }), within('ACK', 1), answer(200)],
      [...session, leave, ask('INVITE', 4, { extra, call: 1, flow }), answer(200)],
    ]),
  );
}

/** A session that is kept fresh: by UPDATE, by INVITE, with others on their way, and with all that may be said to it. */
function refreshed(): Step[][] {
  const due = wait(60_000);
  const replies: Step[][] = [
    [answer(200, { extra: 31, contact: 2 })],
    [answer(422, { extra: 34 }), answer(200)],
    [answer(405), answer(200, { body: 1 })],
    [answer(501), answer(491), wait(4_000), answer(200)],
    [answer(491), wait(4_000), answer(408)],
    [answer(481)],
    [answer(503), due, due],
    [answer(401, { extra: 19 }), answer(200, { body: 1 }), due],
    [answer(180), due, answer(200), answer(487, { which: 1 }), due],
    [answer(180), due, wait(32_000), wait(64_000)],
    [within('INVITE', 2), answer(491), wait(4_000), within('UPDATE', 3, { body: 1 }), answer(200)],
    [say, answer(200), leave, answer(200, { which: 1 }), answer(200)],
    [due, due, wait(180_000)],
  ];
  const begun = [31, 32, 33, 55, 56, 57, 54].flatMap((extra) => [
    [ask('INVITE', 0, { extra }), within('ACK', 1)],
    [ring, answer(200, { extra })],
  ]);
  return begun.flatMap((session) => replies.map((reply) => session.concat(due, reply)));
}

/** Those who wait for the house, and what happens meanwhile. */
function awaited(): Step[][] {
  const later = (status: number): Step => ({ does: 'respond', which: 0, status });
  const asks = [0, 5, 7, 15, 17, 60, 61, 62].map((extra) => ask('INVITE', 0, { extra }));
  const others = [1, 4, 6].map((flow) => ask('INVITE', 0, { flow, extra: 61 }));
  return [...asks, ...others].flatMap((invite) => [
    [invite, wait(200), invite, wait(5_000), wait(32_000), later(200), within('ACK', 1)],
    [invite, later(180), within('BYE', 2), later(200), wait(64_000)],
    [invite, ask('BYE', 1, { sequence: 2 }), wait(500), later(486), within('ACK', 1)],
    [invite, later(180), ask('CANCEL', 0, { extra: 7 }), later(200), within('ACK', 1)],
    [invite, { does: 'closed', flow: 1 }, later(200), wait(200), within('UPDATE', 2, { body: 1 })],
    [
      invite,
      later(180),
      within('UPDATE', 2),
      within('INVITE', 3),
      within('MESSAGE', 4),
      later(200),
    ],
    [invite, later(200), within('INVITE', 2), within('BYE', 3), within('ACK', 1), wait(64_000)],
    [invite, later(200), wait(64_000), within('ACK', 1), leave, within('BYE', 4), answer(200)],
    [{ does: 'drain' }, invite, ask('OPTIONS', 1), ask('MESSAGE', 2), later(200)],
    [invite, ask('INVITE', 3, { call: 0 }), later(480), later(480), { does: 'late', delay: 200 }],
  ]);
}

/** Who has to prove who he is, and cannot, or is somewhere else by the time that he can. */
function proved(): Step[][] {
  const again = (count: number, extra: number, more: Partial<Asked> = {}): Step[] =>
    Array.from({ length: count }, (_, index) =>
      ask('MESSAGE', index, { sequence: index + 1, extra, ...more }),
    );
  const session = [
    ask('INVITE', 0),
    ask('INVITE', 1, { sequence: 2, extra: 21 }),
    within('ACK', 2),
    within('MESSAGE', 3, { extra: 21 }),
  ];
  return [
    [...again(14, 22), wait(64_000), ...again(2, 21), wait(600_000)],
    [...again(2, 21), ...again(30, 21, { flow: 1 }), wait(4_000)],
    [ask('MESSAGE', 0), ...again(2, 18), ask('ACK', 4), ask('CANCEL', 5)],
    [...session, within('MESSAGE', 4, { flow: 2, extra: 21 }), within('BYE', 5, { flow: 3 })],
    [
      ...session,
      within('INVITE', 4, { flow: 2, extra: 22 }),
      within('BYE', 5, { flow: 2, extra: 21 }),
    ],
    [...session, ask('INVITE', 4, { call: 1, sequence: 5, extra: 43 }), leave, answer(200)],
    [
      ring,
      answer(200),
      within('MESSAGE', 2, { flow: 2 }),
      within('BYE', 3, { flow: 2, extra: 21 }),
    ],
  ];
}

/** Many at once, and what does not fit. */
function crowd(): Step[][] {
  const many = (method: string, count: number, more: Partial<Asked> = {}): Step[] =>
    Array.from({ length: count }, (_, index) =>
      ask(method, 20 + index, { call: index, flow: index % FLOWS.length, ...more }),
    );
  const parts = [16, 30].flatMap((extra) =>
    [2, 5, 8].map((body) => [
      ask('INVITE', 0, { extra, body }),
      ask('MESSAGE', 1, { extra, body }),
    ]),
  );
  const sessions = many('INVITE', 12, { flow: 0, extra: 55 }).flatMap((each) => [
    each,
    within('ACK', 1),
  ]);
  return [
    ...parts,
    many('OPTIONS', 60, { flow: 0 }),
    [...many('INVITE', 20), wait(64_000), ...many('MESSAGE', 20)],
    [...sessions, wait(60_000), answer(200), wait(120_000), wait(180_000)],
    [...many('INVITE', 6, { flow: 0 }), ...many('ACK', 6, { flow: 0 }), wait(500), say, leave],
    [{ does: 'octets', flow: 1, text: 'INVITE sip:x SIP/2.0\r\n' }, wait(29_000), wait(4_000)],
    [
      { does: 'octets', flow: 1, text: 'INVITE sip:x SIP/2.0\r\n' },
      wait(29_000),
      { does: 'octets', flow: 1, text: 'Via: x\r\n' },
      wait(1_000),
      { does: 'closed', flow: 1 },
      wait(32_000),
    ],
  ];
}

/** An address of our own that is registered, or is not. */
function registered(): Step[][] {
  const granted = answer(200, { extra: 58, contact: 0, flow: 1 });
  const replies: Step[][] = [
    [granted, ask('INVITE', 0, { flow: 1 }), within('ACK', 1, { flow: 1 }), ring, answer(200)],
    [answer(401, { extra: 19, flow: 1 }), granted, wait(600_000)],
    [answer(423, { extra: 59, flow: 1 }), granted, { does: 'closed', flow: 1 }, wait(64_000)],
    [answer(503, { extra: 59, flow: 1 }), wait(64_000), granted],
    [
      granted,
      { does: 'octets', flow: 1, text: '\r\n' },
      wait(180_000),
      { does: 'drain' },
      answer(200),
    ],
    [granted, { does: 'failed', flow: 1 }, wait(500), { does: 'drain' }],
    [answer(302, { flow: 1 }), answer(403), wait(64_000)],
  ];
  return replies.map((reply) => [register].concat(reply));
}

/** All of it, at endpoints of different kinds. */
export function tour(): readonly Sequence[] {
  const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
  const kinds: readonly (readonly [Partial<Sequence>, readonly Step[][]])[] = [
    [
      { ...PLAIN, timers: true, credentials: true },
      range(EXTRA_COUNT).flatMap((extra) => withParts({ extra })),
    ],
    [{}, range(CONTACT_COUNT).flatMap((contact) => withParts({ contact }))],
    [{}, range(BODY_COUNT).flatMap((body) => withParts({ body }))],
    [{ ...PLAIN, trust: true }, range(FLOWS.length).flatMap(by)],
    [PLAIN, range(FLOWS.length).flatMap(moved)],
    [{ ...PLAIN, credentials: true }, range(2 * TARGET_COUNT + 6).flatMap(to)],
    [{}, range(URI_COUNT).map((uri) => [ask('INVITE', 0, { uri }), ask('MESSAGE', 1, { uri })])],
    [{}, METHODS.map((method) => [ask(method, 0), ask('INVITE', 1), within(method, 2)])],
    [{ ...PLAIN, timers: true }, referrals()],
    [{}, referrals()],
    [{ ...PLAIN, trust: true }, [0, 2, 6].flatMap(replaced)],
    [{ ...PLAIN, timers: true, credentials: true }, [0, 1].flatMap(replaced)],
    [{ ...PLAIN, authentication: true }, [0].flatMap(replaced)],
    [{ ...PLAIN, timers: true, credentials: true }, refreshed()],
    [{ ...PLAIN, timers: true, trust: true, answers: [0] }, awaited()],
    [{ ...PLAIN, answers: [0, 180] }, awaited()],
    [{ ...PLAIN, authentication: true, answers: [200] }, proved()],
    [{ ...PLAIN, authentication: true, trust: true, timers: true }, proved()],
    [{ ...PLAIN, narrow: true, timers: true }, crowd()],
    [{ ...PLAIN, overload: true, trust: true }, crowd()],
    [{ ...PLAIN, timers: true }, crowd()],
    [{ ...PLAIN, registers: true, credentials: true, trust: true }, registered()],
    [{}, range(7).map((crossed) => [ring, answer(180, { crossed }), answer(200, { crossed })])],
  ];
  return kinds.flatMap(([kind, all]) =>
    all.map((steps, index) => ({
      ...PLAIN,
      overload: index % 3 === 1,
      authentication: index % 5 === 4,
      trust: index % 4 === 1,
      narrow: index % 11 === 5,
      timers: index % 2 === 0,
      answers: ANSWERS[index % ANSWERS.length] ?? [200],
      ...kind,
      steps,
    })),
  );
}

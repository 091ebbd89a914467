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

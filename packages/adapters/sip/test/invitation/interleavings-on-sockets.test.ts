import { describe, expect, it } from '@jest/globals';
import { accept, type Decision, defer, forward, reject } from '@usher/core';

import { Ground, NOTHING, onSockets } from './ground.js';

const MOVES = ['accept', 'reject', 'forward', 'cancel', 'deadline'] as const;
type Move = (typeof MOVES)[number];

/** The final answer that each move brings about, where it comes first. */
const STATUS = { accept: 200, reject: 486, forward: 302, cancel: 487, deadline: 408 };
const DECISIONS: { readonly [Each in Move]?: Decision } = {
  accept: accept(() => undefined),
  reject: reject('busy'),
  forward: forward('sip:desk@example.com'),
};
const MINUTES = 5;

/** Every order of these. */
function orders(all: readonly Move[]): Move[][] {
  if (all.length === 0) return [[]];
  return all.flatMap((first) =>
    orders(all.filter((move) => move !== first)).map((rest) => [first].concat(rest)),
  );
}

/** Plays these moves against one invitation; what came of it. */
async function play(moves: readonly Move[], waits: boolean): Promise<Ground> {
  const decide = () => defer({ within: `${MINUTES}m`, otherwise: 'timeout' });
  const ground = await Ground.open(onSockets, [{ id: 'bot', order: 1, plugin: { decide } }]);
  ground.invite();
  const { id } = (await ground.told('deferred')).invitation;
  /* oxlint-disable no-await-in-loop -- one move after the other */
  for (const move of moves) {
    const decision = DECISIONS[move];
    if (decision !== undefined) void ground.host.decide(id, decision).catch(() => {});
    else if (move === 'deadline') await ground.clock.advance(MINUTES * 60_000);
    else ground.send('CANCEL');
    if (waits && move === 'cancel') await ground.hears(/^SIP\/2\.0 \d+ [^]*^CSeq: 1 CANCEL/m);
  }
  /* oxlint-enable no-await-in-loop */
  await ground.final();
  const tag = /^To:.*;tag=([^;\r]+)/m.exec(ground.finals[0] ?? '')?.[1];
  ground.send('ACK', { toTag: tag });
  return ground;
}

describe('T15: accept, reject, forward, CANCEL and the deadline in every order, over sockets', () => {
  it.each([
    ['what is sent has arrived before the next one', true],
    ['what is sent is still on its way', false],
  ])(
    'there is one answer, that of the first move, where %s: 120 interleavings',
    async (_when, waits) => {
      for (const moves of orders(MOVES)) {
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        const ground = await play(moves, waits);
        const answers = new Set(ground.finals.map((text) => Number(text.slice(8, 11))));
        const [first = 'cancel', second = 'cancel'] = moves;
        // A CANCEL that is on its way may be overtaken, by whatever comes next.
        const may = first === 'cancel' && !waits ? [first, second] : [first];
        expect(answers.size).toBe(1);
        expect(may.map((move) => STATUS[move])).toContain([...answers][0]);
        const told = ground.activity.filter(
          ({ type }) => type === 'decided' || type === 'cancelled',
        );
        expect([moves, told.length]).toEqual([moves, 1]);
        // With the deadline so much time has passed that an acceptance which nobody confirmed is given up as well.
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        expect(await ground.left()).toEqual(NOTHING);
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        await ground.close();
      }
    },
    60_000,
  );
});

import { describe, expect, test } from '@jest/globals';
import { NEVER } from 'rxjs';

import { accept, type Bot, type Placement, reject } from '../../src/index.js';
import { Doorkeeper, Guest, Room } from './room.js';

function placed(decide: Bot['decide'], more: Partial<Placement> = {}): Placement {
  return { id: 'bot', order: 1, plugin: { decide }, ...more };
}

describe('admission', () => {
  test('beyond the limit of sessions, knocking is refused with 503 and no bot is asked', async () => {
    let asked = 0;
    const bot = placed(() => {
      asked += 1;
      return accept(() => NEVER);
    });
    const room = await Room.open([bot], { limits: { sessions: 2 } });
    const [one] = [await room.visit(), await room.visit()];
    const third = room.knock();
    expect(third.refused).toEqual({ status: 503 });
    expect(third.answerText).toBe('none');
    expect(asked).toBe(2);
    expect(room.told('shed')).toMatchObject([
      { invitation: 'guest-3', status: 503, why: 'sessions' },
    ]);
    one.hangUp();
    expect(room.knock().refused).toBeUndefined();
  });

  test('beyond the limit of undecided invitations, knocking is refused with 503', async () => {
    const room = await Room.open([placed(() => NEVER)], { limits: { pending: 3 } });
    const guests = [room.knock(), room.knock(), room.knock()];
    expect(room.knock().refused).toEqual({ status: 503 });
    guests[0]?.cancel();
    expect(room.knock().refused).toBeUndefined();
  });

  test('undecided invitations count as sessions to be', async () => {
    const room = await Room.open([placed(() => NEVER)], { limits: { sessions: 1 } });
    room.knock();
    expect(room.knock().refused).toEqual({ status: 503 });
  });

  test('the house tells how full it and each of its bots are, and may be', async () => {
    const accepting = placed(() => accept(() => NEVER), { limits: { sessions: 5 } });
    const pondering = placed(() => NEVER, { id: 'late', order: 0, match: (i) => i.type !== 'im' });
    const room = await Room.build([accepting, pondering], {
      limits: { sessions: 10, pending: 3 },
    });
    expect(room.host.state.door).toBe('opening');
    await room.host.open();
    const guest = await room.visit();
    room.knock({ type: 'unknown' });
    expect(room.host.state).toEqual({
      door: 'open',
      sessions: { used: 1, limit: 10 },
      pending: { used: 1, limit: 3 },
      deferred: { used: 0, limit: 1_000 },
      bots: new Map([
        ['late', { used: 0 }],
        ['bot', { used: 1, limit: 5 }],
      ]),
    });
    guest.hangUp();
    void room.host.drain('10s');
    expect(room.host.state).toMatchObject({ door: 'draining', sessions: { used: 0 } });
  });

  test('overload leaves the talk in progress alone', async () => {
    const bot = placed(() =>
      accept((session) => session.messages.forEach((message) => void session.send(message))),
    );
    const room = await Room.open([bot], { limits: { sessions: 1 } });
    const guest = await room.visit();
    for (let count = 0; count < 1000; count += 1) room.knock();
    expect(guest.say('undisturbed')).toEqual({ type: 'taken' });
    expect(guest.medium.sent).toEqual(['undisturbed']);
  });

  test('a bot at its own limit answers 486 with a time to try again, and another bot is not its business', async () => {
    const room = await Room.open([placed(() => accept(() => NEVER), { limits: { sessions: 1 } })]);
    const one = await room.visit();
    const two = await room.visit();
    expect(two.answers).toMatchObject([{ type: 'reject', status: 486, retryAfter: 10_000 }]);
    expect(room.steps).toEqual(['bot full']);
    one.hangUp();
    expect((await room.visit()).answerText).toBe('accept');
  });

  test('counters do not drift, whatever becomes of an invitation', async () => {
    const room = await Room.open(
      [
        placed(
          ({ subject }) => {
            if (subject === 'throw') throw new Error('oops');
            if (subject === 'silent') return NEVER;
            if (subject === 'reject') return reject('busy');
            return accept(() => NEVER);
          },
          { limits: { sessions: 3 } },
        ),
      ],
      { limits: { sessions: 10, pending: 10 } },
    );
    for (let round = 0; round < 20; round += 1) {
      for (const subject of ['throw', 'silent', 'reject', 'accept']) {
        const guest = await room.visit({ subject });
        if (round % 2 === 0 && subject === 'silent') guest.cancel();
        if (guest.answerText === 'accept') guest.hangUp();
      }
      const gone = room.knock({}, (guest) => {
        guest.answered = { type: 'gone', why: 'lost' };
      });
      await room.clock.advance(20_000);
      expect(gone.refused).toBeUndefined();
    }
    expect(room.host.sessions).toBe(0);
    expect(room.told('shed')).toEqual([]);
    expect(room.clock.waiting).toBe(0);
  });

  test('nobody is let in before every user agent listens', async () => {
    const early = new Doorkeeper('early');
    const late = new Doorkeeper('late');
    const room = await Room.build([placed(() => reject('busy'))], { userAgents: [early, late] });
    const opening = room.host.open();
    expect(early.door?.knock(new Guest('early bird'))).toEqual({ status: 503 });
    await opening;
  });
});

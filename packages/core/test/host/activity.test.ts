import { describe, expect, test } from '@jest/globals';
import { filter, map } from 'rxjs';

import {
  accept,
  type Activity,
  bot,
  createHost,
  Log,
  type Placement,
  reject,
} from '../../src/index.js';
import { VirtualClock } from '../../src/testing/index.js';
import { Doorkeeper, Guest, Room } from './room.js';

const rejecting: Placement = { id: 'bot', order: 1, plugin: { decide: () => reject('busy') } };

/** Runs something, and returns what would have brought the process down. */
async function uncaught(act: () => Promise<void>): Promise<unknown[]> {
  const caught: unknown[] = [];
  const note = (error: unknown): void => void caught.push(error);
  process.on('uncaughtException', note);
  process.on('unhandledRejection', note);
  await act();
  await new Promise((resolve) => {
    setImmediate(() => setImmediate(resolve));
  });
  process.off('uncaughtException', note);
  process.off('unhandledRejection', note);
  return caught;
}

describe('activity', () => {
  test('tells the whole story of a session, in order', async () => {
    const room = await Room.open([
      {
        id: 'echo',
        order: 1,
        plugin: {
          decide: () =>
            accept((session) => session.messages.forEach((message) => void session.send(message))),
        },
      },
    ]);
    const guest = await room.visit();
    guest.say('hello');
    await room.clock.settle();
    guest.hangUp();
    await room.host.close();
    expect(room.activity.map(({ type }) => type)).toEqual([
      'listening',
      'invited',
      'decided',
      'started',
      'received',
      'sent',
      'ended',
      'draining',
      'closed',
    ]);
    expect(room.told('ended')[0]?.at).toBe(room.clock.now());
  });

  test('what peers did wrong is told with the user agent that saw it', async () => {
    const room = await Room.open([]);
    room.doorkeeper.door?.violated({
      code: 'bad-header',
      message: 'no Via',
      peer: 'udp 192.0.2.1:5060',
      status: 400,
    });
    expect(room.told('violated')).toMatchObject([
      { userAgent: 'test', code: 'bad-header', status: 400 },
    ]);
  });

  test('what a bot notes is told under its id', async () => {
    @bot({ name: 'noting', inject: [Log] })
    class Noting {
      constructor(private readonly log: Log) {}
      decide(): ReturnType<typeof reject> {
        this.log.warn('the list is empty', { entries: 0 });
        this.log.info('rejected');
        return reject('busy');
      }
    }
    const room = await Room.open([{ id: 'noting-1', order: 1, plugin: Noting }]);
    await room.visit();
    expect(room.told('noted')).toMatchObject([
      { bot: 'noting-1', level: 'warn', text: 'the list is empty', data: { entries: 0 } },
      { bot: 'noting-1', level: 'info', text: 'rejected' },
    ]);
  });

  test('a subscriber that throws harms nobody, and that it threw is told to the others', async () => {
    const room = await Room.open([rejecting]);
    const caught = await uncaught(async () => {
      room.host.activity.pipe(filter(({ type }) => type === 'invited')).subscribe(() => {
        throw new Error('my own fault');
      });
      expect((await room.visit()).answerText).toBe('reject 486');
    });
    expect(caught).toEqual([]);
    expect(room.told('failed')).toMatchObject([
      { what: 'subscriber', error: { message: 'my own fault' } },
    ]);
  });

  test('nor does one that throws at everything it is told', async () => {
    const room = await Room.open([rejecting]);
    const caught = await uncaught(async () => {
      room.host.activity.subscribe({
        next: () => {
          throw new Error('always');
        },
      });
      await room.visit();
      await room.visit();
    });
    expect(caught).toEqual([]);
    expect(room.told('decided')).toHaveLength(2);
  });

  test('nor does an operator that throws where nobody listens for errors', async () => {
    const room = await Room.open([rejecting]);
    const caught = await uncaught(async () => {
      room.host.activity
        .pipe(
          map((activity): Activity => {
            if (activity.type === 'invited') throw new Error('in an operator');
            return activity;
          }),
        )
        .subscribe();
      expect((await room.visit()).answerText).toBe('reject 486');
    });
    expect(caught).toEqual([]);
    expect(room.told('failed')).toMatchObject([{ what: 'subscriber' }]);
  });

  test('an operator that throws tells whoever listens for errors', async () => {
    const room = await Room.open([rejecting]);
    const errors: unknown[] = [];
    room.host.activity
      .pipe(
        map(() => {
          throw new Error('in an operator');
        }),
      )
      .subscribe({ error: (error: unknown) => errors.push(error) });
    await room.visit();
    expect(errors).toMatchObject([{ message: 'in an operator' }]);
    expect(room.told('failed')).toEqual([]);
  });
});

describe('the stream of invitations', () => {
  test('has every invitation that was let in, before it is decided', async () => {
    const order: string[] = [];
    const room = await Room.open([
      {
        id: 'bot',
        order: 1,
        plugin: {
          decide: ({ id }) => {
            order.push(`decide ${id}`);
            return reject('busy');
          },
        },
      },
    ]);
    room.host.invitations.subscribe(({ id, deadline, signal }) =>
      order.push(`see ${id} ${deadline} ${signal.aborted}`),
    );
    await room.visit();
    void room.host.drain(0);
    room.knock();
    expect(order).toEqual(['see guest-1 1020000 false', 'decide guest-1']);
  });

  test('a subscriber that throws does not disturb the decision', async () => {
    const room = await Room.open([rejecting]);
    const caught = await uncaught(async () => {
      room.host.invitations.subscribe(() => {
        throw new Error('oops');
      });
      expect((await room.visit()).answerText).toBe('reject 486');
    });
    expect(caught).toEqual([]);
    expect(room.told('failed')).toMatchObject([{ what: 'subscriber' }]);
  });

  test('merges all user agents', async () => {
    const doors = [new Doorkeeper('one'), new Doorkeeper('two')];
    const host = await createHost({
      userAgents: doors,
      bots: [rejecting],
      clock: new VirtualClock(),
    });
    const seen: string[] = [];
    host.invitations.subscribe(({ id }) => seen.push(id));
    await host.open();
    for (const { door, name } of doors) door?.knock(new Guest(name));
    expect(seen).toEqual(['one', 'two']);
  });
});

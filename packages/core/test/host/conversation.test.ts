import { describe, expect, test } from '@jest/globals';
import { concatMap, EMPTY, NEVER, of, Subject, tap, throwError } from 'rxjs';

import { accept, type Converse, type Placement, type SessionEnd } from '../../src/index.js';
import { openSession } from './open-session.js';
import { Room } from './room.js';

function bot(conversation: Converse): Placement {
  return { id: 'bot', order: 1, plugin: { decide: () => accept(conversation) } };
}

describe('a conversation', () => {
  test('begins when the acceptance is through, and knows who talks to whom', async () => {
    const { guest, session } = await openSession();
    expect(session.id).toBe(guest.invitation.id);
    expect(session.peer).toBe(guest.invitation.inviter);
    expect(session.local).toBe(guest.invitation.endpoint);
    expect(session.invitation.id).toBe(guest.invitation.id);
  });

  test('that completes ends the session politely', async () => {
    const room = await Room.open([bot(() => EMPTY)]);
    const guest = await room.visit();
    expect(guest.medium.ends).toEqual([{ by: 'bot', why: 'completed' }]);
    expect(room.told('ended')).toMatchObject([
      { session: 'guest-1', bot: 'bot', end: { by: 'bot', why: 'completed' } },
    ]);
    expect(room.host.sessions).toBe(0);
  });

  test('that completes ends the session only after what it said has gone out', async () => {
    const room = await Room.open([
      bot((session) => {
        void session.send('one');
        void session.send('two');
        return of('done');
      }),
    ]);
    const guest = room.knock({}, (one) => {
      one.medium.holds = true;
    });
    await room.clock.settle();
    expect(guest.medium.sent).toEqual(['one']);
    guest.medium.deliver();
    await room.clock.settle();
    expect(guest.medium.sent).toEqual(['one', 'two']);
    expect(guest.medium.ends).toEqual([]);
    guest.medium.deliver();
    await room.clock.settle();
    expect(guest.medium.ends).toEqual([{ by: 'bot', why: 'completed' }]);
  });

  test.each<[string, Converse]>([
    [
      'throws',
      () => {
        throw new Error('oops');
      },
    ],
    ['rejects', () => Promise.reject(new Error('oops'))],
    ['fails as an observable', () => throwError(() => new Error('oops'))],
    ['returns what cannot be subscribed to', (() => 42) as unknown as Converse],
  ])('that %s ends this session alone, and what it threw is told', async (_how, conversation) => {
    const room = await Room.open([
      {
        id: 'good',
        order: 1,
        plugin: { decide: () => accept(() => NEVER) },
        match: ({ subject }) => subject === 'good',
      },
      { ...bot(conversation), order: 2 },
    ]);
    const good = await room.visit({ subject: 'good' });
    const bad = await room.visit();
    expect(bad.medium.ends).toEqual([{ by: 'bot', why: 'failed' }]);
    expect(room.told('failed')).toMatchObject([
      { what: 'conversation', session: 'guest-2', bot: 'bot' },
    ]);
    expect(good.medium.ends).toEqual([]);
    expect(room.host.sessions).toBe(1);
  });

  test('that returns nothing keeps the session until the peer hangs up', async () => {
    const { room, guest, session } = await openSession();
    await room.clock.advance(86_400_000);
    expect(room.host.sessions).toBe(1);
    guest.hangUp();
    await expect(session.ended).resolves.toEqual({ by: 'peer', why: 'hung-up' });
    expect(room.host.sessions).toBe(0);
  });

  test('a subscriber of its messages that throws ends its session as failed, and nothing else', async () => {
    const room = await Room.open([
      bot((session) => {
        session.messages.pipe(tap(() => undefined)).subscribe(() => {
          throw new Error('oops');
        });
      }),
    ]);
    const guest = await room.visit();
    guest.say('hello');
    await room.clock.settle();
    expect(guest.medium.ends).toEqual([{ by: 'bot', why: 'failed' }]);
    expect(room.told('failed')).toMatchObject([{ what: 'conversation', session: 'guest-1' }]);
  });

  test('that hears its session end is unsubscribed, its signal aborts and its messages complete', async () => {
    const seen: string[] = [];
    const room = await Room.open([
      bot((session) => {
        session.signal.addEventListener('abort', () => seen.push('signal'));
        session.messages.subscribe({ complete: () => seen.push('complete') });
        session.composing.subscribe({ complete: () => seen.push('composing') });
        return new Subject().pipe(tap({ unsubscribe: () => seen.push('unsubscribed') }));
      }),
    ]);
    const guest = await room.visit();
    guest.hangUp();
    expect(seen).toEqual(['complete', 'composing', 'signal', 'unsubscribed']);
    expect(guest.medium.ends).toEqual([]);
  });

  test('that goes on by itself after its session has ended harms nobody', async () => {
    const unhandled: unknown[] = [];
    const note = (error: unknown): void => void unhandled.push(error);
    process.on('unhandledRejection', note);
    const room = await Room.open([
      bot(async (session) => {
        for await (const message of session.messages) await session.send(message);
        throw new Error('nobody listens any more');
      }),
    ]);
    const guest = await room.visit();
    guest.say('one');
    guest.hangUp();
    await room.clock.settle();
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
    expect(room.told('failed')).toEqual([]);
    expect(room.told('ended')).toHaveLength(1);
  });

  test('that fails because its session has ended is no failure', async () => {
    const room = await Room.open([
      bot((session) => session.messages.pipe(concatMap((message) => session.send(message)))),
    ]);
    const guest = room.knock({}, (one) => {
      one.medium.holds = true;
    });
    await room.clock.settle();
    guest.say('one');
    guest.say('two');
    guest.hangUp();
    await room.clock.settle();
    expect(room.told('failed')).toEqual([]);
  });

  test('an end that comes while the acceptance is still on its way is not lost', async () => {
    let heard: SessionEnd | undefined;
    const room = await Room.open([
      bot((session) => void session.ended.then((end) => (heard = end))),
    ]);
    const guest = room.knock();
    guest.hangUp();
    await room.clock.settle();
    expect(heard).toEqual({ by: 'peer', why: 'hung-up' });
    expect(room.host.sessions).toBe(0);
  });
});

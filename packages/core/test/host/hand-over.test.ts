import { describe, expect, test } from '@jest/globals';
import { concatMap, NEVER, Subject, tap } from 'rxjs';

import {
  accept,
  type Bot,
  type Invitation,
  pass,
  type Placement,
  type Session,
  SessionEnded,
} from '../../src/index.js';
import { type Guest, Room } from './room.js';

function placed(
  id: string,
  order: number,
  decide: Bot['decide'],
  more: Partial<Placement> = {},
): Placement {
  return { id, order, plugin: { decide }, ...more };
}

interface Scene {
  room: Room;
  guest: Guest;
  /** The first bot's view of the session. */
  session: Session;
  /** What the first bot read. */
  readonly read: string[];
  readonly seen: string[];
}

async function scene(second: Bot['decide'], more: Partial<Placement> = {}): Promise<Scene> {
  const sessions: Session[] = [];
  const read: string[] = [];
  const seen: string[] = [];
  const room = await Room.open([
    placed('first', 1, () =>
      accept((session) => {
        sessions.push(session);
        return new Subject().pipe(tap({ unsubscribe: () => seen.push('unsubscribed') }));
      }),
    ),
    placed('second', 2, second, more),
  ]);
  const guest = await room.visit();
  const [session] = sessions;
  if (session === undefined) throw new Error('no session');
  return { room, guest, session, read, seen };
}

describe('a session can be handed over to another bot', () => {
  test('which is asked with the same invitation, and goes on under the same id while the peer notices nothing', async () => {
    const asked: Invitation[] = [];
    const views: Session[] = [];
    const { room, guest, session } = await scene((invitation) => {
      asked.push(invitation);
      return accept((view) => {
        views.push(view);
        return view.messages.pipe(concatMap((message) => view.send(`second: ${message.text}`)));
      });
    });
    await session.handOver('second');
    expect(asked[0]).toMatchObject({
      id: guest.invitation.id,
      endpoint: guest.invitation.endpoint,
    });
    expect(views[0]?.id).toBe(session.id);
    guest.say('hello');
    await room.clock.settle();
    expect(guest.medium.sent).toEqual(['second: hello']);
    expect(guest.medium.ends).toEqual([]);
    expect(room.told('handed-over')).toMatchObject([
      { session: 'guest-1', bot: 'first', to: 'second' },
    ]);
    expect(room.host.sessions).toBe(1);
  });

  test('what was unread moves over', async () => {
    const read: string[] = [];
    const { guest, session } = await scene(() =>
      accept((view) => view.messages.pipe(tap((message) => read.push(message.text)))),
    );
    guest.say('one');
    guest.say('two');
    await session.handOver('second');
    expect(read).toEqual(['one', 'two']);
  });

  test('for the first bot it is over: messages complete, the signal aborts, sends fail, its conversation is unsubscribed', async () => {
    const { guest, session, seen } = await scene(() => accept(() => NEVER));
    session.messages.subscribe({ complete: () => seen.push('complete') });
    session.signal.addEventListener('abort', () => seen.push('signal'));
    await session.handOver('second');
    expect(seen).toEqual(['complete', 'signal', 'unsubscribed']);
    await expect(session.ended).resolves.toEqual({ by: 'bot', why: 'handed-over' });
    await expect(session.send('me again')).rejects.toBeInstanceOf(SessionEnded);
    await session.end();
    expect(guest.medium.ends).toEqual([]);
    let completed = false;
    session.messages.subscribe({ complete: () => (completed = true) });
    expect(completed).toBe(true);
  });

  test('a loop over the messages ends for the first bot without taking what is unread', async () => {
    const loop: string[] = [];
    const read: string[] = [];
    const room = await Room.open([
      placed('first', 1, () =>
        accept(async (session) => {
          for await (const message of session.messages) {
            loop.push(message.text);
            if (message.text === 'operator') await session.handOver('second');
          }
          loop.push('end');
        }),
      ),
      placed('second', 2, () =>
        accept((session) => session.messages.pipe(tap((message) => read.push(message.text)))),
      ),
    ]);
    const guest = await room.visit();
    for (const text of ['hi', 'operator', 'are you there?']) guest.say(text);
    await room.clock.settle();
    expect(loop).toEqual(['hi', 'operator', 'end']);
    expect(read).toEqual(['are you there?']);
    expect(room.host.sessions).toBe(1);
  });

  test('what the first bot said before still goes out, before what the second one says', async () => {
    const { room, guest, session } = await scene(() =>
      accept((view) => view.send('hello from the second')),
    );
    guest.medium.holds = true;
    void session.send('one');
    void session.send('I put you through');
    await session.handOver('second');
    guest.medium.deliver();
    await room.clock.settle();
    guest.medium.deliver();
    await room.clock.settle();
    expect(guest.medium.sent).toEqual(['one', 'I put you through', 'hello from the second']);
  });

  test('a bot that does not accept leaves the session where it is', async () => {
    const { guest, session } = await scene(() => pass('busy with others'));
    await expect(session.handOver('second')).rejects.toMatchObject({ code: 'not-taken' });
    await session.send('I am still here');
    expect(guest.medium.sent).toEqual(['I am still here']);
  });

  test('nor does one that fails, keeps silent or has no session left', async () => {
    const failing = await scene(() => {
      throw new Error('oops');
    });
    await expect(failing.session.handOver('second')).rejects.toMatchObject({ code: 'not-taken' });
    const silent = await scene(() => NEVER);
    const handingOver = silent.session.handOver('second');
    handingOver.catch(() => undefined);
    await silent.room.clock.advance(20_000);
    await expect(handingOver).rejects.toMatchObject({ code: 'not-taken' });
    const full = await scene(() => accept(() => NEVER), { limits: { sessions: 0 } });
    await expect(full.session.handOver('second')).rejects.toMatchObject({ code: 'not-taken' });
  });

  test('a bot that is not in the house is no-such-bot', async () => {
    const { session } = await scene(() => pass(''));
    await expect(session.handOver('third')).rejects.toMatchObject({ code: 'no-such-bot' });
  });

  test('a session that ends while the other bot thinks is not handed over', async () => {
    let signal: AbortSignal | undefined;
    const { guest, session } = await scene((invitation) => {
      ({ signal } = invitation);
      return NEVER;
    });
    const handingOver = session.handOver('second');
    handingOver.catch(() => undefined);
    guest.hangUp();
    await expect(handingOver).rejects.toBeInstanceOf(SessionEnded);
    expect(signal?.aborted).toBe(true);
  });

  test('the second bot can hand it back, and the end is told under the bot that holds it', async () => {
    const views: Session[] = [];
    const { room, guest, session } = await scene(() =>
      accept((view) => {
        views.push(view);
      }),
    );
    await session.handOver('second');
    await views[0]?.handOver('first');
    guest.hangUp();
    expect(room.told('handed-over').map(({ bot, to }) => `${bot} to ${to}`)).toEqual([
      'first to second',
      'second to first',
    ]);
    expect(room.told('ended')).toMatchObject([{ bot: 'first' }]);
    expect(room.host.sessions).toBe(0);
  });

  test('sessions are counted for the bot that holds them', async () => {
    const sessions: Session[] = [];
    const keep = (): ReturnType<Bot['decide']> => accept((session) => void sessions.push(session));
    const room = await Room.open([
      placed('first', 1, keep, { limits: { sessions: 1 } }),
      placed('second', 2, keep, { limits: { sessions: 1 } }),
    ]);
    const one = await room.visit();
    await sessions[0]?.handOver('second');
    // The first bot has room again, the second one has none.
    const two = await room.visit();
    expect(two.answerText).toBe('accept');
    await expect(sessions[2]?.handOver('second')).rejects.toMatchObject({ code: 'not-taken' });
    one.hangUp();
    await sessions[2]?.handOver('second');
    expect((await room.visit()).answerText).toBe('accept');
  });
});

import { describe, expect, test } from '@jest/globals';
import { concatMap, EMPTY, NEVER, of, Subject, tap, throwError } from 'rxjs';

import {
  accept,
  type Converse,
  LocalProtocolError,
  type Message,
  type Placement,
  type Session,
  type SessionEnd,
  SessionEnded,
} from '../../src/index.js';
import { type Guest, Room } from './room.js';

function bot(conversation: Converse, more: Partial<Placement> = {}): Placement {
  return { id: 'bot', order: 1, plugin: { decide: () => accept(conversation) }, ...more };
}

/** A house whose bot keeps its session open and lets the test talk. */
async function open(more: Partial<Placement> = {}): Promise<{ room: Room; guest: Guest; session: Session }> {
  const sessions: Session[] = [];
  const room = await Room.open([bot((session) => void sessions.push(session), more)]);
  const guest = await room.visit();
  const [session] = sessions;
  if (session === undefined) throw new Error('no session');
  return { room, guest, session };
}

describe('a conversation', () => {
  test('begins when the acceptance is through, and knows who talks to whom', async () => {
    const { guest, session } = await open();
    expect(session.id).toBe(guest.invitation.id);
    expect(session.peer).toBe(guest.invitation.inviter);
    expect(session.local).toBe(guest.invitation.endpoint);
    expect(session.invitation.id).toBe(guest.invitation.id);
  });

  test('that completes ends the session politely', async () => {
    const room = await Room.open([bot(() => EMPTY)]);
    const guest = await room.visit();
    expect(guest.medium.ends).toEqual([{ by: 'bot', why: 'completed' }]);
    expect(room.told('ended')).toMatchObject([{ session: 'guest-1', bot: 'bot', end: { by: 'bot', why: 'completed' } }]);
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
    ['throws', () => {
      throw new Error('oops');
    }],
    ['rejects', () => Promise.reject(new Error('oops'))],
    ['fails as an observable', () => throwError(() => new Error('oops'))],
    ['returns what cannot be subscribed to', (() => 42) as unknown as Converse],
  ])('that %s ends this session alone, and what it threw is told', async (_how, conversation) => {
    const room = await Room.open([
      { id: 'good', order: 1, plugin: { decide: () => accept(() => NEVER) }, match: ({ subject }) => subject === 'good' },
      bot(conversation, { order: 2 }),
    ]);
    const good = await room.visit({ subject: 'good' });
    const bad = await room.visit();
    expect(bad.medium.ends).toEqual([{ by: 'bot', why: 'failed' }]);
    expect(room.told('failed')).toMatchObject([{ what: 'conversation', session: 'guest-2', bot: 'bot' }]);
    expect(good.medium.ends).toEqual([]);
    expect(room.host.sessions).toBe(1);
  });

  test('that returns nothing keeps the session until the peer hangs up', async () => {
    const { room, guest, session } = await open();
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

  test('that fails because its session has ended is no failure', async () => {
    const room = await Room.open([bot((session) => session.messages.pipe(concatMap((message) => session.send(message))))]);
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
    const room = await Room.open([bot((session) => void session.ended.then((end) => (heard = end)))]);
    const guest = room.knock();
    guest.hangUp();
    await room.clock.settle();
    expect(heard).toEqual({ by: 'peer', why: 'hung-up' });
    expect(room.host.sessions).toBe(0);
  });
});

describe('what a bot says', () => {
  test('goes out one after the other, never before the fate of the last one is known', async () => {
    const { room, guest, session } = await open();
    guest.medium.holds = true;
    const fates = ['one', 'two', 'three'].map((text) => session.send(text));
    expect(guest.medium.sent).toEqual(['one']);
    guest.medium.deliver({ type: 'failed', status: 408, reason: 'timeout' });
    await room.clock.settle();
    expect(guest.medium.sent).toEqual(['one', 'two']);
    guest.medium.deliver();
    await room.clock.settle();
    guest.medium.deliver();
    expect(await Promise.all(fates)).toEqual([
      { type: 'failed', status: 408, reason: 'timeout' },
      { type: 'delivered', status: 200 },
      { type: 'delivered', status: 200 },
    ]);
    expect(room.told('sent').map(({ delivery }) => delivery.status)).toEqual([408, 200, 200]);
  });

  test('bears an id of its own, within what MSRP allows', async () => {
    const { guest, session } = await open();
    for (let count = 0; count < 40; count += 1) void session.send('again');
    await session.send('last');
    expect(new Set(guest.medium.ids).size).toBe(41);
    // RFC 4975, 9: ident = ALPHANUM 3*31ident-char
    for (const id of guest.medium.ids) expect(id).toMatch(/^[A-Za-z0-9][A-Za-z0-9.+%=-]{3,31}$/);
  });

  test('beyond 64 messages waiting is refused as a backlog', async () => {
    const { guest, session } = await open();
    guest.medium.holds = true;
    for (let count = 0; count < 65; count += 1) void session.send('flood');
    await expect(session.send('one too many')).rejects.toMatchObject({ code: 'backlog' });
    await expect(session.send('one too many')).rejects.toBeInstanceOf(LocalProtocolError);
  });

  test('after the end is refused with SessionEnded', async () => {
    const { guest, session } = await open();
    guest.hangUp();
    await expect(session.send('hello?')).rejects.toBeInstanceOf(SessionEnded);
    await expect(session.ask('hello?')).rejects.toBeInstanceOf(SessionEnded);
    await expect(session.handOver('bot')).rejects.toBeInstanceOf(SessionEnded);
    expect(session.signal.aborted).toBe(true);
    expect(guest.medium.sent).toEqual([]);
  });

  test('and was still waiting when the peer hung up is refused with SessionEnded', async () => {
    const { guest, session } = await open();
    guest.medium.holds = true;
    const first = session.send('one');
    const second = session.send('two');
    guest.hangUp();
    guest.medium.deliver({ type: 'failed', status: 481, reason: 'gone' });
    await expect(second).rejects.toBeInstanceOf(SessionEnded);
    await expect(first).resolves.toMatchObject({ status: 481 });
  });

  test('may be ignored: an unheeded failure does not bring the process down', async () => {
    const { room, guest, session } = await open();
    const unhandled: unknown[] = [];
    const note = (error: unknown): void => void unhandled.push(error);
    process.on('unhandledRejection', note);
    guest.medium.holds = true;
    for (let count = 0; count < 70; count += 1) void session.send('ignored');
    void session.ask('ignored?');
    void session.handOver('nobody');
    guest.hangUp();
    void session.send('ignored');
    void session.ask('ignored?');
    await room.clock.settle();
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
  });

  test('is failed, not lost, where the medium breaks', async () => {
    const { room, guest, session } = await open();
    guest.medium.breaks = new Error('no wire');
    await expect(session.send('hello')).resolves.toMatchObject({ type: 'failed', status: 500 });
    expect(room.told('failed')).toMatchObject([{ what: 'medium' }]);
    guest.medium.breaks = undefined;
    await expect(session.send('hello')).resolves.toMatchObject({ type: 'delivered' });
  });

  test('larger than the medium allows is failed with 513 and never sent', async () => {
    const { guest, session } = await open();
    guest.medium.limit = 5;
    await expect(session.send('123456')).resolves.toMatchObject({ type: 'failed', status: 513 });
    await expect(session.send('12345')).resolves.toMatchObject({ type: 'delivered' });
    expect(guest.medium.sent).toEqual(['12345']);
  });

  test('ends the sign that it is typing', async () => {
    const { guest, session } = await open();
    session.compose();
    await session.send('done');
    await session.send('and more');
    session.compose('active');
    session.compose('idle');
    expect(guest.medium.composed).toEqual(['active', 'idle', 'active', 'idle']);
  });

  test('can be anything with a media type', async () => {
    const { guest, session } = await open();
    await session.send({ contentType: 'text/html', body: new TextEncoder().encode('<b>hi</b>') });
    expect(guest.medium.sent).toEqual(['<b>hi</b>']);
  });
});

describe('what the peer says', () => {
  test('is kept, in order, until the conversation listens', async () => {
    const read: string[] = [];
    const go = new Subject<void>();
    const room = await Room.open([
      bot((session) => go.pipe(concatMap(() => session.messages.pipe(tap((message) => read.push(message.text)))))),
    ]);
    const guest = room.knock();
    guest.say('before the acceptance was through');
    await room.clock.settle();
    guest.say('before anybody listened');
    go.next();
    guest.say('now');
    expect(read).toEqual(['before the acceptance was through', 'before anybody listened', 'now']);
  });

  test('can be read with `for await`, also what came before, until the peer hangs up', async () => {
    const read: string[] = [];
    const room = await Room.open([
      bot(async (session) => {
        for await (const message of session.messages) read.push(message.text);
        read.push('end');
      }),
    ]);
    const guest = room.knock();
    guest.say('one');
    await room.clock.settle();
    guest.say('two');
    guest.say('three');
    guest.hangUp();
    await room.clock.settle();
    expect(read).toEqual(['one', 'two', 'three', 'end']);
  });

  test('is the first message of the session where the invitation itself carried one', async () => {
    const read: string[] = [];
    const { Message, plainText } = await import('../../src/index.js');
    const room = await Room.open([bot((session) => session.messages.pipe(tap((message) => read.push(message.text))))]);
    const { contentType, body } = plainText('may I come in?');
    const { inviter } = (await room.visit()).invitation;
    const guest = await room.visit({ firstMessage: new Message('m-1', inviter.address, contentType, body, 0) });
    guest.say('the same once more', 'm-1');
    guest.say('thanks');
    expect(read).toEqual(['may I come in?', 'thanks']);
  });

  test('reaches the bot once, though it is transmitted twice', async () => {
    const read: string[] = [];
    const room = await Room.open([bot((session) => session.messages.pipe(tap((message) => read.push(message.text))))]);
    const guest = await room.visit();
    expect(guest.say('hello', 'same')).toEqual({ type: 'taken' });
    expect(guest.say('hello', 'same')).toEqual({ type: 'taken' });
    expect(read).toEqual(['hello']);
  });

  test('after the end is refused with 481', async () => {
    const { guest } = await open();
    guest.hangUp();
    expect(guest.say('too late')).toMatchObject({ type: 'refused', status: 481 });
  });

  test('and was taken is still given to the bot when the peer hangs up right after', async () => {
    const read: string[] = [];
    const room = await Room.open([
      bot((session) => session.messages.pipe(tap((message) => read.push(message.text)), concatMap((message) => session.send(message)))),
    ]);
    const guest = room.knock({}, (one) => {
      one.medium.holds = true;
    });
    await room.clock.settle();
    for (const text of ['one', 'two', 'three']) guest.say(text);
    expect(read).toEqual(['one']);
    guest.hangUp();
    expect(read).toEqual(['one', 'two', 'three']);
  });

  test('whether it is typing is shown to the bot', async () => {
    const { guest, session } = await open();
    const shown: string[] = [];
    session.composing.subscribe((composing) => shown.push(composing));
    guest.receiver.compose('active');
    guest.receiver.compose('idle');
    guest.hangUp();
    expect(shown).toEqual(['active', 'idle']);
  });

  test('is told as activity', async () => {
    const { room, guest } = await open();
    guest.say('hello');
    expect(room.told('received').map(({ session, message }) => [session, (message as Message).text])).toEqual([['guest-1', 'hello']]);
  });
});

describe('a session ends', () => {
  test('when the bot says so, after what it said before', async () => {
    const { room, guest, session } = await open();
    guest.medium.holds = true;
    void session.send('bye');
    const ending = session.end();
    await expect(session.send('one more thing')).rejects.toBeInstanceOf(SessionEnded);
    expect(guest.medium.ends).toEqual([]);
    guest.medium.deliver();
    await ending;
    expect(guest.medium.ends).toEqual([{ by: 'bot', why: 'ended' }]);
    expect(room.host.sessions).toBe(0);
    await session.end();
  });

  test('when nothing was said for as long as its bot allows', async () => {
    const { room, guest, session } = await open({ session: { idle: '1m' } });
    await room.clock.advance(59_000);
    guest.say('still here');
    await room.clock.advance(59_000);
    await session.send('so am I');
    await room.clock.advance(59_999);
    expect(guest.medium.ends).toEqual([]);
    await room.clock.advance(1);
    expect(guest.medium.ends).toEqual([{ by: 'host', why: 'idle' }]);
  });

  test('when its time is up, come what may', async () => {
    const { room, guest } = await open({ session: { idle: '1m', max: '90s' } });
    await room.clock.advance(50_000);
    guest.say('still here');
    await room.clock.advance(39_999);
    expect(guest.medium.ends).toEqual([]);
    await room.clock.advance(1);
    expect(guest.medium.ends).toEqual([{ by: 'host', why: 'limit' }]);
    expect(room.clock.waiting).toBe(0);
  });

  test('with one timer, however much is said', async () => {
    const { room, guest } = await open({ session: { idle: '1m' } });
    for (let count = 0; count < 20; count += 1) guest.say('hello');
    expect(room.clock.waiting).toBe(1);
    guest.hangUp();
    expect(room.clock.waiting).toBe(0);
  });

  test('when the network is lost, which the bot learns', async () => {
    const { guest, session } = await open();
    guest.receiver.end({ by: 'network', why: 'lost', status: 408 });
    await expect(session.ended).resolves.toEqual({ by: 'network', why: 'lost', status: 408 });
  });

  test('once, though both sides end it at the same time', async () => {
    const { room, guest, session } = await open();
    const ending = session.end();
    guest.hangUp();
    await ending;
    expect(room.told('ended')).toHaveLength(1);
  });
});

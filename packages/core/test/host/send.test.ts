import { describe, expect, test } from '@jest/globals';

import { LocalProtocolError, SessionEnded } from '../../src/index.js';
import { openSession } from './open-session.js';

describe('what a bot says', () => {
  test('goes out one after the other, never before the fate of the last one is known', async () => {
    const { room, guest, session } = await openSession();
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
    const { guest, session } = await openSession();
    for (let count = 0; count < 40; count += 1) void session.send('again');
    await session.send('last');
    expect(new Set(guest.medium.ids).size).toBe(41);
    // RFC 4975, 9: ident = ALPHANUM 3*31ident-char
    for (const id of guest.medium.ids) expect(id).toMatch(/^[A-Za-z0-9][A-Za-z0-9.+%=-]{3,31}$/);
  });

  test('beyond 64 messages waiting is refused as a backlog', async () => {
    const { guest, session } = await openSession();
    guest.medium.holds = true;
    for (let count = 0; count < 65; count += 1) void session.send('flood');
    await expect(session.send('one too many')).rejects.toMatchObject({ code: 'backlog' });
    await expect(session.send('one too many')).rejects.toBeInstanceOf(LocalProtocolError);
  });

  test('after the end is refused with SessionEnded', async () => {
    const { guest, session } = await openSession();
    guest.hangUp();
    await expect(session.send('hello?')).rejects.toBeInstanceOf(SessionEnded);
    await expect(session.ask('hello?')).rejects.toBeInstanceOf(SessionEnded);
    await expect(session.handOver('bot')).rejects.toBeInstanceOf(SessionEnded);
    expect(session.signal.aborted).toBe(true);
    expect(guest.medium.sent).toEqual([]);
  });

  test('and was still waiting when the peer hung up is refused with SessionEnded', async () => {
    const { guest, session } = await openSession();
    guest.medium.holds = true;
    const first = session.send('one');
    const second = session.send('two');
    guest.hangUp();
    guest.medium.deliver({ type: 'failed', status: 481, reason: 'gone' });
    await expect(second).rejects.toBeInstanceOf(SessionEnded);
    await expect(first).resolves.toMatchObject({ status: 481 });
  });

  test('may be ignored: an unheeded failure does not bring the process down', async () => {
    const { room, guest, session } = await openSession();
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
    const { room, guest, session } = await openSession();
    guest.medium.breaks = new Error('no wire');
    await expect(session.send('hello')).resolves.toMatchObject({ type: 'failed', status: 500 });
    expect(room.told('failed')).toMatchObject([{ what: 'medium' }]);
    guest.medium.breaks = undefined;
    await expect(session.send('hello')).resolves.toMatchObject({ type: 'delivered' });
  });

  test('larger than the medium allows is failed with 513 and never sent', async () => {
    const { guest, session } = await openSession();
    guest.medium.limit = 5;
    await expect(session.send('123456')).resolves.toMatchObject({ type: 'failed', status: 513 });
    await expect(session.send('12345')).resolves.toMatchObject({ type: 'delivered' });
    expect(guest.medium.sent).toEqual(['12345']);
  });

  test('ends the sign that it is typing', async () => {
    const { guest, session } = await openSession();
    session.compose();
    await session.send('done');
    await session.send('and more');
    session.compose('active');
    session.compose('idle');
    expect(guest.medium.composed).toEqual(['active', 'idle', 'active', 'idle']);
  });

  test('can be anything with a media type', async () => {
    const { guest, session } = await openSession();
    await session.send({ contentType: 'text/html', body: new TextEncoder().encode('<b>hi</b>') });
    expect(guest.medium.sent).toEqual(['<b>hi</b>']);
  });
});

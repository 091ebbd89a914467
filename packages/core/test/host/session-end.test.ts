import { describe, expect, test } from '@jest/globals';

import { SessionEnded } from '../../src/index.js';
import { openSession } from './open-session.js';

describe('a session ends', () => {
  test('when the bot says so, after what it said before', async () => {
    const { room, guest, session } = await openSession();
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
    const { room, guest, session } = await openSession({ session: { idle: '1m' } });
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
    const { room, guest } = await openSession({ session: { idle: '1m', max: '90s' } });
    await room.clock.advance(50_000);
    guest.say('still here');
    await room.clock.advance(39_999);
    expect(guest.medium.ends).toEqual([]);
    await room.clock.advance(1);
    expect(guest.medium.ends).toEqual([{ by: 'host', why: 'limit' }]);
    expect(room.clock.waiting).toBe(0);
  });

  test('with one timer, however much is said', async () => {
    const { room, guest } = await openSession({ session: { idle: '1m' } });
    for (let count = 0; count < 20; count += 1) guest.say('hello');
    expect(room.clock.waiting).toBe(1);
    guest.hangUp();
    expect(room.clock.waiting).toBe(0);
  });

  test('when the network is lost, which the bot learns', async () => {
    const { guest, session } = await openSession();
    guest.receiver.end({ by: 'network', why: 'lost', status: 408 });
    await expect(session.ended).resolves.toEqual({ by: 'network', why: 'lost', status: 408 });
  });

  test('once, though both sides end it at the same time', async () => {
    const { room, guest, session } = await openSession();
    const ending = session.end();
    guest.hangUp();
    await ending;
    expect(room.told('ended')).toHaveLength(1);
  });
});

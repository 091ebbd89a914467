import { describe, expect, it } from '@jest/globals';

import {
  accept,
  type Bot,
  type Decision,
  defer,
  forward,
  type Placement,
  reject,
  Withdrawal,
} from '../../src/index.js';
import { Room } from './room.js';

const silent = (): void => undefined;

/** A house whose one bot shares its address with people. */
async function shared(decide: Bot['decide'], more: Partial<Placement> = {}): Promise<Room> {
  const place = { id: 'bot', order: 1, decide: { politely: '8s' as const }, ...more };
  return Room.open([{ ...place, plugin: { decide } }]);
}

describe('a bot on an address that it shares with people', () => {
  it('accepts no invitation before it is so old', async () => {
    const room = await shared(() => accept(silent));
    const guest = await room.visit();
    await room.clock.advance(7_999);
    expect([guest.answerText, room.host.state.pending.used]).toEqual(['none', 1]);
    await room.clock.advance(1);
    expect([guest.answerText, room.host.sessions]).toEqual(['accept', 1]);
    expect(room.told('decided')).toMatchObject([{ took: 8_000, steps: [{ took: 8_000 }] }]);
  });

  it('waits no longer for that than it takes to decide anyhow', async () => {
    const slow = (): Promise<Decision> =>
      new Promise((resolve) => {
        room.clock.at(room.clock.now() + 5_000, () => resolve(accept(silent)));
      });
    const room = await shared(slow);
    const guest = await room.visit();
    await room.clock.advance(7_999);
    expect(guest.answerText).toBe('none');
    await room.clock.advance(1);
    expect(guest.answerText).toBe('accept');
  });

  it.each<[string, Decision, string]>([
    ['rejects', reject('busy'), 'reject 486'],
    ['forwards', forward('sip:boss@example.com'), 'forward 302'],
  ])('%s at once', async (_what, decision, answer) => {
    const room = await shared(() => decision);
    expect((await room.visit()).answerText).toBe(answer);
  });

  it('accepts at once what names this device alone, and a message outside any session', async () => {
    const room = await shared(() => accept(silent));
    expect((await room.visit({ direct: true })).answerText).toBe('accept');
    expect((await room.visit({ medium: 'pager' })).answerText).toBe('accept');
  });

  it('accepts at once what a person accepts in its name', async () => {
    const room = await shared(() => defer({ within: '5m', otherwise: 'unavailable' }));
    const guest = await room.visit();
    await room.host.decide('guest-1', accept(silent));
    expect(guest.answerText).toBe('accept');
  });

  it('gives way when a person takes it up elsewhere', async () => {
    const room = await shared(() => accept(silent));
    const controller = new AbortController();
    const guest = await room.visit({ signal: controller.signal });
    await room.clock.advance(3_000);
    controller.abort(new Withdrawal('elsewhere', 'somebody else has accepted'));
    await room.clock.advance(60_000);
    expect(guest.answers).toEqual([]);
    expect(room.told('cancelled')).toMatchObject([{ why: 'elsewhere' }]);
    expect(room.told('decided')).toEqual([]);
    expect(room.host.state).toMatchObject({ sessions: { used: 0 }, pending: { used: 0 } });
    expect(room.clock.waiting).toBe(0);
  });

  it('holds no session while it waits, and says 486 where none is left then', async () => {
    const room = await shared(() => accept(silent), { limits: { sessions: 1 } });
    const first = await room.visit();
    const second = await room.visit();
    expect(room.host.sessions).toBe(0);
    await room.clock.advance(8_000);
    expect([first.answerText, second.answerText]).toEqual(['accept', 'reject 486']);
  });

  it('refuses by 503 whom it has not accepted yet when the house closes', async () => {
    const room = await shared(() => accept(silent));
    const guest = await room.visit();
    const drained = room.host.drain(0);
    await drained;
    expect(guest.answerText).toBe('reject 503');
  });
});

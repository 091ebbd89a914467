/** Who takes part in a session, as its bot is told. */
import { describe, expect, it } from '@jest/globals';

import type { Medium } from '../../src/adapter.js';
import { Address, type Participant, type Session } from '../../src/index.js';
import { openSession } from './open-session.js';

const person = (name: string): Participant => ({
  address: Address.parse(`sip:${name}@example.com`),
  local: false,
  roles: [],
  connected: true,
});

/** Lets the session be one with everybody in a conference, which tells who takes part. */
function gather(medium: Medium): { tell: (...names: string[]) => void; watched: () => number } {
  const told = new Set<(present: readonly Participant[]) => void>();
  const participants: Medium['participants'] = (listen) => {
    told.add(listen);
    return () => void told.delete(listen);
  };
  Object.assign(medium, { participants });
  const tell = (...names: string[]): void => told.forEach((one) => one(names.map(person)));
  return { tell, watched: () => told.size };
}

/** Keeps who takes part, each time that is told. */
function watch(session: Session): { told: string[][]; over: () => boolean } {
  const told: string[][] = [];
  let over = false;
  session.participants.subscribe({
    next: (present) => void told.push(present.map(({ address }) => address.user)),
    complete: () => (over = true),
  });
  return { told, over: () => over };
}

describe('who takes part', () => {
  it('in a session of two are we and the peer', async () => {
    const { session } = await openSession();
    const present: (readonly Participant[])[] = [];
    session.participants.subscribe((now) => void present.push(now));
    expect(present).toHaveLength(1);
    expect(present[0]?.map(({ address, local }) => [address.user, local])).toEqual([
      ['desk', true],
      ['alice', false],
    ]);
  });

  it('in a conference is asked only where somebody listens, and told as it changes', async () => {
    const { session, guest } = await openSession();
    const { tell, watched } = gather(guest.medium);
    expect(watched()).toBe(0);
    const { told } = watch(session);
    expect([watched(), told]).toEqual([1, []]);
    tell('alice');
    tell('alice', 'carol');
    const late = watch(session);
    expect(told).toEqual([['alice'], ['alice', 'carol']]);
    expect([watched(), late.told]).toEqual([1, [['alice', 'carol']]]);
  });

  it('is told no more when the session is over', async () => {
    const { session, guest } = await openSession();
    const { tell, watched } = gather(guest.medium);
    const { told, over } = watch(session);
    tell('alice');
    await session.end();
    expect([over(), watched(), told]).toEqual([true, 0, [['alice']]]);
    expect(watch(session).over()).toBe(true);
  });

  it('told to a listener that throws fails its conversation alone', async () => {
    const { session } = await openSession();
    session.participants.subscribe(() => {
      throw new Error('a listener');
    });
    expect(await session.ended).toEqual({ by: 'bot', why: 'failed' });
  });
});

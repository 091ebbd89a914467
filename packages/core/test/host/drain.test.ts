import { describe, expect, test } from '@jest/globals';
import { NEVER } from 'rxjs';

import { accept, bot, type Placement, reject, service, type Session } from '../../src/index.js';
import { Doorkeeper, Room } from './room.js';

function keeper(sessions: Session[] = []): Placement {
  return {
    id: 'bot',
    order: 1,
    plugin: { decide: () => accept((session) => void sessions.push(session)) },
  };
}

async function settled(promise: Promise<unknown>, room: Room): Promise<boolean> {
  let done = false;
  void promise.then(() => (done = true));
  await room.clock.settle();
  return done;
}

describe('open', () => {
  test('every user agent listens, and that is told', async () => {
    const room = await Room.open([]);
    expect(room.doorkeeper.heard).toEqual(['open']);
    expect(room.told('listening')).toMatchObject([
      { userAgent: 'test', listening: { transport: 'test' } },
    ]);
  });

  test('where one cannot listen, none does, and the error is thrown', async () => {
    const [one, two, three] = [
      new Doorkeeper('one'),
      new Doorkeeper('two'),
      new Doorkeeper('three'),
    ];
    two.failsToOpen = true;
    const room = await Room.build([], { userAgents: [one, two, three] });
    await expect(room.host.open()).rejects.toThrow('two cannot listen');
    expect([one.heard, two.heard, three.heard]).toEqual([['open', 'close'], ['open'], []]);
    two.failsToOpen = false;
    await room.host.open();
    expect(three.heard).toEqual(['open']);
  });

  test('a second call opens nothing twice', async () => {
    const room = await Room.open([]);
    await room.host.open();
    expect(room.doorkeeper.heard).toEqual(['open']);
  });
});

describe('drain', () => {
  test('refuses new invitations with 503 while sessions go on, and is done when the last one has ended', async () => {
    const room = await Room.open([keeper()]);
    const guest = await room.visit();
    const drained = room.host.drain('10m');
    expect(room.doorkeeper.heard).toEqual(['open', 'drain']);
    expect(room.knock().refused).toEqual({ status: 503 });
    expect(guest.say('still here')).toEqual({ type: 'taken' });
    await room.clock.advance(60_000);
    expect(await settled(drained, room)).toBe(false);
    guest.hangUp();
    expect(await settled(drained, room)).toBe(true);
    expect(room.clock.waiting).toBe(0);
  });

  test('ends politely the sessions that have not ended in time', async () => {
    const room = await Room.open([keeper()]);
    const guest = await room.visit();
    const drained = room.host.drain('10m');
    await room.clock.advance(599_999);
    expect(guest.medium.ends).toEqual([]);
    await room.clock.advance(1);
    expect(guest.medium.ends).toEqual([{ by: 'host', why: 'drain' }]);
    expect(await settled(drained, room)).toBe(true);
    expect(room.host.sessions).toBe(0);
  });

  test('answers 503 to an invitation that is still undecided when the time is up', async () => {
    let signal: AbortSignal | undefined;
    const room = await Room.open([
      {
        id: 'bot',
        order: 1,
        plugin: {
          decide: (invitation) => {
            ({ signal } = invitation);
            return NEVER;
          },
        },
      },
    ]);
    const guest = await room.visit();
    const drained = room.host.drain('5s');
    await room.clock.advance(5000);
    expect(guest.answerText).toBe('reject 503');
    expect(signal?.aborted).toBe(true);
    expect(await settled(drained, room)).toBe(true);
  });

  test('lets an invitation that was let in before become a session', async () => {
    let decide: (decision: ReturnType<typeof accept>) => void = () => undefined;
    const room = await Room.open([
      {
        id: 'bot',
        order: 1,
        plugin: { decide: () => new Promise((resolve) => (decide = resolve)) },
      },
    ]);
    const guest = await room.visit();
    const drained = room.host.drain('10m');
    decide(accept(() => NEVER));
    await room.clock.settle();
    expect(guest.answerText).toBe('accept');
    expect(await settled(drained, room)).toBe(false);
    guest.hangUp();
    expect(await settled(drained, room)).toBe(true);
  });

  test('a second wish that is shorter counts, one that is longer does not', async () => {
    const room = await Room.open([keeper()]);
    const guest = await room.visit();
    void room.host.drain('10m');
    const second = room.host.drain('1m');
    void room.host.drain('1h');
    await room.clock.advance(60_000);
    expect(guest.medium.ends).toHaveLength(1);
    expect(await settled(second, room)).toBe(true);
    expect(room.doorkeeper.heard.filter((word) => word === 'drain')).toHaveLength(1);
    expect(room.told('draining')).toHaveLength(1);
  });

  test('does not wait for ever for a peer that never learns of the end', async () => {
    const room = await Room.open([keeper()]);
    const guest = await room.visit();
    guest.medium.deaf = true;
    const drained = room.host.drain(0);
    await room.clock.advance(34_999);
    expect(await settled(drained, room)).toBe(false);
    await room.clock.advance(1);
    expect(await settled(drained, room)).toBe(true);
  });

  test('with nobody in the house is done at once', async () => {
    const room = await Room.open([keeper()]);
    expect(await settled(room.host.drain('1h'), room)).toBe(true);
    expect(room.clock.waiting).toBe(0);
  });
});

describe('close', () => {
  test('ends sessions, closes user agents, disposes all in reverse order of making, and completes the streams', async () => {
    const order: string[] = [];
    @service({ scope: 'house' })
    class Ledger {
      dispose(): void {
        order.push('ledger');
      }
    }
    @bot({ name: 'one', inject: [Ledger] })
    class One {
      constructor(readonly ledger: Ledger) {}
      decide(): ReturnType<typeof accept> {
        return accept(() => NEVER);
      }
      dispose(): void {
        order.push('one');
      }
    }
    @bot({ name: 'two', inject: [Ledger] })
    class Two {
      constructor(readonly ledger: Ledger) {}
      decide(): ReturnType<typeof reject> {
        return reject('busy');
      }
      [Symbol.asyncDispose](): Promise<void> {
        order.push('two begins');
        return Promise.resolve().then(() => void order.push('two is done'));
      }
    }
    const room = await Room.open([
      { id: 'one', order: 1, plugin: One },
      { id: 'two', order: 2, plugin: Two },
    ]);
    const guest = await room.visit();
    let completed = 0;
    room.host.invitations.subscribe({ complete: () => (completed += 1) });
    room.host.activity.subscribe({ complete: () => (completed += 1) });
    await room.host.close();
    expect(guest.medium.ends).toEqual([{ by: 'host', why: 'drain' }]);
    expect(room.doorkeeper.heard).toEqual(['open', 'drain', 'close']);
    expect(order).toEqual(['two begins', 'two is done', 'one', 'ledger']);
    expect(completed).toBe(2);
    expect(room.activity.at(-1)?.type).toBe('closed');
  });

  test('a second call does nothing more', async () => {
    const room = await Room.open([keeper()]);
    await Promise.all([room.host.close(), room.host.close()]);
    await room.host.close();
    expect(room.doorkeeper.heard).toEqual(['open', 'drain', 'close']);
    await expect(room.host.open()).rejects.toMatchObject({ code: 'closed' });
  });

  test('cuts a drain short that would go on for long', async () => {
    const room = await Room.open([keeper()]);
    const guest = await room.visit();
    const drained = room.host.drain('1h');
    await room.host.close();
    await drained;
    expect(guest.medium.ends).toHaveLength(1);
    expect(room.clock.waiting).toBe(0);
  });

  test('a house that never opened can be closed, and cannot be opened afterwards', async () => {
    const room = await Room.build([keeper()]);
    await room.host.close();
    expect(room.doorkeeper.heard).toEqual([]);
    await expect(room.host.open()).rejects.toMatchObject({ code: 'closed' });
  });

  test('closes the user agents in reverse order of opening', async () => {
    const order: string[] = [];
    const doors = ['one', 'two'].map((name) => {
      const door = new Doorkeeper(name);
      door.close = async () => void order.push(name);
      return door;
    });
    const room = await Room.open([], { userAgents: doors });
    await room.host.close();
    expect(order).toEqual(['two', 'one']);
  });

  test('a user agent that fails to close does not keep the others open', async () => {
    const [one, two] = [new Doorkeeper('one'), new Doorkeeper('two')];
    two.close = () => Promise.reject(new Error('stuck'));
    const room = await Room.open([], { userAgents: [one, two] });
    await room.host.close();
    expect(one.heard).toContain('close');
    expect(room.told('failed')).toMatchObject([{ what: 'user-agent' }]);
  });
});

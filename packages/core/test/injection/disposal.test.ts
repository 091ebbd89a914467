import { describe, expect, test } from '@jest/globals';
import { ContainerModule } from 'inversify';
import { NEVER } from 'rxjs';

import {
  accept,
  Bot,
  type Conversation,
  createHost,
  service,
  type Session,
} from '../../src/index.js';
import { Room } from '../host/room.js';
import { busy, placed } from './placed.js';

describe('what was made is disposed in reverse order of making, one after the other', () => {
  test('when the session ends: and an error stops nothing', async () => {
    const order: string[] = [];
    @service({ scope: 'session' })
    class First {
      dispose(): void {
        order.push('first');
      }
    }
    @service({ scope: 'session', inject: [First] })
    class Second {
      constructor(readonly first: First) {}
      async [Symbol.asyncDispose](): Promise<void> {
        order.push('second begins');
        await Promise.resolve();
        order.push('second fails');
        throw new Error('stuck');
      }
    }
    @service({ scope: 'session', inject: [Second, First] })
    class Talk implements Conversation {
      constructor(
        readonly second: Second,
        readonly first: First,
      ) {}
      converse(): typeof NEVER {
        return NEVER;
      }
      [Symbol.dispose](): void {
        order.push('talk');
      }
    }
    const room = await Room.open([placed({ decide: () => accept(Talk) })]);
    const guest = await room.visit();
    const other = await room.visit();
    guest.hangUp();
    await room.clock.settle();
    expect(order).toEqual(['talk', 'second begins', 'second fails', 'first']);
    expect(room.told('failed')).toMatchObject([
      { what: 'disposal', session: 'guest-1', error: { message: 'stuck' } },
    ]);
    other.hangUp();
    await room.clock.settle();
    expect(order).toHaveLength(8);
  });

  test('when the session is handed over, for the bot that had it', async () => {
    const order: string[] = [];
    @service({ scope: 'session' })
    class Talk implements Conversation {
      async converse(session: Session): Promise<void> {
        await session.handOver('second');
      }
      dispose(): void {
        order.push('talk');
      }
    }
    const room = await Room.open([
      { id: 'first', order: 1, plugin: { decide: () => accept(Talk) } },
      { id: 'second', order: 2, plugin: { decide: () => accept(() => NEVER) } },
    ]);
    await room.visit();
    await room.clock.settle();
    expect(order).toEqual(['talk']);
    expect(room.host.sessions).toBe(1);
  });

  test('when the house closes: also what a module bound as a singleton, and what a function made', async () => {
    const order: string[] = [];
    const disposable = (name: string): { dispose: () => void } => ({
      dispose: () => void order.push(name),
    });
    const module = new ContainerModule(({ bind }) => {
      bind('desk')
        .toDynamicValue(() => disposable('desk'))
        .inSingletonScope();
      bind('given').toConstantValue(disposable('given'));
      bind(Bot)
        .toResolvedValue(
          (desk: object, given: object) => ({ ...busy, ...disposable('bot'), desk, given }),
          ['desk', 'given'],
        )
        .inSingletonScope();
    });
    const room = await Room.open([
      placed(module),
      placed(() => ({ ...busy, ...disposable('made by a function') }), { id: 'two', order: 2 }),
      placed({ ...busy, ...disposable('not made here') }, { id: 'three', order: 3 }),
    ]);
    await room.host.close();
    expect(order).toEqual(['made by a function', 'bot', 'desk']);
  });

  test('when building the house fails: what was made until then', async () => {
    const order: string[] = [];
    const building = createHost({
      userAgents: [],
      bots: [
        placed(() => ({ ...busy, dispose: () => void order.push('first') })),
        placed(() => Promise.reject(new Error('cannot be made')), { id: 'second', order: 2 }),
      ],
    });
    await expect(building).rejects.toThrow('cannot be made');
    expect(order).toEqual(['first']);
  });
});

import { describe, expect, test } from '@jest/globals';
import { ContainerModule } from 'inversify';
import { NEVER } from 'rxjs';

import {
  accept,
  Bot,
  bot,
  Config,
  type Conversation,
  type Decision,
  type Plugin,
  reject,
  service,
  Session,
} from '../../src/index.js';
import { Room } from '../host/room.js';
import { busy, placed, refusal } from './placed.js';

describe('what would keep a session for ever is refused when the house is built', () => {
  @service({ scope: 'bot', inject: [Session] })
  class Directory {
    constructor(readonly session: Session) {}
  }
  @service({ scope: 'session', inject: [Session] })
  class Notes {
    constructor(readonly session: Session) {}
  }
  @service({ scope: 'house', inject: [Config] })
  class Ledger {
    constructor(readonly config: unknown) {}
  }

  function botOf(...inject: NonNullable<Parameters<typeof bot>[0]['inject']>): Plugin {
    @bot({ name: 'reception', inject })
    class Reception {
      decide(): Decision {
        return reject('busy');
      }
    }
    return Reception;
  }

  test('with the path that leads to it, from a bot through its service', async () => {
    expect(await refusal(botOf(Directory))).toContain(
      'captive-dependency: Reception → Directory → Session:',
    );
  });

  test('from a bot itself', async () => {
    expect(await refusal(botOf(Session))).toContain('captive-dependency: Reception → Session:');
  });

  test('from a bot to a service of sessions', async () => {
    expect(await refusal(botOf(Notes))).toContain(
      'captive-dependency: Reception → Notes → Session:',
    );
  });

  test('from a service of the house to what belongs to one bot', async () => {
    expect(await refusal(botOf(Ledger))).toContain(
      'captive-dependency: Reception → Ledger → Config:',
    );
  });

  test('from a singleton of a module', async () => {
    const module = new ContainerModule(({ bind }) => {
      bind(Bot).toConstantValue(busy);
      bind('desk')
        .toResolvedValue((session: Session) => ({ session }), [Session])
        .inSingletonScope();
    });
    expect(await refusal(module)).toContain('captive-dependency: desk → Session:');
  });

  test('from a singleton of a module, through what is not one', async () => {
    const module = new ContainerModule(({ bind }) => {
      bind(Bot)
        .toResolvedValue((desk: unknown) => ({ ...busy, desk }), ['desk'])
        .inSingletonScope();
      bind('desk').toResolvedValue((drawer: unknown) => ({ drawer }), ['drawer']);
      bind('drawer').toResolvedValue((session: Session) => ({ session }), [Session]);
    });
    expect(await refusal(module)).toContain('captive-dependency: Bot → desk → drawer → Session:');
  });

  test('while what a module makes anew for each session may have the session', async () => {
    @service({ scope: 'session', inject: ['drawer'] })
    class Talk implements Conversation {
      constructor(readonly drawer: { readonly session: Session }) {}
      converse(session: Session): ReturnType<Session['send']> {
        return session.send(`${this.drawer.session.id} is ${session.id}`);
      }
    }
    const module = new ContainerModule(({ bind }) => {
      bind(Bot).toConstantValue({ decide: () => accept(Talk) });
      bind('drawer').toResolvedValue((session: Session) => ({ session }), [Session]);
    });
    const room = await Room.open([placed(module)]);
    const guests = [await room.visit(), await room.visit()];
    expect(guests.map(({ medium }) => medium.sent)).toEqual([
      ['guest-1 is guest-1'],
      ['guest-2 is guest-2'],
    ]);
  });

  test('and in a conversation class, which is seen only when it is accepted with, it is a failure of the bot', async () => {
    @service({ scope: 'session', inject: [Directory] })
    class Talk implements Conversation {
      constructor(readonly directory: Directory) {}
      converse(): typeof NEVER {
        return NEVER;
      }
    }
    const room = await Room.open([placed({ decide: () => accept(Talk) })]);
    const guest = await room.visit();
    expect(guest.diagnostic).toBe('bot "bot" failed: captive-dependency');
    expect(room.told('decided')[0]?.steps[0]?.why).toContain('Talk → Directory → Session');
  });
});

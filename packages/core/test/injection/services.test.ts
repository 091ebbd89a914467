import { describe, expect, test } from '@jest/globals';
import { ContainerModule } from 'inversify';
import { NEVER } from 'rxjs';

import {
  accept,
  Bot,
  bot,
  Clock,
  Config,
  type Conversation,
  type Decision,
  Host,
  Log,
  reject,
  service,
  Session,
  Store,
} from '../../src/index.js';
import { Room } from '../host/room.js';
import { placed } from './placed.js';

describe('injection', () => {
  test('gives a bot what its list names, in order', async () => {
    @service({ scope: 'bot', inject: [Clock] })
    class Directory {
      constructor(readonly clock: Clock) {}
    }
    const given: unknown[] = [];
    @bot({ name: 'reception', inject: [Config, Directory, Store, Log, Host] })
    class Reception {
      constructor(...dependencies: unknown[]) {
        given.push(...dependencies);
      }
      decide(): Decision {
        return reject('busy');
      }
    }
    const room = await Room.open([placed(Reception, { config: { desk: 'sip:desk@example.com' } })]);
    expect(given[0]).toEqual({ desk: 'sip:desk@example.com' });
    expect((given[1] as Directory).clock).toBe(room.clock);
    expect(given[4]).toBe(room.host);
  });

  test('makes a service once in its scope: for the house, for each bot, for each session', async () => {
    let made: string[] = [];
    @service({ scope: 'house' })
    class OfHouse {
      readonly rooms = 1;
      constructor() {
        made.push('house');
      }
    }
    @service({ scope: 'bot', inject: [OfHouse] })
    class OfBot {
      constructor(readonly house: OfHouse) {
        made.push('bot');
      }
    }
    @service({ scope: 'session', inject: [OfBot, Session] })
    class OfSession {
      constructor(
        readonly ofBot: OfBot,
        readonly session: Session,
      ) {
        made.push(`session ${session.id}`);
      }
    }
    const talks: Talk[] = [];
    @service({ scope: 'session', inject: [OfSession, OfSession, OfHouse] })
    class Talk implements Conversation {
      constructor(
        readonly one: OfSession,
        readonly other: OfSession,
        readonly house: OfHouse,
      ) {
        talks.push(this);
      }
      converse(): typeof NEVER {
        return NEVER;
      }
    }
    @bot({ name: 'b', inject: [OfBot, OfHouse] })
    class B {
      constructor(
        readonly own: OfBot,
        readonly house: OfHouse,
      ) {}
      decide(): Decision {
        return accept(Talk);
      }
    }
    const room = await Room.open([
      { id: 'one', order: 1, plugin: B, match: ({ subject }) => subject === 'one' },
      { id: 'two', order: 2, plugin: B },
    ]);
    expect(made).toEqual(['house', 'bot', 'bot']);
    made = [];
    await room.visit({ subject: 'one' });
    await room.visit({ subject: 'one' });
    await room.visit();
    expect(made).toEqual(['session guest-1', 'session guest-2', 'session guest-3']);
    expect(talks[0]?.one).toBe(talks[0]?.other);
    expect(talks[0]?.one.ofBot).toBe(talks[1]?.one.ofBot);
    expect(talks[0]?.one.ofBot).not.toBe(talks[2]?.one.ofBot);
    expect(talks[0]?.house).toBe(talks[2]?.house);
  });

  test('a service that lives long, but is first needed in a session, is not made from that session', async () => {
    @service({ scope: 'bot', inject: [Store] })
    class Notes {
      constructor(readonly store: Store) {}
    }
    const notes: Notes[] = [];
    @service({ scope: 'session', inject: [Notes] })
    class Talk implements Conversation {
      constructor(mine: Notes) {
        notes.push(mine);
      }
      converse(): typeof NEVER {
        return NEVER;
      }
    }
    const room = await Room.open([placed({ decide: () => accept(Talk) })]);
    await room.visit();
    await room.visit();
    expect(notes[0]).toBe(notes[1]);
  });

  test('each bot sees its own part of the store', async () => {
    const stores: Store[] = [];
    @bot({ name: 'b', inject: [Store] })
    class B {
      constructor(store: Store) {
        stores.push(store);
      }
      decide(): Decision {
        return reject('busy');
      }
    }
    await Room.open([placed(B, { id: 'one' }), placed(B, { id: 'two', order: 2 })]);
    await stores[0]?.put('key', 1);
    expect(await stores[0]?.get('key')).toBe(1);
    expect(await stores[1]?.get('key')).toBeUndefined();
    await stores[1]?.delete('key');
    expect(await stores[0]?.get('key')).toBe(1);
  });

  test('a conversation class needs no decorator where it takes nothing', async () => {
    const heard: string[] = [];
    class Talk implements Conversation {
      converse(session: Session): typeof NEVER {
        heard.push(session.id);
        return NEVER;
      }
    }
    const room = await Room.open([placed({ decide: () => accept(Talk) })]);
    await room.visit();
    expect(heard).toEqual(['guest-1']);
  });

  test('a plain function is a conversation, though it was written with `function`', async () => {
    const room = await Room.open([
      placed({
        decide: () =>
          accept(function greet(session) {
            return session.send('hello');
          }),
      }),
    ]);
    expect((await room.visit()).medium.sent).toEqual(['hello']);
  });

  test('a conversation whose constructor throws is not accepted: the bot has failed', async () => {
    @service({ scope: 'session' })
    class Talk implements Conversation {
      constructor() {
        throw new RangeError('no');
      }
      converse(): typeof NEVER {
        return NEVER;
      }
    }
    const room = await Room.open([placed({ decide: () => accept(Talk) })]);
    const guest = await room.visit();
    expect(guest.diagnostic).toBe('bot "bot" failed: RangeError');
    expect(room.host.sessions).toBe(0);
  });

  test('what a module binds is there for the conversations of its bot', async () => {
    class Greeting {
      readonly text = 'hello from the module';
    }
    @service({ scope: 'session', inject: [Greeting, Session] })
    class Talk implements Conversation {
      constructor(
        readonly greeting: Greeting,
        readonly session: Session,
      ) {}
      converse(): ReturnType<Session['send']> {
        return this.session.send(this.greeting.text);
      }
    }
    const module = new ContainerModule(({ bind }) => {
      bind(Greeting).toSelf();
      bind(Bot).toConstantValue({ decide: () => accept(Talk) });
    });
    const room = await Room.open([placed(module)]);
    expect((await room.visit()).medium.sent).toEqual(['hello from the module']);
  });

  test('the services that a module names are provided', async () => {
    @service({ scope: 'bot', inject: [Config] })
    class Directory {
      constructor(readonly config: { readonly status: number }) {}
    }
    const module = new ContainerModule(({ bind }) => {
      bind(Bot).toResolvedValue(
        (directory: Directory) => ({
          decide: () => reject(directory.config.status, 'As Configured'),
        }),
        [Directory],
      );
    });
    const room = await Room.open([placed(module, { config: { status: 499 } })]);
    expect((await room.visit()).answerText).toBe('reject 499');
  });
});

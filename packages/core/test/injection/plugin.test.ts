import { describe, expect, test } from '@jest/globals';
import { ContainerModule } from 'inversify';

import { Bot, bot, type Decision, type Plugin, reject } from '../../src/index.js';
import { Room } from '../host/room.js';
import { busy, placed, refusal } from './placed.js';

describe('a plugin may be', () => {
  class Plain {
    decide(): Decision {
      return reject('busy');
    }
  }
  @bot({ name: 'decorated' })
  class Decorated extends Plain {}

  test.each<[string, Plugin]>([
    ['a value', busy],
    ['a class', Plain],
    ['a class with @bot', Decorated],
    ['a function that makes a bot', () => busy],
    ['a function that promises a bot', () => Promise.resolve(busy)],
    ['a module', new ContainerModule(({ bind }) => void bind(Bot).toConstantValue(busy))],
    [
      'a module that takes its time',
      new ContainerModule(async ({ bind }) => {
        await Promise.resolve();
        bind(Bot).toConstantValue(busy);
      }),
    ],
    [
      'a module that binds a class with @bot',
      new ContainerModule(({ bind }) => void bind(Bot).to(Decorated)),
    ],
    [
      'a module that makes its bot asynchronously',
      new ContainerModule(
        ({ bind }) =>
          void bind(Bot)
            .toDynamicValue(() => Promise.resolve(busy))
            .inSingletonScope(),
      ),
    ],
  ])('%s', async (_what, plugin) => {
    const room = await Room.open([placed(plugin)]);
    expect((await room.visit()).answerText).toBe('reject 486');
  });

  test.each<[string, unknown]>([
    ['an object that does not decide', { judge: () => reject('busy') }],
    ['a function that makes something else', () => ({})],
    ['a function that makes nothing', () => undefined],
    ['a module that binds no bot', new ContainerModule(() => undefined)],
  ])('but not %s', async (_what, plugin) => {
    expect(await refusal(plugin as Plugin)).toMatch(/^no-bot: .*"bot"/);
  });
});

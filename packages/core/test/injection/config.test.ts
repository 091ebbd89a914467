import { describe, expect, test } from '@jest/globals';

import {
  BadConfig,
  bot,
  Config,
  createHost,
  type Decision,
  reject,
  type StandardSchema,
} from '../../src/index.js';
import { busy, placed, refusal } from './placed.js';

describe('a configuration is checked by the schema of its bot', () => {
  const schema: StandardSchema<{ readonly desk: string }> = {
    '~standard': {
      version: 1,
      vendor: 'test',
      validate: (value) => {
        const { desk, answers } = value as { desk?: unknown; answers?: unknown };
        if (typeof desk === 'string') return { value: { desk: desk.toUpperCase() } };
        if (answers !== undefined)
          return Promise.resolve({
            issues: [{ path: ['answers', { key: 0 }, 'text'], message: 'too long' }],
          });
        return {
          issues: [{ path: ['desk'], message: 'is missing' }, { message: 'cannot be used' }],
        };
      },
    },
  };
  const configs: unknown[] = [];
  @bot({ name: 'b', config: schema, inject: [Config] })
  class B {
    constructor(config: unknown) {
      configs.push(config);
    }
    decide(): Decision {
      return reject('busy');
    }
  }

  test('and what the schema returned is what the bot is given', async () => {
    expect(await refusal(B, { config: { desk: 'front' } })).toBe('built');
    expect(configs.at(-1)).toEqual({ desk: 'FRONT' });
  });

  test('one that is refused says what is wrong and where, for the bot and for whoever knows the file', async () => {
    const building = createHost({
      userAgents: [],
      bots: [placed(B, { config: { answers: ['x'] } })],
    });
    await expect(building).rejects.toBeInstanceOf(BadConfig);
    await expect(building).rejects.toMatchObject({
      code: 'bad-config',
      bot: 'bot',
      issues: [{ path: ['answers', 0, 'text'], message: 'too long' }],
    });
  });

  test('none at all counts as an empty one', async () => {
    expect(await refusal(B)).toBe(
      'bad-config: the configuration of bot "bot" cannot be used: desk: is missing; cannot be used',
    );
  });

  test('one for a bot that takes none is refused rather than ignored', async () => {
    expect(await refusal(busy, { config: { desk: 'front' } })).toMatch(/^bad-config/);
  });
});

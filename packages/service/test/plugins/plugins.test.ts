import { describe, expect, it } from '@jest/globals';

import { loadPlugin } from '../../src/plugins/load-plugin.js';
import type { Modules } from '../../src/plugins/modules.js';
import { pluginReference } from '../../src/plugins/plugin-reference.js';

const echo = { decide: () => ({ type: 'pass', why: 'x' }) };

class Reception {
  decide(): void {}
}

/** Modules by where they are seen from and what they are called. */
function modules(table: Record<string, Record<string, unknown> | Error | undefined>): Modules {
  return {
    resolve(module, from) {
      const location = `${from} ${module}`;
      if (location in table) return location;
      throw Object.assign(new Error('not found'), { code: 'MODULE_NOT_FOUND' });
    },
    load(location) {
      const module = table[location] ?? {};
      return module instanceof Error ? Promise.reject(module) : Promise.resolve(module);
    },
  };
}

async function load(text: string, table: Record<string, Record<string, unknown> | Error>) {
  const reference = pluginReference(text);
  if (reference === undefined) throw new Error(`${text} is no reference`);
  return loadPlugin(reference, 'usher.yaml', modules(table));
}

describe('where a bot comes from', () => {
  it.each([
    ['@usher/echo#echo', '@usher/echo', 'echo'],
    ['my-bots/desk#Reception', 'my-bots/desk', 'Reception'],
    ['./my-bot.js', './my-bot.js', 'default'],
    ['../bots/desk.js#desk', '../bots/desk.js', 'desk'],
    ['/srv/bots/desk.js', '/srv/bots/desk.js', 'default'],
  ])('is written %s', (text, module, name) => {
    expect(pluginReference(text)).toEqual({ text, module, name });
  });

  it.each([
    '',
    '#echo',
    '@usher/echo#',
    '@usher/echo#a b',
    'https://example.com/bot.js',
    'a b',
    'file:///bot.js',
    './bot.js#a#b c',
  ])('is not written %s', (text) => expect(pluginReference(text)).toBeUndefined());
});

describe('a plugin', () => {
  it('is looked for from the file that names it', async () => {
    expect(await load('@usher/echo#echo', { 'usher.yaml @usher/echo': { echo } })).toEqual({
      type: 'loaded',
      plugin: echo,
    });
  });

  it('is the default export where no other is named', async () => {
    expect(await load('./bot.js', { 'usher.yaml ./bot.js': { default: Reception } })).toEqual({
      type: 'loaded',
      plugin: Reception,
    });
  });

  const cases: [string, string, Record<string, Record<string, unknown> | Error>, string, string][] =
    [
      [
        'whose package is not installed',
        '@usher/ecco',
        {},
        'no-such-plugin',
        'there is no package `@usher/ecco`, as seen from usher.yaml; is it installed?',
      ],
      [
        'whose file is not there',
        './bto.js',
        {},
        'no-such-plugin',
        'there is no file `./bto.js` beside usher.yaml',
      ],
      [
        'whose export is not there, though one like it is',
        '@usher/echo#ecoh',
        { 'usher.yaml @usher/echo': { echo } },
        'no-such-export',
        "`@usher/echo` has no export `ecoh`; did you mean `echo`? Write `plugin: '@usher/echo#echo'`",
      ],
      [
        'without a default export',
        '@usher/echo',
        { 'usher.yaml @usher/echo': { echo, VERSION: 1 } },
        'no-such-export',
        "`@usher/echo` has no default export; what could be a bot there: echo. Write `plugin: '@usher/echo#echo'`",
      ],
      [
        'without a bot',
        './bot.js#VERSION',
        { 'usher.yaml ./bot.js': { VERSION: 1 } },
        'no-bot',
        '`./bot.js#VERSION` is no bot but a number; it exports nothing that could be a bot: an object with `decide`, a class of such, or a function that makes one',
      ],
      [
        'that is an object, but no bot',
        './bot.js#bot',
        { 'usher.yaml ./bot.js': { bot: { decide: 3 }, echo } },
        'no-bot',
        "`./bot.js#bot` is no bot but an object without `decide`; what could be a bot there: echo. Write `plugin: './bot.js#echo'`",
      ],
      [
        'that fails as it is loaded',
        './bot.js',
        { 'usher.yaml ./bot.js': new Error('no desk today\nat line 3') },
        'plugin-failed',
        '`./bot.js` was found, but fails as it is loaded: no desk today',
      ],
    ];
  it.each(cases)('%s is refused', async (_what, text, table, code, message) => {
    expect(await load(text, table)).toEqual({ type: 'failed', code, message });
  });

  it('in TypeScript is refused where Node cannot load it, with what to write instead', async () => {
    const unread = Object.assign(new TypeError('Unknown file extension ".ts" for /srv/bot.ts'), {
      code: 'ERR_UNKNOWN_FILE_EXTENSION',
    });
    expect(await load('./bot.ts#desk', { 'usher.yaml ./bot.ts': unread })).toEqual({
      type: 'failed',
      code: 'plugin-is-typescript',
      message:
        "`./bot.ts` is TypeScript, which this version of Node does not load; compile it and write `plugin: './bot.js#desk'`, or use Node 22.18 or newer",
    });
  });

  describe('on the command line', () => {
    const spelling = {
      beside: 'here',
      seen: 'as seen from this folder',
      write: (text: string) => `--bot ${text}`,
      only: true,
    };
    const asked = (text: string, table: Record<string, Record<string, unknown>>) =>
      loadPlugin(pluginReference(text)!, 'bot', modules(table), spelling);

    it('is the one bot of its module where no export is named', async () => {
      const module = { echo, VERSION: 1 };
      expect(await asked('./bot.js', { 'bot ./bot.js': module })).toEqual({
        type: 'loaded',
        plugin: echo,
      });
      const both = await asked('./bot.js', { 'bot ./bot.js': { ...module, Reception } });
      expect(both).toMatchObject({
        code: 'no-such-export',
        message: expect.stringContaining('Write `--bot ./bot.js#echo`'),
      });
    });

    it('is looked for in the folder where the command was given', async () => {
      expect(await asked('./bot.js', {})).toMatchObject({
        code: 'no-such-plugin',
        message: 'there is no file `./bot.js` here',
      });
    });
  });

  it('is not looked for among what every module has', async () => {
    expect(
      await load('./bot.js#toString', { 'usher.yaml ./bot.js': { default: echo } }),
    ).toMatchObject({
      type: 'failed',
      code: 'no-such-export',
    });
  });
});

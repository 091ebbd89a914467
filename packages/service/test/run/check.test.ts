import { describe, expect, it } from '@jest/globals';

import { ConfigurationError, problemLine } from '../../src/config/problem.js';
import { check } from '../../src/run/check.js';
import { ECHO, sources, stage } from './stage.js';

async function wrong(text: string, environment = {}): Promise<string[]> {
  const { surroundings, screen } = stage(environment);
  try {
    await check(sources(text), surroundings, screen(false));
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems.map(problemLine);
    throw error;
  }
}

describe('usher check', () => {
  it('shows what would run, and listens nowhere', async () => {
    const { surroundings, caller, shown, screen } = stage();
    await check(
      sources(`${ECHO}---\nid: porter\nplugin: ./bots.js#Porter\norder: 5\n`),
      surroundings,
      screen(false),
    );
    expect(shown.text).toBe(
      [
        'Nothing wrong was found in usher.yaml. This would run:',
        '',
        '  Listens   127.0.0.1:5060  udp',
        '',
        '  Bots       5  porter  every address',
        '            10  echo    echo',
        '',
        '  Journal   in memory: what was said is gone once Usher stops',
        '  Closing   sessions have 10.0 s to end',
        '',
      ].join('\n'),
    );
    expect(caller.listening).toEqual([]);
  });

  it('names the line of a plugin that is not there, has no such export, or is no bot', async () => {
    expect(
      await wrong(
        [
          'id: a\nplugin: ./bto.js\norder: 1',
          'id: b\nplugin: ./bots.js#ecoh\norder: 2',
          'id: c\nplugin: ./bots.js#nothing\norder: 3',
          'id: d\nplugin: ./bots.js#broken\norder: 4',
        ].join('\n---\n'),
      ),
    ).toEqual([
      'usher.yaml:2:1: there is no file `./bto.js` beside usher.yaml [no-such-plugin]',
      "usher.yaml:6:1: `./bots.js` has no export `ecoh`; did you mean `echo`? Write `plugin: './bots.js#echo'` [no-such-export]",
      expect.stringMatching(/^usher\.yaml:10:1: .*c.*makes no bot.* \[no-bot\]$/),
      'usher.yaml:14:1: d fails as it is made: no desk today [plugin-failed]',
    ]);
  });

  it('names the line of what a bot’s own schema refuses, for all bots at once', async () => {
    const greeter = (id: string, order: number, config: string): string =>
      `id: ${id}\nplugin: ./bots.js#Greeter\norder: ${order}\nconfig:\n${config}\n`;
    expect(
      await wrong(
        `${greeter('a', 1, '  greeting: 3\n  deep:\n    - times: 1\n    - times: often')}---\n${greeter('b', 2, '  gretting: Hello')}`,
      ),
    ).toEqual([
      expect.stringMatching(
        /^usher\.yaml:5:3: `config\.greeting` of a: .*string.* \[bad-config\]$/,
      ),
      expect.stringMatching(/^usher\.yaml:8:7: `config\.deep\.1\.times` of a: .* \[bad-config\]$/),
      expect.stringMatching(/^usher\.yaml:13:1: `config\.greeting` of b: .* \[bad-config\]$/),
      expect.stringMatching(/^usher\.yaml:13:1: `config` of b: .*gretting.* \[bad-config\]$/),
    ]);
  });

  it('names the bot where a configuration is missing altogether', async () => {
    expect(await wrong('id: a\nplugin: ./bots.js#Greeter\norder: 1')).toEqual([
      expect.stringMatching(/^usher\.yaml:1:1: `config\.greeting` of a: /),
    ]);
  });

  it('finds what is wrong with the files and with the bots in one go', async () => {
    expect(
      await wrong(
        'drain: soon\n---\nid: a\nplugin: ./bto.js\norder: 1\n---\nid: b\nplugin: ./bots.js#broken\norder: 1',
      ),
    ).toEqual([
      expect.stringContaining('usher.yaml:1:1: `drain`'),
      expect.stringContaining('usher.yaml:4:1: there is no file'),
      expect.stringContaining('usher.yaml:8:1: b fails as it is made'),
      expect.stringContaining('usher.yaml:9:1: two bots cannot stand'),
    ]);
  });

  it('looks at the plugins of bots that something else is wrong with, but does not make those bots', async () => {
    const missing = 'id: a\nplugin: ./bto.js\norder: first';
    const broken = 'id: b\nplugin: ./bots.js#broken\norder: 2\nconfig: "${env:NOPE}"';
    expect(await wrong(`${missing}\n---\n${broken}`)).toEqual([
      expect.stringContaining('usher.yaml:2:1: there is no file'),
      expect.stringContaining('usher.yaml:3:1: `order` must be'),
      expect.stringContaining('usher.yaml:8:9: the environment has no variable'),
    ]);
  });

  it('never shows what came from the environment', async () => {
    const text =
      'id: a\nplugin: ./bots.js#Greeter\norder: 1\nconfig: { greeting: [ "${env:TOKEN}" ], "x": 1 }';
    expect((await wrong(text, { TOKEN: 'canary-123' })).join('\n')).not.toContain('canary');
  });
});

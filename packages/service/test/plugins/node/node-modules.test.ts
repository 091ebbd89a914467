import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { nodeModules } from '../../../src/plugins/node/node-modules.js';

let home: string;
const put = (path: string, text: string): void => {
  mkdirSync(dirname(join(home, path)), { recursive: true });
  writeFileSync(join(home, path), text);
};
const found = (module: string): string =>
  nodeModules.resolve(module, join(home, 'etc', 'usher.yaml'));

beforeAll(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), 'usher-plugins-')));
  const manifest = (exports: unknown): string => JSON.stringify({ type: 'module', exports });
  put('node_modules/plain/package.json', manifest('./bot.js'));
  put('node_modules/plain/bot.js', '');
  put(
    'node_modules/@bots/modern/package.json',
    manifest({
      '.': { types: './no.d.ts', import: './desk.js' },
      './more': { import: { node: './more.js' } },
    }),
  );
  put('node_modules/@bots/modern/desk.js', '');
  put('node_modules/@bots/modern/more.js', '');
  put('etc/bots/echo.js', '');
  put('etc/usher.yaml', '');
});
afterAll(() => rmSync(home, { recursive: true }));

describe('a plugin’s module', () => {
  it('is a file beside the file that names it', () => {
    expect(found('./bots/echo.js')).toBe(join(home, 'etc', 'bots', 'echo.js'));
    expect(found(join(home, 'etc/bots/echo.js'))).toBe(join(home, 'etc', 'bots', 'echo.js'));
    expect(() => found('./bots/ecoh.js')).toThrow('no file');
  });

  it('is a package in the folders above the file that names it', () => {
    expect(found('plain')).toBe(join(home, 'node_modules', 'plain', 'bot.js'));
    expect(() => found('absent')).toThrow(/absent/);
  });

  it('may be a package that exports for import alone', () => {
    expect(found('@bots/modern')).toBe(join(home, 'node_modules', '@bots', 'modern', 'desk.js'));
    expect(found('@bots/modern/more')).toBe(
      join(home, 'node_modules', '@bots', 'modern', 'more.js'),
    );
    expect(() => found('@bots/modern/less')).toThrow(/less/);
  });
});

/** `npm run chat -- --bot ./my-bot.ts`, as package.json has it. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, it } from '@jest/globals';

const ROOT = join(__dirname, '..');

it('a bot in TypeScript is tried in a clone of this repository as it stands', () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const [, ...words] = scripts['chat']?.split(' ') ?? [];
  const { status, stdout } = spawnSync(
    process.execPath,
    [...words, '--bot', './examples/hello/src/hello.ts'],
    { cwd: ROOT, input: 'Ann\nbye\n', encoding: 'utf8' },
  );
  expect(stdout.split('\n')).toEqual([
    'Hello! What is your name?',
    'Nice to meet you, Ann. Say "bye" when you have had enough.',
    'Goodbye, Ann.',
    '',
  ]);
  expect(status).toBe(0);
}, 60_000);

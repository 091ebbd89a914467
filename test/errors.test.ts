/** The list of errors in the docs is the list of errors in the code. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, it } from '@jest/globals';

const ROOT = join(__dirname, '..');

function sourcesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (['node_modules', 'dist', 'test'].includes(entry.name)) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? sourcesBelow(path) : path.endsWith('.ts') ? [path] : [];
  });
}

/** Where a code is given: as the first argument of an error, or as a problem's `code`. */
const GIVEN =
  /(?:ProtocolError|violation|Refusal|super)\(\s*'([a-z0-9-]+)'|\bcode: '([a-z0-9-]+)'/g;
/** zod's own word for an issue that a bot's schema adds. */
const FOREIGN = new Set(['custom']);

const sources = sourcesBelow(join(ROOT, 'packages')).map((path) => readFileSync(path, 'utf8'));
const given = new Set(
  sources
    .flatMap((text) => [...text.matchAll(GIVEN)].map((found) => found[1] ?? found[2] ?? ''))
    .filter((code) => !FOREIGN.has(code)),
);
const page = readFileSync(join(ROOT, 'docs/errors.md'), 'utf8');
const listed = new Set([...page.matchAll(/^\| `([a-z0-9-]+)`/gm)].map((found) => found[1] ?? ''));

it('every error code of the code is listed in the docs', () => {
  expect(given.size).toBeGreaterThan(60);
  expect([...given].filter((code) => !listed.has(code)).toSorted()).toEqual([]);
});

it('every error code that the docs list is given somewhere in the code', () => {
  const all = sources.join('\n');
  expect([...listed].filter((code) => !all.includes(`'${code}'`)).toSorted()).toEqual([]);
});

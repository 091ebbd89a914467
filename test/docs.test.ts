/** The code in the docs is the code of the files that it names, so that what is tested is what is read. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

const ROOT = join(__dirname, '..');

/** A block of code with a file behind its language. */
const EXCERPT = /^```\w+ (\S+)\n([^]*?)^```$/gm;

/** Without what a formatter may change where code stands by itself. */
function bare(code: string): string {
  return code.replaceAll(/\s+/g, '').replaceAll(/,(?=[)}\]])/g, '');
}

const excerpts = readdirSync(join(ROOT, 'docs'))
  .filter((name) => name.endsWith('.md'))
  .flatMap((name) => {
    const page = readFileSync(join(ROOT, 'docs', name), 'utf8');
    return [...page.matchAll(EXCERPT)].map(([, file = '', code = '']) => ({ name, file, code }));
  });

describe('a block of code in the docs that names a file', () => {
  it('is found at all', () => expect(excerpts.length).toBeGreaterThan(8));

  it.each(excerpts)('stands so in that file: $name, $file', ({ file, code }) => {
    expect(bare(readFileSync(join(ROOT, file), 'utf8'))).toContain(bare(code));
  });
});

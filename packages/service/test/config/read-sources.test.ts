import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { readSources } from '../../src/config/node/read-sources.js';

let folder: string;
const write = (name: string, content: string | Uint8Array): string => {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'usher-sources-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('a configuration file', () => {
  it('is read whole, and once where it is named twice', async () => {
    const file = write('good.yaml', 'id: Grüße\n');
    expect(await readSources([file, file])).toEqual({
      sources: [{ file, text: 'id: Grüße\n' }],
      problems: [],
    });
  });

  it('that cannot be read is named, and the others are read', async () => {
    const good = write('other.yaml', 'id: x\n');
    const missing = join(folder, 'missing.yaml');
    const { sources, problems } = await readSources([missing, folder, good]);
    expect(sources.map((source) => source.file)).toEqual([good]);
    expect(problems).toEqual([
      { code: 'cannot-read', place: { file: missing }, message: 'there is no such file' },
      {
        code: 'cannot-read',
        place: { file: folder },
        message: 'this is a folder; name a file in it',
      },
    ]);
  });

  it('may have 1 MiB and not one octet more', async () => {
    const most = write('most.yaml', '#'.repeat(1_048_576));
    const more = write('more.yaml', '#'.repeat(1_048_577));
    const { sources, problems } = await readSources([most, more]);
    expect(sources.map((source) => source.file)).toEqual([most]);
    expect(problems).toMatchObject([
      { place: { file: more }, message: expect.stringContaining('1 MiB') },
    ]);
  });

  it('must be UTF-8', async () => {
    const file = write('latin1.yaml', Uint8Array.of(0x69, 0x64, 0x3a, 0x20, 0xfc));
    expect((await readSources([file])).problems).toMatchObject([
      { message: 'this is not UTF-8 text' },
    ]);
  });
});

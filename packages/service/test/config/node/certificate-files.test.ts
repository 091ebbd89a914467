import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { certificateFault } from '../../../src/config/node/certificate-files.js';
import { ConfigurationError, problemLine } from '../../../src/config/problem.js';
import { check } from '../../../src/run/check.js';
import { stage } from '../../run/stage.js';

/** As seen from a file beside the folder. */
const FOLDER = join(__dirname, '../../../../adapters/sip/test/fixtures');
const FILE = join(FOLDER, 'usher.yaml');

async function wrong(...lines: readonly string[]): Promise<string[]> {
  const { surroundings, screen } = stage();
  const text = `${lines.join('\n')}\n---\nid: echo\nplugin: ./bots.js#echo\norder: 10\n`;
  const read = { sources: [{ file: FILE, text }], problems: [] };
  try {
    await check(read, { ...surroundings, certificateFault }, screen(false));
    return [];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.problems.map((problem) => problemLine(problem).replaceAll(`${FOLDER}/`, ''));
  }
}

describe('the files of a certificate', () => {
  it('are sought beside the file that names them', async () => {
    expect(
      await wrong(
        'listen:',
        '  uri: sips:127.0.0.1',
        '  certificate: tls/domain.pem',
        '  key: ./tls/domain.key.pem',
        '  ca: tls/authority.pem',
      ),
    ).toEqual([]);
  });

  it.each([
    [
      'tls/nowhere.pem',
      'tls/domain.key.pem',
      '3:3: tls/nowhere.pem cannot be read: there is no such file',
    ],
    ['tls', 'tls/domain.key.pem', '3:3: tls cannot be read: it is a folder'],
    [
      'tls/domain.key.pem',
      'tls/domain.key.pem',
      '3:3: tls/domain.key.pem holds no certificate in PEM',
    ],
    ['tls/domain.pem', 'tls/domain.pem', '4:3: tls/domain.pem holds no private key in PEM'],
    [
      'tls/domain.pem',
      'tls/alice.key.pem',
      '4:3: tls/alice.key.pem is not the key of that certificate',
    ],
  ])('%s and %s: their line is told', async (certificate, key, why) => {
    const lines = ['  uri: sips:127.0.0.1', `  certificate: ${certificate}`, `  key: ${key}`];
    expect(await wrong('listen:', ...lines)).toEqual([`usher.yaml:${why} [bad-certificate]`]);
  });

  it('are told of together with all else that is wrong', async () => {
    const secure = '  - { uri: sips:127.0.0.1, certificate: none.pem, key: none.pem }';
    expect(await wrong('listen:', '  - sip:127.0.0.1', '  - sip:127.0.0.1', secure)).toEqual([
      expect.stringContaining('[duplicate-listen]'),
      expect.stringMatching(/^usher\.yaml:4:\d+: .*none\.pem.*\[bad-certificate\]$/),
    ]);
  });
});

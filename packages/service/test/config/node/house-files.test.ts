import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';
import { sip } from '@usher/sip';

import { authorityFaults, authorityFiles, trustOf } from '../../../src/config/node/house-files.js';
import { ConfigurationError, problemLine } from '../../../src/config/problem.js';
import { check } from '../../../src/run/check.js';
import { stage } from '../../run/stage.js';
import { read } from '../read.js';

/** As seen from a file beside the folder. */
const FOLDER = join(__dirname, '../../../../adapters/sip/test/fixtures');
const FILE = join(FOLDER, 'usher.yaml');
const BOT = '---\nid: echo\nplugin: ./bots.js#echo\norder: 10\n';

const houseOf = (...lines: readonly string[]) =>
  read({ [FILE]: `${lines.join('\n')}\n${BOT}` }).house;

async function wrong(...lines: readonly string[]): Promise<string[]> {
  const { surroundings, screen } = stage();
  const source = { file: FILE, text: `${lines.join('\n')}\n${BOT}` };
  try {
    await check(
      { sources: [source], problems: [] },
      {
        ...surroundings,
        authorityFaults,
        userAgent: (house) => {
          const trust = trustOf(house);
          return sip({ listen: ['sip:127.0.0.1:0'], ...(trust && { trust }) });
        },
      },
      screen(false),
    );
    return [];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.problems.map((problem) => problemLine(problem).replaceAll(`${FOLDER}/`, ''));
  }
}

describe('the authorities that we trust when we connect to others', () => {
  it('are sought beside the file that names them', async () => {
    const line = 'authorities: [tls/authority.pem, ./tls/stranger.pem]';
    expect(await wrong('listen: sip:127.0.0.1', line)).toEqual([]);
    expect(authorityFiles(houseOf(line))).toEqual([
      join(FOLDER, 'tls/authority.pem'),
      join(FOLDER, 'tls/stranger.pem'),
    ]);
  });

  it('are told of each by its line where there is none', async () => {
    const told = await wrong(
      'authorities:',
      '  - tls/authority.pem',
      '  - nowhere.pem',
      '  - tls/domain.pem',
    );
    expect(told).toEqual([
      'usher.yaml:3:5: nowhere.pem cannot be read: there is no such file [bad-certificate]',
      'usher.yaml:4:5: tls/domain.pem holds a certificate that is that of no authority [bad-certificate]',
    ]);
  });
});

describe('the authorities whose signatures are believed', () => {
  const passports = (file: string): readonly string[] => [
    'listen: sip:127.0.0.1',
    `trust: { passports: { authorities: ${file}, hosts: cert.example.org } }`,
  ];

  it('are sought beside the file that names them', async () => {
    expect(await wrong(...passports('passport/authority.pem'))).toEqual([]);
    expect(trustOf(houseOf(...passports('./passport/authority.pem')))).toEqual({
      passports: {
        authorities: [join(FOLDER, 'passport/authority.pem')],
        hosts: ['cert.example.org'],
      },
    });
  });

  it.each([
    [
      'nowhere.pem',
      /^usher\.yaml:2:1: nowhere\.pem cannot be read: there is no such file \[bad-passports\]$/,
    ],
    [
      'passport/provider.pem',
      /^usher\.yaml:2:1: the authorities are certificates .*\[bad-passports\]$/,
    ],
  ])('are told of where %s is none', async (file, why) => {
    expect(await wrong(...passports(file))).toEqual([expect.stringMatching(why)]);
  });
});

describe('who is trusted', () => {
  it('is nobody where everyone may come in, and where nobody is named', () => {
    expect(trustOf(houseOf('trust: everyone'))).toBeUndefined();
    expect(trustOf(houseOf('listen: sip:127.0.0.1'))).toBeUndefined();
  });

  it('is whoever is named', () => {
    expect(trustOf(houseOf('trust: { networks: 192.0.2.7 }'))).toEqual({ networks: ['192.0.2.7'] });
  });
});

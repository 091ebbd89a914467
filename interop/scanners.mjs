/** Scanners of the trade, sipvicious: whom the house knows they must not learn. */
/* oxlint-disable no-await-in-loop -- one scan after the other is what is meant */
import { strict as assert } from 'node:assert';
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { UdpPeer } from './udp-peer.mjs';

const run = promisify(execFile);
/** Who is there, among many who are not. */
const KNOWN = ['echo', 'alice'];
/** A tag of ours, and a nonce. */
const CHANGING = /(;tag=|nonce=")[^\s",;]+/g;
/** Long enough that an answer has room: nobody hears more octets than he says. */
const SAID = { fields: { 'Content-Type': 'text/plain' }, body: 'Is anybody in? '.repeat(4) };
const STRANGERS = Array.from({ length: 38 }, (_, index) => `${1000 + index}`);

/** What the house answers to each name, whatever differs from one request to the next taken out. */
async function alike(house) {
  const peer = await UdpPeer.open(house.port);
  try {
    for (const method of ['INVITE', 'MESSAGE', 'OPTIONS', 'REGISTER', 'SUBSCRIBE']) {
      const answers = new Set();
      for (const user of [...KNOWN, ...STRANGERS]) {
        const id = user.padStart(16, '0');
        peer.send(
          method === 'INVITE' ? peer.invite(user, id) : peer.request(method, { user, id, ...SAID }),
        );
        const answer = (await peer.next(2000))?.toString('utf8');
        assert.ok(answer !== undefined, `${method} is not answered`);
        answers.add(
          answer.replaceAll(id, 'id').replaceAll(`${user}@`, 'user@').replaceAll(CHANGING, '$1'),
        );
      }
      assert.equal(answers.size, 1, `${method}:\n${[...answers].join('\n')}`);
    }
  } finally {
    peer.close();
  }
}

/** `svwar` tries one name after the other, by each method that it has; `svmap` looks for houses, and must not find users. */
async function scanned(house, { port }) {
  if (spawnSync('svwar', ['--version']).error !== undefined) return undefined;
  await alike(house);
  const directory = mkdtempSync(join(tmpdir(), 'usher-scan-'));
  try {
    const names = join(directory, 'names');
    writeFileSync(names, `${[...STRANGERS, ...KNOWN].join('\n')}\n`);
    for (const method of ['REGISTER', 'INVITE', 'OPTIONS']) {
      const target = ['-p', `${house.port}`, '-P', `${port}`, '127.0.0.1'];
      const scan = ['-d', names, '-m', method, '--force', ...target];
      const { stdout, stderr } = await run('svwar', scan, { timeout: 30_000 });
      for (const name of KNOWN) {
        assert.ok(!`${stdout}${stderr}`.includes(name), `${method} found ${name}:\n${stdout}`);
      }
      assert.ok(!stdout.includes('reqauth'), `${method} told one name from another:\n${stdout}`);
    }
    const look = ['-p', `${house.port}`, '-P', `${port + 1}`, '127.0.0.1'];
    const { stdout } = await run('svmap', look, { timeout: 30_000 });
    for (const name of [...KNOWN, 'usher']) {
      assert.ok(!stdout.toLowerCase().includes(name), `svmap found ${name}:\n${stdout}`);
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
  return `five methods answered alike for each; svwar by REGISTER, INVITE and OPTIONS: none of ${STRANGERS.length + KNOWN.length} names found; svmap: no user, no product`;
}

export const scanners = [{ name: 'scanned', transports: ['u1'], house: 'guarded', run: scanned }];

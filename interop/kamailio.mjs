/** Kamailio, as a proxy before the house. */
/* oxlint-disable no-await-in-loop -- one look after the other */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** Where distributions put what is no command for everybody. */
const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` };

/** Whether it is there. */
export function hasKamailio() {
  return spawnSync('kamailio', ['-v'], { env }).error === undefined;
}

/**
 * Starts one with a configuration of `kamailio/`, in which `@PORT@` and `@HOUSE@` stand for its port and that of the house.
 * @returns what ends it
 */
export async function openKamailio(name, port, house) {
  const here = join(dirname(fileURLToPath(import.meta.url)), 'kamailio', `${name}.cfg`);
  const directory = mkdtempSync(join(tmpdir(), 'usher-kamailio-'));
  const file = join(directory, 'kamailio.cfg');
  const text = readFileSync(here, 'utf8');
  writeFileSync(file, text.replaceAll('@PORT@', `${port}`).replaceAll('@HOUSE@', `${house}`));
  const child = spawn('kamailio', ['-f', file, '-DD', '-E', '-Y', directory, '-m', '32'], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const end = () => child.kill('SIGTERM');
  process.once('exit', end);
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece) => (said += piece));
  const exited = once(child, 'exit');
  const running = await Promise.race([listens(port), exited.then(() => false)]);
  if (!running) {
    end();
    throw new Error(`kamailio does not listen\n${said.slice(-2000)}`);
  }
  return async () => {
    process.off('exit', end);
    end();
    await exited;
    rmSync(directory, { recursive: true, force: true });
    return said;
  };
}

/** Whether somebody takes connections there, within ten seconds. */
async function listens(port) {
  for (let look = 0; look < 100; look += 1) {
    const socket = connect(port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      return true;
    } catch {
      await wait(100);
    } finally {
      socket.destroy();
    }
  }
  return false;
}

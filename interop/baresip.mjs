/** Baresip, a telephone of people: told what to do over its control port, and asked what it has heard by its own trace. */
/* oxlint-disable no-await-in-loop -- one after the other, as people do */
import { strict as assert } from 'node:assert';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** Where Debian puts them. */
const MODULES_PATH = '/usr/lib/baresip/modules';
const MODULES = ['account', 'contact', 'menu', 'ctrl_tcp'];

/** What it finds in its directory: where it listens, who it is, and whom it writes to. */
function configuration(port, control, target) {
  return {
    config: [
      `sip_listen 127.0.0.1:${port}`,
      `module_path ${MODULES_PATH}`,
      ...MODULES.map((name) => `module ${name}.so`),
      `ctrl_tcp_listen 127.0.0.1:${control}`,
    ],
    accounts: [`<sip:bare@127.0.0.1:${port}>;regint=0`],
    contacts: [`"bot" <${target}>`],
  };
}

/** A connection to its control port, as soon as it takes one. */
async function controlOf(port) {
  for (let look = 0; look < 100; look += 1) {
    const socket = connect(port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      return socket;
    } catch {
      socket.destroy();
      await wait(100);
    }
  }
  throw new Error('baresip takes no commands');
}

/** Pager mode both ways, beyond ASCII. */
async function paged(house, { port, transport }) {
  if (spawnSync('baresip', ['-h']).error !== undefined) return undefined;
  const directory = mkdtempSync(join(tmpdir(), 'usher-baresip-'));
  const way = transport === 't1' ? ';transport=tcp' : '';
  const target = `sip:pager@127.0.0.1:${house.port}${way}`;
  for (const [name, lines] of Object.entries(configuration(port, port + 2, target)))
    writeFileSync(join(directory, name), `${lines.join('\n')}\n`);
  const child = spawn('baresip', ['-f', directory, '-s'], { stdio: ['ignore', 'pipe', 'pipe'] });
  const end = () => child.kill('SIGKILL');
  process.once('exit', end);
  const guard = setTimeout(end, 30_000);
  const exited = once(child, 'exit');
  let seen = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (seen += text));
  try {
    const control = await controlOf(port + 2);
    const sent = house.count('sent');
    const texts = ['hello', 'żółć, and more', 'x'.repeat(800)];
    for (const [index, text] of texts.entries()) {
      const command = JSON.stringify({ command: 'message', params: text, token: `${index}` });
      control.write(`${Buffer.byteLength(command)}:${command},`);
      const echoed = () => house.count('sent') > sent + index;
      await house.until(`the echo of ${text}`, echoed, 10);
    }
    control.destroy();
    child.kill('SIGTERM');
    await exited;
    // Each went out from it and came back to it.
    for (const text of texts) {
      const bodies = seen.split(`\r\n\r\n${text}`).length - 1;
      assert.ok(bodies >= 2, `${text} was seen ${bodies} times`);
    }
    const deliveries = house.log.filter(({ event }) => event === 'sent').slice(-texts.length);
    assert.deepEqual(
      deliveries.map(({ delivery }) => delivery.status),
      [200, 200, 200],
    );
    await house.until('every conversation is over', () => house.sessions === 0, 10);
    return `${texts.length} messages of pager mode, each echoed and delivered`;
  } catch (error) {
    error.message += `\n${seen.slice(-3000)}`;
    throw error;
  } finally {
    clearTimeout(guard);
    process.off('exit', end);
    end();
    rmSync(directory, { recursive: true, force: true });
  }
}

export const baresip = [{ name: 'baresip', transports: ['u1', 't1'], run: paged }];

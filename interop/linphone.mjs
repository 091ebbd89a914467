/** Linphone, a telephone of people: its library in a small program without a window (`linphone/talk.c`). */
/* oxlint-disable no-await-in-loop -- one after the other, as people do */
import { strict as assert } from 'node:assert';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const source = join(dirname(fileURLToPath(import.meta.url)), 'linphone/talk.c');
const LIBRARY = '/usr/include/linphone/core.h';
/** Its library dies of a first message without them. */
const GRAMMARS = '/usr/share/belr/grammars/identity_grammar';

/** Compiles it into a directory; false where there is no compiler or no library. */
function compiled(directory) {
  if (!existsSync(LIBRARY) || !existsSync(GRAMMARS)) return false;
  const args = ['-O1', '-o', join(directory, 'talk'), source, '-llinphone', '-lbctoolbox'];
  const { error, status, stderr } = spawnSync('gcc', args, { encoding: 'utf8' });
  if (error !== undefined) return false;
  assert.equal(status, 0, stderr);
  return true;
}

/** One Linphone: is told what to do, and tells what it hears. */
class Linphone {
  #child;
  #heard = [];
  #guard;

  /** @param {string} directory where it was compiled to */
  constructor(directory, port, house, transport) {
    const way = `sip:127.0.0.1:${house.port};transport=${transport}`;
    const args = ['sip:lin@127.0.0.1', `${port}`, house.address, way];
    this.#child = spawn(join(directory, 'talk'), args, { stdio: ['pipe', 'pipe', 'ignore'] });
    this.#guard = setTimeout(() => this.#child.kill('SIGKILL'), 60_000);
    createInterface({ input: this.#child.stdout }).on('line', (line) => this.#heard.push(line));
    this.exited = new Promise((resolve) => this.#child.once('exit', resolve));
  }

  tell(command) {
    this.#child.stdin.write(`${command}\n`);
  }

  /** Waits until it has told this, and forgets it. */
  async tells(event) {
    for (let look = 0; look < 100; look += 1) {
      const found = this.#heard.indexOf(event);
      if (found >= 0) {
        this.#heard.splice(found, 1);
        return;
      }
      await wait(100);
    }
    assert.fail(`no "${event}" within 10 s, but ${JSON.stringify(this.#heard)}`);
  }

  async quit() {
    this.tell('quit');
    const code = await this.exited;
    clearTimeout(this.#guard);
    return code;
  }
}

/** Lets one Linphone do something at an address of the house; undefined where there is none. */
async function withLinphone(house, { port, transport }, user, act) {
  const directory = mkdtempSync(join(tmpdir(), 'usher-linphone-'));
  try {
    if (!compiled(directory)) return undefined;
    const at = { port: house.port, address: `sip:${user}@127.0.0.1` };
    const linphone = new Linphone(directory, port, at, transport === 'u1' ? 'udp' : 'tcp');
    await linphone.tells('ready');
    const seen = await act(linphone);
    assert.equal(await linphone.quit(), 0);
    return seen;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Pager mode both ways, beyond ASCII, with news of typing between. */
async function paged(house, options) {
  return withLinphone(house, options, 'pager', async (linphone) => {
    const texts = ['hello', 'żółć, and a second line', 'x'.repeat(800)];
    for (const text of texts) {
      linphone.tell('typing');
      linphone.tell(`page ${text}`);
      await linphone.tells(`delivered ${text}`);
      await linphone.tells(`heard ${text}`);
    }
    await house.until('every conversation is over', () => house.sessions === 0, 10);
    return `${texts.length} messages of pager mode, each delivered and echoed`;
  });
}

/** A session of real-time text (RFC 4103), and a message within its dialog, which is one more of it. */
async function typed(house, options) {
  return withLinphone(house, options, 'echo', async (linphone) => {
    linphone.tell('invite');
    await linphone.tells('session LinphoneCallStreamsRunning');
    for (const [how, text] of [
      // Linphone sends one such message in a dialog, and none once it has typed.
      ['say', 'by a message'],
      ['type', 'hello there'],
      ['type', 'and once more'],
    ]) {
      linphone.tell(`${how} ${text}`);
      await linphone.tells(`heard ${text}`);
    }
    await linphone.tells('composing');
    linphone.tell('bye');
    await linphone.tells('session LinphoneCallReleased');
    await house.until('the session is over', () => house.sessions === 0, 5);
    return 'a message within the dialog, and two lines typed and typed back';
  });
}

export const linphone = [
  { name: 'linphone', transports: ['u1', 't1'], run: paged },
  { name: 'linphone-text', transports: ['u1', 't1'], ownHouse: true, house: 'text', run: typed },
];

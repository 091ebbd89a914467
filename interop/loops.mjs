/** Two houses send everybody to each other: whoever comes is told so in the end, and soon. */
/* oxlint-disable no-await-in-loop -- one after the other is what is meant */
import { strict as assert } from 'node:assert';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { chat } from './chat.mjs';
import { openHouse } from './house.mjs';
import { play } from './play.mjs';
import { readSip } from './sip-text.mjs';
import { UdpPeer } from './udp-peer.mjs';

const file = join(dirname(fileURLToPath(import.meta.url)), 'houses', 'loops.yaml');
const SESSIONS = 5;
/** The most invitations that one may cause in all. */
const HOPS = 5;

/** The sessions in being, as the house itself counts them. */
async function counted(house) {
  const response = await fetch(`http://127.0.0.1:${house.healthPort}/metrics`);
  return Number(/^usher_house_sessions (\d+)/m.exec(await response.text())?.[1]);
}

/** Goes wherever it is sent, remembering nothing but whom it wanted first (RFC 3261, 8.1.3.4); the last answer. */
async function obey(first) {
  const wish = { To: `<sip:redirected@127.0.0.1:${first}>` };
  let port = first;
  for (let hop = 0; hop <= HOPS; hop += 1) {
    const peer = await UdpPeer.open(port);
    try {
      const id = `${first}hop${hop}`;
      peer.send(peer.invite('redirected', id, wish));
      let answer;
      do answer = readSip(`${await peer.next(5000)}`);
      while (answer.status < 200);
      const toTag = /;tag=(.*)$/.exec(answer.get('To') ?? '')?.[1];
      peer.send(peer.request('ACK', { user: 'redirected', toTag, id }));
      if (answer.status !== 302) return answer.status;
      port = Number(/@127\.0\.0\.1:(\d+)/.exec(answer.get('Contact'))?.[1]);
    } finally {
      peer.close();
    }
  }
  return 302;
}

export async function loops(_none, { transport, port, housePort, trace }) {
  const houses = [];
  try {
    for (const [here, there] of [
      [housePort, port],
      [port, housePort],
    ]) {
      houses.push(await openHouse(file, here, { OTHER_PORT: `${there}` }));
    }
    const invited = () => houses.reduce((sum, house) => sum + house.count('invited'), 0);
    const seen = new Set();
    /** What one invitation causes; fails where that is too much, or a session is left of it. */
    const count = async (name, sessions, run) => {
      const before = invited();
      await run();
      const hops = (invited() - before) / sessions;
      assert.ok(hops > 1 && hops <= HOPS, `${name}: ${hops} invitations for one`);
      for (const house of houses) {
        await house.until('every session ended', () => house.sessions === 0, 5);
        assert.equal(await counted(house), 0, `${name}: sessions that are left`);
      }
      seen.add(`${hops} ${name}`);
    };

    const way = transport === 't1' ? 'tcp' : 'udp';
    const from = ['--from', 'sip:alice@example.com', '--transport', way];
    await count('by 302', 1, async () => {
      const followed = await chat(
        [`sip:redirected@127.0.0.1:${housePort}`, '--follow', ...from],
        ['hello'],
      );
      assert.equal(followed.code, 1, followed.errors);
      assert.deepEqual(followed.heard, []);
    });
    for (const first of way === 'udp' ? [housePort, port] : []) {
      await count('by 302 for who remembers nothing', 1, async () =>
        assert.equal(await obey(first), 480),
      );
    }
    let own = port + 4;
    for (const house of houses) {
      const run = { service: 'bridged', sessions: SESSIONS, rate: 10, seconds: 15 };
      const fill = { STATUS: '480', EXPECT: '' };
      const options = { transport, port: own, trace };
      await count('by a bridge', SESSIONS, () =>
        play(house, options, 'rejected', { ...run, fill }),
      );
      own += 2;
    }
    for (const house of houses) assert.equal(await house.stop(), 0, 'the exit code');
    return `invitations for one: ${[...seen].join(', ')}; no session was left`;
  } catch (error) {
    error.message += `\n${houses.map((house) => house.lastLines()).join('\n\n')}`;
    throw error;
  } finally {
    for (const house of houses) house.signal('SIGKILL');
  }
}

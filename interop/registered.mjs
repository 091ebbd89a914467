/** The house is reached through a registrar and proxy: it registers, refreshes, is invited, forwards, and outlives a restart. */
/* oxlint-disable no-await-in-loop -- one after the other is what is meant */
import { strict as assert } from 'node:assert';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { openHouse } from './house.mjs';
import { hasKamailio, openKamailio } from './kamailio.mjs';
import { play } from './play.mjs';

const file = join(dirname(fileURLToPath(import.meta.url)), 'houses', 'registered.yaml');
/** What the house registers, as `houses/registered.yaml` says. */
const ADDRESSES = ['echo', 'moved', 'served'].map((user) => `sip:${user}@example.com`);

/** How often this address was registered, as the log tells. */
const bound = (house, address) =>
  house.log.filter(
    (line) =>
      line.event === 'registered' && line.standing === 'registered' && line.address === address,
  ).length;

/** Five sessions that SIPp begins at the proxy, and five messages in each that the echo sends back through it. */
async function talk(house, proxy, { trace, transport }, port, service) {
  // The house is named by what reaches it from anywhere (RFC 5627).
  const fill = { CONTACT: 'sip:[a-z]+@example\\.com;gr=urn:uuid:' };
  const run = { service, fill, sessions: 5, rate: 20, seconds: 15 };
  await play({ port: proxy }, { transport, port, trace }, 'proxied', run);
  await house.until('every session ended', () => house.sessions === 0, 5);
}

/** Whether new invitations should come to the house, as it says itself, and why not. */
async function readiness(house) {
  const response = await fetch(`http://127.0.0.1:${house.healthPort}/readyz`);
  return { ready: response.status === 200, failing: (await response.json()).failing };
}

export async function registered(_none, options) {
  if (!hasKamailio()) return undefined;
  const { transport, port, housePort } = options;
  const proxy = port;
  const way = transport === 't1' ? 'tcp' : 'udp';
  let said = '';
  let stop = await openKamailio('registrar', proxy, housePort);
  let house;
  try {
    const environment = { REGISTRAR_PORT: `${proxy}`, REGISTRAR_TRANSPORT: way };
    house = await openHouse(file, housePort, environment);
    const all = () => ADDRESSES.every((address) => bound(house, address) > 0);
    await house.until('all addresses are registered', all, 5);
    assert.deepEqual(await readiness(house), { ready: true, failing: {} });

    await talk(house, proxy, options, port + 2, 'echo');
    await talk(house, proxy, options, port + 4, 'moved');
    await talk(house, proxy, options, port + 6, 'served');
    await house.until('the binding is refreshed', () => bound(house, ADDRESSES[0]) > 1, 12);

    said += await stop();
    const before = bound(house, ADDRESSES[0]);
    if (way === 'tcp') {
      const lost = () => house.log.some(({ why }) => /way to the registrar was lost/.test(why));
      await house.until('the loss is told', lost, 3);
      const { ready, failing } = await readiness(house);
      assert.equal(ready, false, 'not ready without a registrar');
      assert.match(failing.registration, /echo@example\.com/);
    }
    stop = await openKamailio('registrar', proxy, housePort);
    const restarted = performance.now();
    await house.until('registered again', () => bound(house, ADDRESSES[0]) > before, 10);
    const seconds = ((performance.now() - restarted) / 1000).toFixed(1);
    await talk(house, proxy, options, port + 8, 'echo');

    assert.equal(await house.stop(), 0, 'the exit code');
    said += await stop();
    verify(said, way, housePort);
    return `3 addresses registered and refreshed, 20 sessions, 10 of them from a 302 or 303; registered again ${seconds} s after a restart`;
  } catch (error) {
    error.message += `\n${house?.lastLines() ?? ''}\n${said.slice(-2000)}`;
    throw error;
  } finally {
    house?.signal('SIGKILL');
    await stop();
  }
}

/** What the proxy has seen, both times that it ran. */
function verify(said, way, housePort) {
  const count = (pattern) => [...said.matchAll(pattern)].length;
  assert.equal(count(/FOLLOWED 302/g), 5, 'followed from 302');
  assert.equal(count(/FOLLOWED 303/g), 5, 'followed from 303');
  // What was asked for last is that nothing be bound.
  for (const address of ADDRESSES) {
    const [, user] = /^sip:(\w+)@/.exec(address);
    const asked = [...said.matchAll(new RegExp(`REGISTERED ${user} (\\d+)`, 'g'))];
    assert.equal(asked.at(-1)?.[1], '0', `${address} was taken back`);
  }
  const places = Array.from(said.matchAll(/SENT echo sip:127\.0\.0\.1:(\d+)/g), ([, to]) => to);
  assert.ok(places.length >= 10, `sent ${places.length} times to where the house has registered`);
  // By TCP it listens at another port than it has registered from.
  const listens = places.filter((to) => to === `${housePort}`).length;
  assert.equal(listens, way === 'tcp' ? 0 : places.length, 'sent by the flow of the registration');
}

/** Through a proxy, people are sent on to a desk elsewhere: by 302, by 303, by REFER; and a bot is sent on by its peer. */
/* oxlint-disable no-await-in-loop -- one after the other is what is meant */
import { strict as assert } from 'node:assert';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { openHouse } from './house.mjs';
import { hasKamailio, openKamailio } from './kamailio.mjs';
import { judge, play, scenario } from './play.mjs';
import { startSipp } from './sipp.mjs';

const file = join(dirname(fileURLToPath(import.meta.url)), 'houses', 'sent-on.yaml');
const SESSIONS = 5;
/** Each way by whom is invited, and the scenario of who invites. */
const WAYS = [
  ['moved', 'follows'],
  ['served', 'served'],
  ['transferring', 'transferred'],
  ['following', 'refers'],
];
/** Those of them at whose end somebody is at the desk: who was transferred says only that he went. */
const THERE = 3;

/** How many sessions of this bot ended so. */
const ended = (house, bot, why) =>
  house.log.filter((line) => line.event === 'ended' && line.bot === bot && line.end.why === why)
    .length;

export async function sentOn(_none, options) {
  if (!hasKamailio()) return undefined;
  const { transport, port, housePort, trace } = options;
  const [proxy, deskPort] = [port, port + 2];
  const way = transport === 't1' ? 'tcp' : 'udp';
  const desk = `sip:desk@127.0.0.1:${deskPort};transport=${way}`;
  const stop = await openKamailio('between', proxy, housePort);
  let [house, atDesk, said] = [undefined, undefined, ''];
  try {
    const environment = { DESK: desk, PROXY_PORT: `${proxy}`, PROXY_TRANSPORT: way };
    house = await openHouse(file, housePort, environment);
    const sessions = SESSIONS * THERE;
    atDesk = startSipp({
      scenario: scenario('desk'),
      port: deskPort,
      transport,
      trace,
      sessions,
      seconds: 35,
    });
    let own = port + 4;
    for (const [service, name] of WAYS) {
      const run = { service, fill: { DESK: desk }, sessions: SESSIONS, rate: 10, seconds: 10 };
      await play({ port: proxy }, { transport, port: own, trace }, name, run);
      own += 2;
    }
    await house.until('every session ended', () => house.sessions === 0, 5);
    judge(await atDesk.done, { sessions, trace });
    assert.equal(ended(house, 'transferring', 'transferred'), SESSIONS, 'transferred');
    assert.equal(ended(house, 'following', 'hung-up'), SESSIONS, 'hung up');
    assert.equal(await house.stop(), 0, 'the exit code');
  } catch (error) {
    error.message += `\n${house?.lastLines() ?? ''}`;
    throw error;
  } finally {
    atDesk?.kill();
    house?.signal('SIGKILL');
    said = await stop();
  }
  verify(said);
  return `${SESSIONS} each by 302, by 303 and by REFER, and ${SESSIONS} whom the bot was sent to`;
}

/** What the proxy has seen. */
function verify(said) {
  const count = (pattern) => [...said.matchAll(pattern)].length;
  assert.equal(count(/ANSWERED 302 .*sip:desk@/g), SESSIONS, '302');
  assert.equal(count(/ANSWERED 303 .*sip:desk@/g), SESSIONS, '303');
  assert.equal(count(/FOLLOWED 303/g), SESSIONS, 'followed by the proxy');
  assert.equal(count(/TO THE DESK/g), 2 * SESSIONS, 'invited to the desk by name');
  assert.equal(count(/TO THE DESK .*sip:caller\d+@/g), SESSIONS, 'Referred-By');
  assert.equal(count(/WITHIN REFER/g), 2 * SESSIONS, 'REFER');
  assert.equal(count(/WITHIN NOTIFY/g), 4 * SESSIONS, 'NOTIFY');
}

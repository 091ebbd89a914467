/** Cases in which somebody proves who they are: to the house, and to others that ask. */
import { strict as assert } from 'node:assert';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { chat } from './chat.mjs';
import { hasKamailio, openKamailio } from './kamailio.mjs';
import { judge, play, scenario } from './play.mjs';
import { startSipp } from './sipp.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const authority = join(here, '../packages/adapters/sip/test/fixtures/tls/authority.pem');

const ADDRESS = 'sip:alice@example.com';
const ALICE = ['--from', ADDRESS, '--user', 'alice'];
const SESAME = 'open sesame';

/** SIPp proves who it is, and is asked in: the house proves who it is in its turn. */
async function proven(house, options) {
  const fill = { STATUS: '200', ACK: '3', NEXT: 'say', FROM: 'alice@example.com' };
  const who = { user: 'alice', password: SESAME };
  const run = { service: 'echo', fill, ...who, sessions: 10, rate: 5, seconds: 20 };
  const result = await play(house, options, 'proven', run);
  await house.until('every session ended', () => house.sessions === 0, 5);
  return `10 sessions by digest, 10 echoes with a proof of ours; ${result.retransmissions} retransmissions`;
}

/** SIPp proves nothing, or comes as somebody else. Once, as the house turns a deaf ear to who fails ten times. */
const unproven =
  (status, who, from = 'alice@example.com') =>
  async (house, options) => {
    const fill = { STATUS: `${status}`, ACK: '2', NEXT: 'over', FROM: from };
    const run = { service: 'echo', fill, ...who, sessions: 1, seconds: 10 };
    await play(house, options, 'proven', run);
    // Of one source, the log tells once a second.
    await house.until('it is told', () => house.count('violated') > 0, 5);
    return `${status} to INVITE, quiet after ACK`;
  };

/** SIPp asks whoever invites it, and looks closely at the proof. */
async function asks(_house, { transport, port, trace }) {
  const run = { sessions: 1, seconds: 20 };
  const file = scenario('asks');
  const sipp = startSipp({ scenario: file, port, transport, trace, ...run });
  const way = transport === 't1' ? 'tcp' : 'udp';
  const target = `sip:asks@127.0.0.1:${port}`;
  const words = [target, '--transport', way, '--user', 'house', '--md5'];
  const said = await chat(words, ['one'], 'knock knock');
  judge(await sipp.done, { ...run, trace });
  assert.deepEqual({ ...said, errors: '' }, { code: 0, heard: ['heard'], errors: '' }, said.errors);
  return 'INVITE, ACK, MESSAGE and BYE with a proof that SIPp verifies';
}

/** `usher chat` by TLS: verified both ways. */
async function chatOverTls(house) {
  const target = `sips:echo@127.0.0.1:${house.securePort}`;
  const trusting = [target, '--ca', authority];
  const lines = ['one', 'two'];
  const old = [...ALICE, '--md5'];
  const [well, doubting, nobody, wrong] = await Promise.all([
    chat([...trusting, ...old], lines, SESAME),
    chat([target, ...old], lines, SESAME),
    chat([...trusting, '--from', ADDRESS], lines),
    chat([...trusting, ...old], lines, 'guessed'),
  ]);
  assert.equal(well.code, 0, well.errors);
  assert.deepEqual(well.heard, lines);
  for (const [one, why] of [
    [doubting, /certificate that does not hold.*--ca FILE/],
    [nobody, /401.*\n.*--user NAME/],
    [wrong, /401.*\n.*password is wrong/],
  ]) {
    assert.equal(one.code, 1);
    assert.deepEqual(one.heard, []);
    assert.match(one.errors, why);
  }
  return '2 messages echoed; 3 others told what to write';
}

/** Kamailio stands between and asks for a proof of everything, by SHA-256. */
async function kamailio(house, { transport, port }) {
  if (!hasKamailio()) return undefined;
  const stop = await openKamailio('asks', port, house.port);
  try {
    const way = transport === 't1' ? 'tcp' : 'udp';
    const target = [`sip:echo@127.0.0.1:${port}`, '--transport', way, '--from', ADDRESS];
    const lines = ['one', 'two', 'three'];
    const well = await chat([...target, '--user', 'kamailio'], lines, SESAME);
    assert.equal(well.code, 0, well.errors);
    assert.deepEqual(well.heard, lines);
    const wrong = await chat([...target, '--user', 'kamailio'], lines, 'guessed');
    assert.equal(wrong.code, 1);
    assert.match(wrong.errors, /407.*\n.*password is wrong/);
  } finally {
    await stop();
  }
  return '3 messages echoed, each with a proof by SHA-256; a wrong password is none';
}

const NOBODY = { user: 'nobody', password: SESAME };
const GUESSED = { user: 'alice', password: 'guessed' };
const RIGHT = { user: 'alice', password: SESAME };

/** Each case by its name, as in `cases.mjs`, and in which of the `houses/` it is played. */
export const guarded = [
  // Nobody has to prove anything there: the proxy before it asks.
  { name: 'kamailio', house: 'doors', transports: ['u1', 't1'], run: kamailio },
  { name: 'proven', house: 'guarded', transports: ['u1', 't1'], run: proven },
  {
    name: 'wrong-password',
    house: 'guarded',
    transports: ['u1', 't1'],
    run: unproven(401, GUESSED),
  },
  { name: 'unknown-user', house: 'guarded', transports: ['u1', 't1'], run: unproven(401, NOBODY) },
  {
    name: 'wrong-address',
    house: 'guarded',
    transports: ['u1', 't1'],
    run: unproven(403, RIGHT, 'bob@example.com'),
  },
  { name: 'asks', house: 'guarded', transports: ['u1', 't1'], run: asks },
  { name: 'chat-over-tls', house: 'guarded', transports: ['l1'], run: chatOverTls },
];

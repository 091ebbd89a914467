/** The cases: each knocks at a running house in one way and checks what the other end of the wire sees. */
/* oxlint-disable no-await-in-loop -- one after the other is what is meant */
import { strict as assert } from 'node:assert';

import { play, scenario } from './play.mjs';
import { meet } from './udp-peer.mjs';
import { WebSocketPeer } from './websocket-peer.mjs';

/** The transports by the names that SIPp has for them. */
const UDP = 'u1';
const TCP = 't1';
const TCP_EACH = 'tn';

/** The count of a step, such as `200_Recv`, summed over all steps of that name. */
function total(result, step) {
  let sum = 0;
  for (const [name, value] of result.counts)
    if (name.replace(/^\d+_/, '') === step) sum += Number(value);
  return sum;
}

async function imSession(house, options) {
  // SIPp waits at each close until the other end has acknowledged it: a connection for each session is no way to be fast.
  const each = options.transport === TCP_EACH;
  const rate = each ? 20 : 200;
  const sessions = each ? 300 : options.quick ? 400 : 5000;
  // First a few slowly: code that was not compiled yet would fall behind, and be asked everything twice.
  const few = { service: 'echo', sessions: 100, rate: 50, seconds: 30 };
  await play(house, { ...options, port: options.port + 2 }, 'im-session', few);
  const run = { service: 'echo', sessions, rate, seconds: sessions / rate + 40 };
  const result = await play(house, options, 'im-session', run);
  const allowed = options.transport === UDP ? sessions / 1000 : 0;
  assert.ok(result.retransmissions <= allowed, `${result.retransmissions} retransmissions`);
  await house.until('every session ended', () => house.sessions === 0, 5);
  return `${sessions} sessions, ${sessions * 5} messages echoed, ${result.retransmissions} retransmissions`;
}

/** The same through a bridge: the house invites the echo for whoever came, and carries what both say. */
async function bridged(house, options) {
  const before = house.count('bridged');
  // First a few slowly, as above.
  const few = { service: 'bridged', sessions: 40, rate: 10, seconds: 30 };
  await play(house, { ...options, port: options.port + 2 }, 'im-session', few);
  const run = { service: 'bridged', sessions: 400, rate: 40, seconds: 50 };
  const result = await play(house, options, 'im-session', run);
  await house.until('every session ended', () => house.sessions === 0, 5);
  assert.equal(house.count('bridged') - before, 440);
  return `400 sessions, 2000 messages echoed, ${result.retransmissions} retransmissions`;
}

/** An invitation that is answered with a status of 300 and above, and acknowledged. */
const turnedAway =
  (service, status, expect = '') =>
  async (house, options) => {
    const fill = { STATUS: `${status}`, EXPECT: expect };
    const sessions = 20;
    const result = await play(house, options, 'rejected', {
      service,
      fill,
      sessions,
      rate: 50,
      seconds: 20,
    });
    assert.equal(total(result, `${status}_Retrans`), 0, `${status} was repeated after ACK`);
    return `${sessions} × ${status}`;
  };

async function cancel(house, options) {
  const before = house.count('cancelled');
  await play(house, options, 'cancel', { service: 'slow', sessions: 20, rate: 50, seconds: 20 });
  await house.until('every cancellation logged', () => house.count('cancelled') - before === 20, 5);
  return '20 × 200 to CANCEL and 487 to INVITE';
}

async function pager(house, options) {
  const sent = house.count('sent');
  const outOfCall = scenario('pager-echo');
  const result = await play(house, options, 'pager', {
    service: 'pager',
    sessions: 20,
    rate: 50,
    seconds: 20,
    outOfCall,
  });
  await house.until('every echo was delivered', () => house.count('sent') - sent === 20, 5);
  await house.until('every conversation is over', () => house.sessions === 0, 10);
  return `20 × 200, and the echo as a message of its own; ${result.retransmissions} retransmissions`;
}

/** Over UDP SIPp has to be known for this: who feigns an address would have all of it sent there (see `strangers`). */
async function noAck(house, options) {
  if (options.transport === UDP) await meet(house.port);
  const result = await play(house, options, 'no-ack', {
    service: 'echo',
    sessions: 3,
    rate: 50,
    seconds: 50,
  });
  // T1 doubles up to T2: repeated after 0.5, 1, 2, and then every 4 s until 32 s are over.
  const repeated = (total(result, '200_Recv') + total(result, '200_Retrans')) / 3 - 1;
  assert.ok(repeated >= 9 && repeated <= 11, `the 200 was repeated ${repeated} times`);
  assert.ok(result.seconds > 31 && result.seconds < 36, `BYE after ${result.seconds.toFixed(1)} s`);
  await house.until('no session is left', () => house.sessions === 0, 5);
  return `the 200 repeated ${repeated} times, then BYE; no session left`;
}

async function retransmitted(house, options) {
  const received = house.count('received');
  const result = await play(house, options, 'retransmitted', {
    service: 'echo',
    sessions: 20,
    rate: 50,
    seconds: 20,
  });
  assert.equal(total(result, 'MESSAGE_Recv'), 20);
  assert.ok(house.count('received') - received <= 20, 'the bot saw a message twice');
  return '20 messages sent twice: answered alike, echoed once';
}

/** One request outside any dialog that the house knows, and the answer that the RFC asks for. */
const answered =
  (method, status, { fields = 'Subject: none', toParams = '', expect = '' } = {}) =>
  async (house, options) => {
    const fill = {
      METHOD: method,
      STATUS: `${status}`,
      FIELDS: fields,
      TO_PARAMS: toParams,
      EXPECT: expect,
    };
    await play(house, options, 'request', {
      service: 'echo',
      fill,
      sessions: 10,
      rate: 50,
      seconds: 10,
    });
    return `10 × ${status}`;
  };

async function webSocket(house) {
  const target = `sip:echo@127.0.0.1:${house.port}`;
  const peer = await WebSocketPeer.connect(`ws://127.0.0.1:${house.webSocketPort}/`);
  try {
    const texts = ['one', 'grüße, 世界', 'x'.repeat(4000), 'four', 'five'];
    for (let i = 0; i < 5; i += 1) await peer.converse(target, texts);
    assert.equal(await peer.ask('OPTIONS', target), 200);
    assert.equal(await peer.ask('REGISTER', target), 405);
  } finally {
    peer.close();
  }
  return '5 sessions over one connection, 25 messages echoed';
}

/** Each case by its name: over which transports, and what it does; what it returns is what was seen. */
export const cases = [
  { name: 'im-session', transports: [UDP, TCP, TCP_EACH], run: imSession },
  { name: 'bridged', transports: [UDP, TCP], run: bridged },
  { name: 'busy', transports: [UDP, TCP], run: turnedAway('busy', 486) },
  {
    name: 'elsewhere',
    transports: [UDP, TCP],
    run: turnedAway(
      'elsewhere',
      302,
      'Contact:.*sip:desk@127.0.0.1:15999.*sip:night-watch@127.0.0.1:15998',
    ),
  },
  { name: 'cancel', transports: [UDP, TCP], run: cancel },
  { name: 'pager', transports: [UDP, TCP], run: pager },
  { name: 'no-ack', transports: [UDP, TCP], run: noAck },
  { name: 'broken', transports: [UDP, TCP], run: turnedAway('broken', 480) },
  { name: 'silent', transports: [UDP, TCP], run: turnedAway('silent', 480) },
  { name: 'indifferent', transports: [UDP, TCP], run: turnedAway('indifferent', 480) },
  {
    name: 'options',
    transports: [UDP, TCP],
    run: answered('OPTIONS', 200, { expect: 'Allow:.*MESSAGE' }),
  },
  {
    name: 'register',
    transports: [UDP, TCP],
    run: answered('REGISTER', 405, { expect: 'Allow:.*INVITE' }),
  },
  {
    name: 'unknown-method',
    transports: [UDP, TCP],
    run: answered('KNOCK', 501, { expect: 'Allow:.*INVITE' }),
  },
  {
    name: 'unknown-require',
    transports: [UDP, TCP],
    run: answered('OPTIONS', 420, {
      fields: 'Require: telepathy',
      expect: 'Unsupported: *telepathy',
    }),
  },
  {
    name: 'unknown-dialog-bye',
    transports: [UDP, TCP],
    run: answered('BYE', 481, { toParams: ';tag=nobody' }),
  },
  {
    name: 'unknown-dialog-message',
    transports: [UDP, TCP],
    run: answered('MESSAGE', 481, { toParams: ';tag=nobody', fields: 'Content-Type: text/plain' }),
  },
  { name: 'unknown-cancel', transports: [UDP, TCP], run: answered('CANCEL', 481) },
  { name: 'retransmitted', transports: [UDP], run: retransmitted },
  { name: 'websocket', transports: ['ws'], run: webSocket },
];

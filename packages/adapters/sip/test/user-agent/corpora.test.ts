/** Every message file there is, by every way that a message can come: what is answered, and that the house lives on. */
import { beforeAll, describe, expect, it } from '@jest/globals';

import { nodeDigestHash } from '../../src/node/node-digest-hash.js';
import { parseMessage } from '../../src/syntax/parser.js';
import { TCP, WS } from '../endpoint/bench.js';
import { request } from '../endpoint/peer.js';
import { bytesOf, reviewed, reviewedAnswers, samples, verdicts } from '../syntax/corpora.js';
import { Play, statusOf, WAYS } from './play.js';
import { Stage } from './stage.js';

/** What a bot, or the house in its name, may say to an invitation or a message. */
const POLICY = ['100', '180', '200', '400', '403', '404', '415', '480', '481', '486', '488', '603'];

/** What a verdict allows, in statuses. */
function allowed(accept: readonly string[]): readonly string[] {
  return accept.flatMap((word) => {
    if (word === 'policy' || word === '4xx-policy') return POLICY;
    if (word === 'none') return ['discard'];
    // `200 with bytes kept or U+FFFD`
    return [word.split(' ')[0] ?? word];
  });
}

const torture = verdicts('rfc4475/manifest.json');
const made = verdicts('manifest.json').filter(
  ({ file, accept }) =>
    accept !== undefined && /^(?:sip-attacks|sip-dos|utf8|log-injection|redos)\//.test(file),
);
const real = samples('captures', 'examples', 'valid-callflows').map(
  ({ file, bytes }) => [file, bytes] as const,
);
/** What RFCs show and cannot be granted for what is wrong in it. */
const WRONG = reviewed('refused', 'unreadable', 'incomplete');
const IMPROVABLE = reviewed('improvable');

it('all the message files are there', () => {
  expect([torture.length, made.length]).toEqual([50, 73]);
  expect(real.length).toBeGreaterThan(450);
});

describe.each(WAYS.map((way) => [way.name, way] as const))('by %s', (_name, way) => {
  const play = new Play(way);
  beforeAll(async () => play.open());

  it.each([...torture, ...made].map(({ file, accept = [] }) => [file, accept] as const))(
    '%s is answered by one of %j',
    async (file, accept) => {
      const outcome = await play.give(bytesOf(file));
      const known = reviewedAnswers(file, way.kind);
      const answers = allowed(known ?? accept);
      // To close is an answer where that is asked for, and no matter where it is not.
      if (answers.includes('close') && outcome.includes('close')) return;
      for (const seen of outcome.filter((one) => one !== 'close')) expect(answers).toContain(seen);
    },
  );

  it('all of them leave nothing behind', async () => {
    const nothing = { dialogs: 0, pending: 0, server: 0, parties: 0 };
    expect(await play.end()).toMatchObject(nothing);
  });

  it.each(real)('%s is understood', async (file, bytes) => {
    const message = parseMessage(bytes);
    // In a house of its own: many are the same request on its way from one proxy to the next.
    const alone = new Play(way);
    await alone.open();
    const outcome = await alone.give(bytes);
    const isRequest = new TextDecoder('latin1').decode(bytes.subarray(0, 8)) !== 'SIP/2.0 ';
    const isAck = message.type === 'request' && message.method === 'ACK';
    if (!isRequest || isAck) expect(outcome).toEqual(['discard']);
    else {
      expect(outcome).toHaveLength(1);
      const name = file.slice(file.indexOf('/') + 1, -'.sip'.length);
      const understood = ['200', '405', '415', '420', '481', '488'];
      if (WRONG.has(name)) understood.push('400');
      if (IMPROVABLE.has(name)) understood.push('422');
      // RFC 3515, 2.4.2: nobody sends us elsewhere outside a dialog.
      if (message.type === 'request' && message.method === 'REFER') understood.push('403');
      expect(understood).toContain(outcome[0]);
    }
  });
});

describe('two requests in one datagram', () => {
  it('are one, and what is behind it is not even told of', async () => {
    const stage = await Stage.open();
    await stage.receive(bytesOf('rfc4475/dblreq.dat'));
    expect(stage.take().map(statusOf)).toEqual(['405']);
    expect(stage.house.violations.map(({ code }) => code)).toEqual(['method-not-allowed']);
    expect(stage.house.knocks).toEqual([]);
  });
});

describe('two messages in one message of a WebSocket', () => {
  it('are one (RFC 7118, 5)', async () => {
    const stage = await Stage.open();
    const text = (name: string): string =>
      request('MESSAGE', {
        callId: name,
        tag: name,
        extra: ['Content-Type: text/plain'],
        body: 'hi',
      });
    await stage.receive(text('one') + text('two'), WS);
    expect(stage.take().map(statusOf)).toEqual(['200']);
  });
});

it('the second of two requests that merge is answered 482', async () => {
  const stage = await Stage.open();
  const second = new TextDecoder('latin1').decode(bytesOf('sip-attacks/merged-request-b.sip'));
  const branch = /branch=(z9hG4bK[^;\r\n]*)/.exec(second)?.[1] ?? '';
  await stage.receive(second.replace(branch, `${branch}other`));
  stage.take();
  await stage.receive(second);
  expect(stage.take().map(statusOf)).toEqual(['482']);
});

it.each(['digest-auth-int-mismatch', 'digest-quote-break', 'sipvicious-options'])(
  '%s learns nothing of a house that asks everybody who he is',
  async (name) => {
    const stage = await Stage.open({
      authentication: { realm: 'example.com', users: [{ username: 'alice', password: 'x' }] },
      digestHash: nodeDigestHash,
    });
    await stage.receive(bytesOf(`sip-attacks/${name}.sip`), TCP);
    expect(stage.take().map(statusOf)).toEqual(['401']);
    expect(stage.house.knocks).toEqual([]);
  },
);

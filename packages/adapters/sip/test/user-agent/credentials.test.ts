import { describe, expect, it } from '@jest/globals';
import { Address, plainText } from '@usher/core';
import {
  RecordingReceiver,
  SeededChance,
  SimulatedWire,
  userAgentContract,
  VirtualClock,
  type Witness,
} from '@usher/core/testing';

import { type Account, sip, SipUserAgent, type SipUserAgentOptions } from '../../src/index.js';
import { nodeDigestHash } from '../../src/node/node-digest-hash.js';
import { Asking } from '../endpoint/asking.js';
import { request } from '../endpoint/peer.js';
import { Guarded } from './guarded.js';
import { echo, House } from './house.js';
import { Stage } from './stage.js';

const ALICE: Account = { username: 'alice', password: 'canary-alice', realm: 'there' };
const BOT: Account = { username: 'bot', password: 'canary-bot', realm: 'here' };
const ADDRESS = Address.parse('sip:alice@example.com');
const TARGET = Address.parse('sip:bot@192.0.2.102:5060');

/** Two user agents, each behind a guard that asks whoever comes. */
function guarded(transport: string, more: { loss?: number; lifetime?: '30s' } = {}) {
  const clock = new VirtualClock();
  const chance = new SeededChance(11);
  const { loss = 0, lifetime = '30s' } = more;
  const wire = new SimulatedWire({ clock, chance, delay: { min: 1, max: 3 }, loss });
  const place = (address: string) => ({ transport, address, port: 5060 });
  const guard = (
    network: ReturnType<typeof wire.network>,
    who: 'peer' | 'proxy',
    { username, password, realm = '' }: Account,
    address: string,
  ): Guarded => {
    const users = [{ username, password, addresses: [address] }];
    return new Guarded(network, new Asking(who, { realm, users, lifetime }), clock);
  };
  const none = transport === 'ws' ? [] : [place('192.0.2.101')];
  const atCaller = guard(wire.network(none), 'proxy', BOT, TARGET.toString());
  const atCallee = guard(wire.network([place('192.0.2.102')]), 'peer', ALICE, ADDRESS.toString());
  const proxy = `sip:192.0.2.102:5060;transport=${transport}`;
  const common = {
    clock,
    chance,
    proxy,
    digestHash: nodeDigestHash,
    messages: ['text/*', 'application/json', 'application/octet-stream'],
  };
  const made = (network: Guarded, name: string, credentials: Account): SipUserAgent =>
    new SipUserAgent({ ...common, network, name, credentials: [credentials] });
  return {
    clock,
    wire,
    atCaller,
    atCallee,
    caller: made(atCaller, 'caller', ALICE),
    callee: made(atCallee, 'callee', BOT),
    rival: () => {
      const network = guard(wire.network([place('192.0.2.102')]), 'peer', ALICE, 'sip:a@b');
      return made(network, 'rival', BOT);
    },
  };
}

describe.each(['udp', 'ws'])('two user agents whom everybody asks over %s', (transport) => {
  it.each(userAgentContract.map((law) => [law.name, law] as const))('%s', async (_name, law) => {
    const { clock, caller, callee, rival } = guarded(transport);
    const witness: Witness = {
      caller,
      callee,
      rival: rival(),
      target: TARGET,
      from: ADDRESS,
      elapse: (ms) => clock.advance(ms),
      close: async () => {
        const closing = Promise.all([caller.close(), callee.close()]);
        await clock.advance(5_000);
        await closing;
      },
    };
    await expect(law.hold(witness)).resolves.toBeUndefined();
  });
});

it('on a wire that loses every twentieth datagram, and with nonces that grow old, all that is proven arrives once', async () => {
  const { clock, caller, callee, atCaller, atCallee } = guarded('udp', { loss: 0.05 });
  const house = new House();
  house.begin = echo;
  await callee.open(house);
  await caller.open(new House());
  const said: string[] = [];
  for (let round = 0; round < 20; round += 1) {
    const heard = new RecordingReceiver();
    const invited = caller.invite(TARGET, heard, { from: ADDRESS });
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await clock.advance(20_000);
    // oxlint-disable-next-line no-await-in-loop
    const outcome = await invited;
    if (outcome.type !== 'accepted') throw new Error(outcome.type);
    for (let turn = 0; turn < 3; turn += 1) {
      const text = `${round}.${turn}`;
      const delivery = outcome.medium.send(plainText(text), text);
      // oxlint-disable-next-line no-await-in-loop
      await clock.advance(20_000);
      // oxlint-disable-next-line no-await-in-loop
      expect(await delivery).toEqual({ type: 'delivered', status: 200 });
      said.push(text);
    }
    expect(heard.messages.map(({ text }) => text)).toEqual(said.slice(-3));
    const ended = outcome.medium.end({ by: 'peer', why: 'hung-up' });
    // oxlint-disable-next-line no-await-in-loop
    await clock.advance(20_000);
    // oxlint-disable-next-line no-await-in-loop
    await ended;
    // oxlint-disable-next-line no-await-in-loop
    const paged = caller.send(TARGET, plainText(`page ${round}`), { from: ADDRESS });
    // oxlint-disable-next-line no-await-in-loop
    await clock.advance(20_000);
    // oxlint-disable-next-line no-await-in-loop
    expect(await paged).toEqual({ type: 'delivered', status: 200 });
  }
  const heard = house.talks.flatMap((talk) => talk.heard.messages.map(({ text }) => text));
  expect(heard.filter((text) => !text.startsWith('page'))).toEqual(said);
  expect(house.talks.filter(({ heard: { ends } }) => ends.length === 1).length).toBe(20);

  for (const { seen } of [atCaller, atCallee]) {
    // Asked, and asked again when a nonce has grown old; and nobody was ever wrong.
    expect(new Set(seen.map(({ verdict }) => verdict))).toEqual(
      new Set(['verified', 'no-credentials', 'old-nonce']),
    );
    const last = new Map<string, number>();
    for (const { callId, sequence, verdict } of seen) {
      if (verdict !== 'verified') continue;
      expect(sequence).toBeGreaterThan(last.get(callId) ?? 0);
      last.set(callId, sequence);
    }
  }
  const closing = Promise.all([caller.close(), callee.close()]);
  await clock.advance(5_000);
  await closing;
});

describe('a house with users, and a peer with credentials', () => {
  it('meet as the address that is proven', async () => {
    const clock = new VirtualClock();
    const wire = new SimulatedWire({ clock, chance: new SeededChance(1) });
    const common = { clock, digestHash: nodeDigestHash };
    const place = { transport: 'udp', address: '192.0.2.102', port: 5060 };
    const callee = new SipUserAgent({
      ...common,
      network: wire.network([place]),
      authentication: { realm: 'example.com', users: [{ username: 'alice', password: 'secret' }] },
    });
    const house = new House();
    await callee.open(house);
    const caller = new SipUserAgent({
      ...common,
      network: wire.network([{ ...place, address: '192.0.2.101' }]),
      credentials: [{ username: 'alice', password: 'secret', realm: 'example.com' }],
    });
    await caller.open(new House());
    const invited = caller.invite(TARGET, new RecordingReceiver(), { from: ADDRESS });
    await clock.advance(100);
    expect((await invited).type).toBe('accepted');
    expect(house.knocks.map(({ invitation }) => invitation.inviter.identity)).toEqual([
      expect.objectContaining({ how: 'digest', address: ADDRESS }),
    ]);
    const closing = Promise.all([caller.close(), callee.close()]);
    await clock.advance(5_000);
    await closing;
  });
});

describe('credentials', () => {
  const listen = ['sip:127.0.0.1:0'];

  it.each([
    [{ ...ALICE, username: '' }],
    [{ ...ALICE, password: '' }],
    [{ ...ALICE, algorithms: [] }],
    [{ ...ALICE, username: 'a\r\nb' }],
    [ALICE, ALICE],
  ])('that are none are refused at once, and no password is shown: %#', (...credentials) => {
    const refused = (): unknown => sip({ listen, credentials });
    expect(refused).toThrow(expect.objectContaining({ code: 'bad-account' }));
    expect(refused).not.toThrow('canary');
  });

  it('need something to compute with', () => {
    const network = new SimulatedWire({
      clock: new VirtualClock(),
      chance: new SeededChance(1),
    }).network();
    expect(() => new SipUserAgent({ network, credentials: [ALICE] })).toThrow(
      expect.objectContaining({ code: 'bad-account' }),
    );
  });

  it('take their room in what a bot may say in one pager message', async () => {
    const limits = await Promise.all(
      [{}, { credentials: [ALICE], digestHash: nodeDigestHash }].map(
        async (options: Partial<SipUserAgentOptions>) => {
          const stage = await Stage.open(options);
          const extra = ['Content-Type: text/plain'];
          await stage.receive(request('MESSAGE', { extra, body: 'hello' }));
          return stage.talk.medium?.limit ?? 0;
        },
      ),
    );
    expect((limits[0] ?? 0) - (limits[1] ?? 0)).toBe(500);
  });
});

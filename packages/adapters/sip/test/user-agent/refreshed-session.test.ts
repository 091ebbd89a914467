import { describe, expect, it } from '@jest/globals';
import { Address, plainText } from '@usher/core';
import { RecordingReceiver, SeededChance, SimulatedWire, VirtualClock } from '@usher/core/testing';

import { SipUserAgent, type SipUserAgentOptions } from '../../src/index.js';
import { readRequest, type Sent } from '../endpoint/bench.js';
import { OFFER, response } from '../endpoint/peer.js';
import { House } from './house.js';
import { Stage } from './stage.js';

const HOUR = 3_600_000;

async function pair(seed: number, loss: number, options: Partial<SipUserAgentOptions> = {}) {
  const clock = new VirtualClock();
  const chance = new SeededChance(seed);
  const wire = new SimulatedWire({ clock, chance, delay: { min: 5, max: 40 }, loss });
  const made = (address: string, more: Partial<SipUserAgentOptions> = {}) =>
    new SipUserAgent({
      clock,
      chance,
      network: wire.network([{ transport: 'udp', address, port: 5060 }]),
      ...more,
    });
  const [caller, callee] = [made('192.0.2.201'), made('192.0.2.202', options)];
  const house = new House();
  await caller.open(new House());
  await callee.open(house);
  const receiver = new RecordingReceiver();
  const inviting = caller.invite(Address.parse('sip:bot@192.0.2.202'), receiver);
  await clock.advance(32_000);
  const invited = await inviting;
  if (invited.type !== 'accepted') throw new Error(invited.type);
  return { clock, caller, callee, house, receiver, medium: invited.medium };
}

describe('a session in which nobody says anything for hours', () => {
  it.each([1, 2, 3])('lives on a wire that loses every tenth datagram (seed %d)', async (seed) => {
    const { clock, house, receiver, medium } = await pair(seed, 0.1, { sessionTimer: '90s' });
    await clock.advance(2 * HOUR);
    expect([house.talks[0]?.heard.ends, receiver.ends]).toEqual([[], []]);
    const sending = medium.send(plainText('still there?'), '1');
    await clock.advance(40_000);
    expect(await sending).toMatchObject({ type: 'delivered' });
  });
});

describe('a refresh by INVITE', () => {
  it('says the description as it was, under the same version', async () => {
    const stage = await Stage.open();
    await stage.session();
    await stage.clock.advance(900_000);
    const first = stage.request();
    expect(first.method).toBe('INVITE');
    const origin = (request: { body: Uint8Array }): string =>
      /^o=.*$/m.exec(new TextDecoder().decode(request.body))?.[0] ?? '';
    const contact = '<sip:alice@192.0.2.2:5080>';
    const extra = ['Content-Type: application/sdp'];
    await stage.receive(response(first, 200, 'OK', { contact, extra, body: OFFER }));
    expect(stage.request().method).toBe('ACK');
    await stage.clock.advance(900_000);
    const second = stage.request();
    expect(second.method).toBe('INVITE');
    expect(origin(second)).toBe(origin(first));
    expect(origin(first)).toMatch(/ 1 IN IP4 /);
  });

  it('that nobody answers ends the session: the house hears that the peer is lost', async () => {
    const stage = await Stage.open({ sessionTimer: '10m' });
    await stage.session();
    await stage.clock.advance(300_000 + 32_000);
    expect(stage.talk.heard.ends).toEqual([{ by: 'network', why: 'lost', status: 408 }]);
    const methods = new Set(stage.take().map((sent: Sent) => readRequest(sent).method));
    expect(methods).toEqual(new Set(['INVITE', 'BYE']));
  });
});

describe('the option sessionTimer', () => {
  it.each(['89s', '25h', '0s'] as const)('of %s is refused', (sessionTimer) => {
    const chance = new SeededChance(1);
    const network = new SimulatedWire({ clock: new VirtualClock(), chance }).network([]);
    expect(() => new SipUserAgent({ network, sessionTimer })).toThrow(
      expect.objectContaining({ code: 'bad-session-timer' }),
    );
  });

  it('of off leaves sessions alone', async () => {
    const stage = await Stage.open({ sessionTimer: 'off' });
    const ok = await stage.session();
    expect(ok.get('Session-Expires')).toBeUndefined();
    await stage.clock.advance(24 * HOUR);
    expect(stage.take()).toEqual([]);
  });
});

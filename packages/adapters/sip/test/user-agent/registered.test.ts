/* oxlint-disable no-await-in-loop -- time is moved step by step */
import { describe, expect, it } from '@jest/globals';
import { accept, type Activity, Address, createHost, type Host, plainText } from '@usher/core';
import { SeededChance, SimulatedWire, VirtualClock } from '@usher/core/testing';

import { SipUserAgent, type SipUserAgentOptions } from '../../src/index.js';
import { Registrar } from '../registration/registrar.js';

const ADDRESS = 'sip:bot@example.com';

/** A house before a registrar. */
class Scene {
  readonly clock = new VirtualClock();
  readonly wire: SimulatedWire;
  readonly registrar: Registrar;
  readonly userAgent: SipUserAgent;
  readonly activity: Activity[] = [];
  host!: Host;

  constructor(options: Partial<SipUserAgentOptions> = {}) {
    const { clock } = this;
    const chance = new SeededChance(4);
    this.wire = new SimulatedWire({ clock, chance, delay: { min: 2, max: 9 } });
    this.registrar = new Registrar(this.wire);
    const network = this.wire.network([{ transport: 'tcp', address: '192.0.2.1', port: 5060 }]);
    const registrations = [{ registrar: 'sip:192.0.2.99;transport=tcp', address: ADDRESS }];
    this.userAgent = new SipUserAgent({ clock, chance, network, registrations, ...options });
  }

  static async open(options: Partial<SipUserAgentOptions> = {}): Promise<Scene> {
    const scene = new Scene(options);
    const { clock, userAgent } = scene;
    await scene.registrar.open();
    scene.host = await createHost({
      clock,
      chance: new SeededChance(5),
      userAgents: [userAgent],
      bots: [{ id: 'bot', order: 1, plugin: { decide: () => accept(() => undefined) } }],
    });
    scene.host.activity.subscribe((one) => scene.activity.push(one));
    await scene.host.open();
    await clock.advance(100);
    return scene;
  }

  /** How the binding stood, one after the other, as the house told. */
  get standings(): string[] {
    return this.activity.flatMap((one) => (one.type === 'registered' ? [one.standing] : []));
  }

  async close(): Promise<void> {
    const closed = this.host.close();
    await this.clock.advance(120_000);
    await closed;
  }
}

describe('a house with a registration', () => {
  it('registers as it opens, tells so, and counts it', async () => {
    const scene = await Scene.open();
    expect(scene.standings).toEqual(['registering', 'registered']);
    expect(scene.userAgent.registrations).toMatchObject([
      { address: ADDRESS, standing: 'registered' },
    ]);
    expect(scene.userAgent.state?.gauges.get('registrations')).toEqual({ used: 1, limit: 1 });
    await scene.close();
  });

  it('is invited by the flow that it registered on, and believes who is there', async () => {
    const trusting = { trust: { networks: ['203.0.113.0/24'] } };
    const scene = await Scene.open(trusting);
    scene.registrar.invite(['P-Asserted-Identity: <sip:alice@example.com>']);
    await scene.clock.advance(1_000);
    const invited = scene.activity.find((one) => one.type === 'invited');
    expect(invited?.invitation.inviter.identity).toMatchObject({ how: 'asserted' });
    await scene.close();
  });

  it('keeps the connection though nothing is said, and refreshes', async () => {
    const scene = await Scene.open();
    await scene.clock.advance(3_600_000);
    expect(scene.registrar.asked.length).toBeGreaterThanOrEqual(7);
    expect(scene.registrar.asked.length).toBeLessThanOrEqual(10);
    expect(new Set(scene.standings)).toEqual(new Set(['registering', 'registered']));
    await scene.close();
  });

  it('registers again as soon as the registrar is back from a restart', async () => {
    const scene = await Scene.open();
    await scene.clock.advance(60_000);
    await scene.registrar.restart();
    await scene.clock.advance(200);
    expect(scene.standings).toEqual(['registering', 'registered', 'registering', 'registered']);
    scene.registrar.invite();
    await scene.clock.advance(1_000);
    expect(scene.activity.some((one) => one.type === 'decided')).toBe(true);
    await scene.close();
  });

  it('is away for as long as the registrar is, and tells so', async () => {
    const scene = await Scene.open();
    await scene.clock.advance(60_000);
    scene.wire.crash(scene.registrar.network);
    await scene.clock.advance(1_000);
    expect(scene.userAgent.registrations).toMatchObject([{ standing: 'failed' }]);
    expect(scene.userAgent.state?.gauges.get('registrations')).toEqual({ used: 0, limit: 1 });
    expect(scene.userAgent.state?.counters.get('failed-registrations')).toBe(1);
    await scene.registrar.restart();
    await scene.clock.advance(60_000);
    expect(scene.userAgent.registrations).toMatchObject([{ standing: 'registered' }]);
    await scene.close();
  });

  it('sends by the routes that the registrar gives (RFC 3608)', async () => {
    const scene = await Scene.open();
    const sent = scene.userAgent.send(Address.parse('sip:bob@192.0.2.5'), plainText('hello'));
    await scene.clock.advance(1_000);
    expect(await sent).toMatchObject({ type: 'delivered' });
    const message = scene.registrar.requests.find(({ method }) => method === 'MESSAGE');
    expect(message?.routes.map(({ uri }) => uri)).toEqual(['sip:192.0.2.99;transport=tcp;lr']);
    expect(message?.uri).toBe('sip:bob@192.0.2.5');
    await scene.close();
  });

  it('takes its binding back as it begins to drain, and not before its sessions end', async () => {
    const scene = await Scene.open();
    const drained = scene.host.drain('10m');
    await scene.clock.advance(100);
    expect(scene.registrar.asked.at(-1)).toBe(0);
    await drained;
    await scene.close();
    expect(scene.registrar.asked.filter((seconds) => seconds === 0)).toHaveLength(1);
  });

  it('closes in two seconds though nobody answers any more', async () => {
    const scene = await Scene.open();
    await scene.clock.advance(60_000);
    scene.wire.crash(scene.registrar.network, true);
    const closed = scene.host.close();
    const before = scene.clock.now();
    while (!scene.activity.some(({ type }) => type === 'closed')) await scene.clock.advance(100);
    expect(scene.clock.now() - before).toBeLessThanOrEqual(2_100);
    await closed;
  });
});

describe('a registration that cannot be', () => {
  it.each([
    { registrar: 'sip:bot@example.com', address: ADDRESS },
    { registrar: 'example.com', address: ADDRESS },
    { registrar: 'sip:example.com', address: 'sip:example.com' },
    { registrar: 'sip:example.com', address: 'tel:+4930' },
    { registrar: 'sip:example.com', address: ADDRESS, expires: '2d' as const },
  ])('is an error as the user agent is made: %j', (registration) => {
    expect(() => new Scene({ registrations: [registration] })).toThrow(
      expect.objectContaining({ code: 'bad-registrar' }),
    );
  });

  it('has an instance that is a UUID', () => {
    expect(() => new Scene({ instance: 'house' })).toThrow(
      expect.objectContaining({ code: 'bad-registrar' }),
    );
  });
});

it('several flows of one address are told apart (RFC 5626, 4.2)', async () => {
  const registrations = [
    { registrar: 'sip:192.0.2.99;transport=tcp', address: ADDRESS },
    { registrar: 'sip:192.0.2.99:5060;transport=tcp', address: ADDRESS },
  ];
  const scene = await Scene.open({ registrations });
  const contacts = scene.registrar.requests.map(({ contacts: [contact] }) => contact?.params);
  expect(new Set(contacts.map((params) => params?.get('reg-id')))).toEqual(new Set(['1', '2']));
  expect(new Set(contacts.map((params) => params?.get('+sip.instance'))).size).toBe(1);
  expect(scene.userAgent.registrations.map(({ flow }) => flow)).toEqual([1, 2]);
  await scene.close();
});

import { afterEach, describe, expect, it } from '@jest/globals';
import { Address } from '@usher/core';
import type { FlowIdentity } from '@usher/core/adapter';
import { RecordingReceiver, VirtualClock } from '@usher/core/testing';

import { provenanceOf } from '../../src/endpoint/provenance.js';
import { sip, type SipOptions } from '../../src/index.js';
import { UDP } from '../endpoint/bench.js';
import { request } from '../endpoint/peer.js';
import { AUTHORITY, files } from '../node/certificate.js';
import { readRequest } from '../syntax/reading.js';
import { House } from './house.js';

const undo: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const task of undo.splice(0).toReversed()) await task();
});

/** Who invites, as the house sees it, where this certificate is shown by whoever says to be that address. */
async function inviter(
  certificate: string,
  from: string,
  how: 'invite' | 'send',
): Promise<unknown> {
  return (await visit(certificate, from, how)).house.knocks[0]?.invitation.inviter.identity;
}

/** What becomes of somebody who shows this certificate, and says to be that address. */
async function visit(
  certificate: string,
  from: string,
  how: 'invite' | 'send',
  trust: SipOptions['trust'] = {},
): Promise<{ readonly house: House; readonly outcome: unknown }> {
  const house = new House();
  const secured = { ...files('domain'), ca: AUTHORITY, clients: 'asked' } as const;
  const listen = [{ uri: 'sips:127.0.0.1:0', ...secured }];
  const callee = sip({ name: 'callee', listen, trust });
  await callee.open(house);
  undo.push(async () => callee.close());
  const caller = sip({
    name: 'caller',
    listen: [{ uri: 'sips:127.0.0.1:0', ...files(certificate) }],
    sockets: { authorities: [AUTHORITY] },
  });
  await caller.open(new House());
  undo.push(async () => caller.close());
  const target = Address.parse(`sips:bot@127.0.0.1:${callee.listening[0]?.port ?? 0}`);
  const options = { from: Address.parse(from) };
  const outcome =
    how === 'invite'
      ? await caller.invite(target, new RecordingReceiver(), options)
      : await caller.send(target, { contentType: 'text/plain', body: Buffer.from('hi') }, options);
  return { house, outcome };
}

describe('an inviter that came by TLS', () => {
  it.each([
    ['alice', 'sip:alice@example.org', true],
    ['alice', 'sip:bob@example.org', false],
    ['alice', 'sip:alice@example.com', false],
    ['domain', 'sip:anybody@EXAMPLE.com', true],
    ['domain', 'sip:anybody@other.example.net', false],
    ['unknown', 'sip:anybody@example.com', false],
    ['common-name', 'sip:anybody@example.com', false],
  ])('with the certificate %s, as %s: proven %p', async (certificate, from, isProven) => {
    expect(await inviter(certificate, from, 'invite')).toEqual(
      isProven ? { how: 'tls', address: Address.parse(from) } : { how: 'none' },
    );
  });

  it('is proven by a message outside any dialog, too', async () => {
    const from = 'sip:alice@example.org';
    expect(await inviter('alice', from, 'send')).toEqual({
      how: 'tls',
      address: Address.parse(from),
    });
  });
});

describe('where peers are trusted by their certificates', () => {
  const trust = { certificates: ['example.com'] };

  it('whoever shows one of theirs comes in', async () => {
    const { house, outcome } = await visit('domain', 'sip:anybody@example.net', 'invite', trust);
    expect(outcome).toMatchObject({ type: 'accepted' });
    expect(house.knocks).toHaveLength(1);
  });

  it.each(['alice', 'dns', 'wildcard', 'common-name', 'unknown', 'expired', 'self-signed'])(
    'whoever shows %s stays outside',
    async (certificate) => {
      const { house, outcome } = await visit(certificate, 'sip:a@example.com', 'send', trust);
      expect(outcome).toMatchObject({ type: 'failed', status: 403 });
      expect(house.knocks).toEqual([]);
    },
  );
});

describe('what a certificate proves of an address', () => {
  const proof = (...names: string[]): FlowIdentity => ({ how: 'tls', names });
  const how = (uri: string, proven?: FlowIdentity): string =>
    provenanceOf(
      readRequest(new TextEncoder().encode(request('MESSAGE', { from: `<${uri}>;tag=1` }))),
      { ...UDP, ...(proven && { identity: proven }) },
      { trusted: false },
    ).identity.how;

  it.each([
    ['sip:alice@example.com', proof('sip:bob@example.com', 'sip:alice@example.com'), 'tls'],
    ['sips:alice@example.com', proof('sip:example.com'), 'tls'],
    ['sip:Alice@example.com', proof('sip:alice@example.com'), 'none'],
    ['sip:alice@sub.example.com', proof('sip:example.com'), 'none'],
    ['sip:alice@sub.example.com', proof('sip:*.example.com'), 'none'],
    ['sip:alice@example.com', proof('sip:'), 'none'],
    ['tel:+49301234', proof('sip:', 'sip:example.com'), 'none'],
    ['sip:alice@example.com', proof(), 'none'],
    ['sip:alice@example.com', undefined, 'none'],
  ])('%s by %j: %s', (uri, proven, expected) => {
    expect(how(uri, proven)).toBe(expected);
  });
});

describe('a place to listen with TLS', () => {
  it('needs a certificate, which no other place has', () => {
    expect(() => sip({ listen: ['sips:127.0.0.1:0'] })).toThrow(
      expect.objectContaining({ code: 'no-certificate' }),
    );
    expect(() => sip({ listen: ['sip:127.0.0.1:0;transport=wss'] })).toThrow(
      expect.objectContaining({ code: 'no-certificate' }),
    );
    const listen = [{ uri: 'sip:127.0.0.1:0;transport=ws', ...files('domain') }];
    expect(() => sip({ listen })).toThrow(expect.objectContaining({ code: 'bad-listener' }));
  });
});

describe('whom we reach by a sips address', () => {
  /** The DNS of an attacker: everybody lives here. */
  const resolver = {
    addresses: () => Promise.resolve(['127.0.0.1']),
    services: () => Promise.resolve([]),
    pointers: () => Promise.resolve([]),
  };

  it.each([
    ['example.com', 'delivered'],
    ['example.net', 'failed'],
  ])('is whose certificate names %s itself, or nobody: %s', async (domain, type) => {
    const house = new House();
    const callee = sip({
      name: 'callee',
      listen: ['sip:127.0.0.1:0;transport=tcp', { uri: 'sips:127.0.0.1:0', ...files('domain') }],
    });
    await callee.open(house);
    undo.push(async () => callee.close());
    const caller = sip({
      name: 'caller',
      listen: ['sip:127.0.0.1:0;transport=udp', 'sip:127.0.0.1:0;transport=tcp'],
      resolver,
      sockets: { authorities: [AUTHORITY] },
    });
    await caller.open(new House());
    undo.push(async () => caller.close());
    const target = Address.parse(`sips:bot@${domain}:${callee.listening[1]?.port ?? 0}`);
    const sent = caller.send(target, { contentType: 'text/plain', body: Buffer.from('hi') });
    expect((await sent).type).toBe(type);
    expect(house.knocks).toHaveLength(type === 'delivered' ? 1 : 0);
  });
});

describe('a connection that a session rests on', () => {
  it('is not closed for being silent; once the session is over, it is', async () => {
    const clock = new VirtualClock();
    const house = new House();
    // The two have clocks of their own: neither would refresh, or answer, within an hour of the other's.
    const sessionTimer = 'off';
    const listen = ['sip:127.0.0.1:0;transport=tcp'];
    const callee = sip({ name: 'callee', listen, clock, sessionTimer });
    await callee.open(house);
    undo.push(async () => callee.close());
    const caller = sip({ name: 'caller', listen: [], sessionTimer });
    await caller.open(new House());
    undo.push(async () => caller.close());
    const proxy = Address.parse(`sip:bot@127.0.0.1:${callee.listening[0]?.port ?? 0}`);
    const target: Address = Object.create(proxy, {
      toString: { value: () => `${proxy.toString()};transport=tcp` },
    }) as Address;
    const invited = await caller.invite(target, new RecordingReceiver());
    expect(invited.type).toBe('accepted');
    await clock.advance(3_600_000);
    expect(house.violations).toEqual([]);
    if (invited.type === 'accepted') await invited.medium.end({ by: 'bot', why: 'completed' });
    await clock.advance(150_000);
    expect(house.violations).toMatchObject([{ code: 'idle-connection' }]);
  });
});

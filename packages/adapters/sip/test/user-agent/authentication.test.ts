import { describe, expect, it } from '@jest/globals';
import { Address } from '@usher/core';

import { parseChallenge } from '../../src/authentication/challenge.js';
import { sip, SipUserAgent, type SipUserAgentOptions } from '../../src/index.js';
import { nodeDigestHash } from '../../src/node/node-digest-hash.js';
import { answer } from '../authentication/stage.js';
import { invite, request, type Wish } from '../endpoint/peer.js';
import { Stage } from './stage.js';

const URI = 'sip:bot@192.0.2.1';
const PASSWORD = 'open sesame';
const ALICE = { how: 'digest', address: Address.parse('sip:alice@example.com') };

const GUARDED = {
  digestHash: nodeDigestHash,
  authentication: { realm: 'example.com', users: [{ username: 'alice', password: PASSWORD }] },
} satisfies Partial<SipUserAgentOptions>;

const page = (wish: Wish = {}): string =>
  request('MESSAGE', {
    body: 'hello '.repeat(60),
    ...wish,
    extra: [...(wish.extra ?? []), 'Content-Type: text/plain'],
  });

/** The Authorization that answers the 401 which has just left. */
function proof(stage: Stage, method: string): string {
  const asked = stage.response();
  expect(asked.status).toBe(401);
  const challenge = parseChallenge(asked.get('WWW-Authenticate') ?? '');
  if (challenge === undefined || challenge instanceof Error) throw new Error('no challenge');
  return `Authorization: ${answer({ nonce: challenge.nonce, method, uri: URI, password: PASSWORD })}`;
}

describe('a user agent with users', () => {
  it.each([
    ['INVITE', invite],
    ['MESSAGE', page],
  ])('lets nobody knock by %s who has not proven who they are', async (method, write) => {
    const stage = await Stage.open(GUARDED);
    await stage.receive(write());
    expect(stage.house.knocks).toEqual([]);
    await stage.receive(write({ sequence: 2, extra: [proof(stage, method)] }));
    expect(stage.house.knocks[0]?.invitation.inviter.identity).toEqual(ALICE);
    expect(stage.house.knocks).toHaveLength(1);
  });

  it('tells the house of those who fail, and not of those who have yet to be asked', async () => {
    const stage = await Stage.open(GUARDED);
    await stage.receive(invite());
    expect(stage.house.violations).toEqual([]);
    const wrong = proof(stage, 'INVITE').replace(
      /response="[^"]*"/,
      `response="${'0'.repeat(64)}"`,
    );
    await stage.receive(invite({ sequence: 2, extra: [wrong] }));
    expect(stage.house.violations).toEqual([
      {
        code: 'unauthenticated',
        message: 'wrong-response',
        peer: 'udp 192.0.2.2:5080',
        status: 401,
      },
    ]);
  });
});

describe('a user agent without users', () => {
  it('lets everybody knock, of whom nothing is proven', async () => {
    const stage = await Stage.open({ digestHash: nodeDigestHash });
    await stage.receive(invite());
    expect(stage.house.knocks[0]?.invitation.inviter.identity).toEqual({ how: 'none' });
  });
});

describe('authentication that is set up wrongly', () => {
  const { authentication } = GUARDED;
  const listen = ['sip:127.0.0.1:0'];
  const user = { username: 'alice' };

  it.each([
    [
      'bad-authentication',
      { ...authentication, realm: '', users: [{ ...user, password: 'x', addresses: ['sip:a@b'] }] },
    ],
    ['bad-authentication', { ...authentication, users: [] }],
    ['bad-authentication', { ...authentication, lifetime: '1s' as const }],
    ['bad-user', { ...authentication, users: [user] }],
    ['bad-user', { ...authentication, users: [...authentication.users, ...authentication.users] }],
    ['bad-address', { ...authentication, users: [{ ...user, password: 'x', addresses: ['?'] }] }],
  ])('is refused at once, with %s and never with a password', (code, wrong) => {
    const refused = (): unknown => sip({ listen, authentication: wrong });
    expect(refused).toThrow(expect.objectContaining({ code }));
    expect(refused).not.toThrow(PASSWORD);
  });

  it('needs something to compute with', () => {
    const network = {
      open: () => Promise.resolve([]),
      transmit: () => {},
      disconnect: () => {},
      close: () => Promise.resolve(),
    };
    expect(() => new SipUserAgent({ network, authentication })).toThrow(
      expect.objectContaining({ code: 'bad-authentication' }),
    );
  });
});

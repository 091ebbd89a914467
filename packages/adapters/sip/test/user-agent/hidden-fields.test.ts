/** What bots see of the header fields of a request, and what is not for them. */
import { describe, expect, it } from '@jest/globals';
import type { Flow } from '@usher/core/adapter';

import type { SipUserAgentOptions } from '../../src/index.js';
import { TCP, UDP, WS } from '../endpoint/bench.js';
import { invite } from '../endpoint/peer.js';
import { bytesOf } from '../syntax/corpora.js';
import { Stage } from './stage.js';

const TRUSTING = { trust: { networks: ['192.0.2.0/24'] } } satisfies Partial<SipUserAgentOptions>;

/** The header fields of the invitation that came in with these lines. */
async function seen(
  lines: readonly string[],
  options: Partial<SipUserAgentOptions> = {},
  flow: Flow = UDP,
): Promise<(name: string) => readonly string[]> {
  const stage = await Stage.open(options);
  const names: string[] = [];
  stage.house.decide = () => {};
  await stage.receive(invite({ extra: lines, callId: `c${names.length}` }), flow);
  const [knock] = stage.house.knocks;
  if (knock === undefined) throw new Error('nobody knocked');
  const { headers } = knock.invitation;
  return (name) => {
    const before = headers.all(name);
    expect(headers.get(name)).toBe(before[0]);
    return before;
  };
}

/** One who says all that only a proxy may say, in every way that there is to write it. */
const SMUGGLED = [
  'P-Asserted-Identity: "CEO" <sip:ceo@example.com>',
  'p-asserted-identity: <sip:ceo@example.com>, <tel:+1>',
  'P-ASSERTED-IDENTITY \t : <sip:ceo@example.com>',
  'P-Asserted-Identity:\r\n <sip:ceo@example.com>',
  'P_Asserted_Identity: <sip:ceo@example.com>',
  'P.Asserted-Identity: <sip:ceo@example.com>',
  'P-Preferred-Identity: <sip:ceo@example.com>',
  'Remote-Party-ID: <sip:ceo@example.com>;party=calling;screen=yes',
  'remote-party-id : <sip:ceo@example.com>',
  'RPID-Privacy: off',
  'P-Asserted-Service: urn:urn-7:x',
  'P-Preferred-Service: urn:urn-7:x',
  'P-Access-Network-Info: 3GPP-E-UTRAN-FDD',
  'P-Charging-Vector: icid-value=1',
  'P-Visited-Network-ID: other',
  'P-Served-User: <sip:ceo@example.com>',
  'P-Anything-To-Come: 1',
  'Attestation-Info: A',
  'Origination-Id: 123e4567-e89b-12d3-a456-426655440000',
];
const NAMES = [...new Set(SMUGGLED.map((line) => line.slice(0, line.indexOf(':')).trim()))];

describe('what only a peer that is trusted may say', () => {
  it.each([
    ['udp', UDP],
    ['tcp', TCP],
    ['ws', WS],
  ])('is seen of nobody else, however it is written, by %s', async (_transport, flow) => {
    const headers = await seen(['X-Before: 1', ...SMUGGLED, 'X-Behind: 2'], {}, flow);
    for (const name of [...NAMES, ...NAMES.map((written) => written.toLowerCase())]) {
      expect([name, headers(name)]).toEqual([name, []]);
    }
    expect([headers('X-Before'), headers('X-Behind')]).toEqual([['1'], ['2']]);
  });

  it('is not seen later either, when nothing but the header fields is kept', async () => {
    const stage = await Stage.open();
    await stage.receive(
      invite({ extra: [...SMUGGLED, 'Priority: urgent', 'P3: x', 'Path: <sip:p>'] }),
    );
    const { headers } = stage.talk.knock.invitation;
    for (const name of NAMES) expect([name, headers.all(name)]).toEqual([name, []]);
    expect(['Priority', 'P3', 'Path', 'Call-ID'].map((name) => headers.get(name))).toEqual([
      'urgent',
      'x',
      '<sip:p>',
      'call-1',
    ]);
  });

  it('is seen of those', async () => {
    const headers = await seen(SMUGGLED, TRUSTING);
    expect(headers('P-Asserted-Identity')).toHaveLength(4);
    expect(headers('Remote-Party-ID')).toHaveLength(2);
    expect(headers('P-Access-Network-Info')).toEqual(['3GPP-E-UTRAN-FDD']);
  });

  it('of somebody who wants to be known to nobody is not seen at all, but for what is no name', async () => {
    const headers = await seen([...SMUGGLED, 'Privacy: id'], TRUSTING);
    for (const name of ['P-Asserted-Identity', 'P-Preferred-Identity', 'Remote-Party-ID']) {
      expect([name, headers(name)]).toEqual([name, []]);
    }
    expect(headers('P-Access-Network-Info')).toHaveLength(1);
    expect(headers('Privacy')).toEqual(['id']);
  });
});

describe('a proof', () => {
  it('is for the edge alone: no bot sees it, and nobody can write it down', async () => {
    const lines = ['Authorization: Digest secret', 'proxy-authorization: Digest secret'];
    for (const options of [{}, TRUSTING]) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const headers = await seen(lines, options);
      expect([headers('Authorization'), headers('Proxy-Authorization')]).toEqual([[], []]);
    }
  });
});

describe('the identity that pai-untrusted.sip asserts', () => {
  const knocking = async (options: Partial<SipUserAgentOptions>): Promise<unknown> => {
    const stage = await Stage.open(options);
    await stage.receive(bytesOf('sip-attacks/pai-untrusted.sip'));
    const sent = stage.take().map(({ text }) => text);
    expect(sent.join('')).not.toContain('ceo');
    const { inviter, headers } = stage.house.knocks[0]?.invitation ?? {};
    return { identity: inviter?.identity, seen: headers?.all('P-Asserted-Identity') };
  };

  it('is that of nobody, where its peer is not trusted', async () => {
    expect(await knocking({})).toEqual({ identity: { how: 'none' }, seen: [] });
  });

  it('is known to bots where it is, not to be shown on, and leaves the house in nothing that is sent', async () => {
    expect(await knocking(TRUSTING)).toEqual({
      identity: {
        how: 'asserted',
        address: expect.objectContaining({ user: 'ceo' }),
        private: true,
      },
      seen: [],
    });
  });
});

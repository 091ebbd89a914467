/** Nobody reaches a bot as somebody else: every way to say so, by every transport, in every kind of house. */
import { createHash } from 'node:crypto';

import { describe, expect, it } from '@jest/globals';
import { Address, type Identity, RemoteProtocolError } from '@usher/core';
import type { Flow } from '@usher/core/adapter';

import { parseChallenge } from '../../src/authentication/challenge.js';
import type { SipUserAgentOptions } from '../../src/index.js';
import { nodeDigestHash } from '../../src/node/node-digest-hash.js';
import { answer, type Answering } from '../authentication/stage.js';
import { readResponse, TCP, UDP, WS } from '../endpoint/bench.js';
import { invite, request, type Wish } from '../endpoint/peer.js';
import { identity, shaken, token } from '../passport/signing.js';
import { Stage } from './stage.js';

const URI = 'sip:bot@192.0.2.1';
const PASSWORD = 'open sesame';
const ALICE = Address.parse('sip:alice@example.com');

const USERS = {
  digestHash: nodeDigestHash,
  authentication: {
    realm: 'example.com',
    users: [
      { username: 'alice', password: PASSWORD },
      { username: 'mallory', password: 'mine' },
    ],
  },
} satisfies Partial<SipUserAgentOptions>;
/** Somebody else is trusted, here and by certificate. */
const OTHERS = { networks: ['203.0.113.0/24'], certificates: ['proxy.example.com'] };
/** No signature holds. */
const passports = {
  verifier: { verify: () => Promise.resolve(new RemoteProtocolError('x', '', 438)) },
};

const TLS: Flow = {
  ...TCP,
  transport: 'tls',
  connection: 9,
  identity: { how: 'tls', names: ['sip:mallory@example.com', 'sip:evil.example'] },
};
const FLOWS: readonly (readonly [string, Flow])[] = [
  ['udp', UDP],
  ['tcp', TCP],
  ['ws', WS],
  ['tls', TLS],
];
const METHODS = ['INVITE', 'MESSAGE'] as const;
type Method = (typeof METHODS)[number];

let numbers = 0;
const ask = (method: Method, wish: Wish = {}): string => {
  numbers += 1;
  const own = { callId: `c${numbers}`, ...wish };
  return method === 'INVITE'
    ? invite(own)
    : request(method, {
        body: 'hello '.repeat(60),
        ...own,
        extra: [...(own.extra ?? []), 'Content-Type: text/plain'],
      });
};

const known = (stage: Stage): Identity[] =>
  stage.house.knocks.map(({ invitation }) => invitation.inviter.identity);

/** The nonce with which this peer was asked last. */
function nonceOf(stage: Stage): string {
  const [sent] = stage.take();
  const asked = sent === undefined ? '' : readResponse(sent).get('WWW-Authenticate');
  const challenge = parseChallenge(asked ?? '');
  if (challenge === undefined || challenge instanceof Error) throw new Error('not asked');
  return challenge.nonce;
}
const proof = (nonce: string, method: Method, answering: Partial<Answering> = {}): string =>
  `Authorization: ${answer({ nonce, method, uri: URI, password: PASSWORD, ...answering })}`;
const hash = (text: string): string => createHash('md5').update(text).digest('hex');

describe.each(FLOWS)('by %s', (_transport, flow) => {
  const elsewhere: Flow = {
    ...flow,
    remote: { address: '198.51.100.66', port: 5080 },
    ...(flow.connection !== undefined && { connection: 99 }),
  };

  describe.each(METHODS)('in a %s', (method) => {
    it.each([
      ['From alone', []],
      ['P-Asserted-Identity', ['P-Asserted-Identity: <sip:alice@example.com>']],
      ['the same with a space and folded', ['p-asserted-identity :\r\n\t<sip:alice@example.com>']],
      [
        'the same twice',
        [
          'P-Asserted-Identity: <sip:mallory@example.com>',
          'P-Asserted-Identity: <sip:alice@example.com>',
        ],
      ],
      ['its number', ['P-Asserted-Identity: <tel:+12155551212>']],
      ['P-Preferred-Identity', ['P-Preferred-Identity: <sip:alice@example.com>']],
      ['Remote-Party-ID', ['Remote-Party-ID: <sip:alice@example.com>;screen=yes']],
      [
        'a Via of a proxy that is trusted',
        ['Via: SIP/2.0/TLS proxy.example.com;received=203.0.113.1;branch=z9hG4bKx'],
      ],
      ['a Record-Route of one', ['Record-Route: <sip:203.0.113.1;lr>']],
      [
        'Identity by no algorithm',
        [`Identity: ${identity(token({ head: { alg: 'none' }, claims: { iat: 0 } }))}`],
      ],
    ])('an address by %s is that of nobody', async (_what, extra) => {
      for (const options of [{}, { trust: { ...OTHERS, passports } }, { trust: OTHERS }]) {
        // oxlint-disable-next-line no-await-in-loop -- one house after the other
        const stage = await Stage.open(options);
        stage.take();
        // oxlint-disable-next-line no-await-in-loop -- one house after the other
        await stage.receive(ask(method, { extra }), flow);
        for (const one of known(stage)) expect(one).toEqual({ how: 'none' });
        expect(stage.house.talks.length).toBeLessThanOrEqual('trust' in options ? 0 : 1);
      }
    });

    it.each([
      ['of no signer', identity(token({ claims: { iat: 0 } }))],
      ['of no signer, in the compact form', identity(`..${'A'.repeat(86)}`)],
      [
        'of no signer, fully attested',
        identity(shaken('A', { claims: { iat: 0 } }), ';ppt=shaken'),
      ],
      ['of long ago', identity(token({ claims: { iat: -61 } }))],
      ['of tomorrow', identity(token({ claims: { iat: 86_400 } }))],
      ['for another', identity(token({ claims: { iat: 0, dest: { tn: ['1'] } } }))],
      ['about another', identity(token({ claims: { iat: 0, orig: { uri: 'sip:x@y' } } }))],
    ])('a PASSporT %s is no way in', async (_what, value) => {
      const stage = await Stage.open({ trust: { passports } });
      const from = '<sip:+12155551212@example.net>;tag=1';
      const extra = [`Identity: ${value}`, 'Date: Thu, 01 Jan 1970 00:00:00 GMT'];
      await stage.receive(ask(method, { extra, from }), flow);
      expect(stage.house.knocks).toEqual([]);
      const [sent, ...more] = stage.take();
      expect(more).toEqual([]);
      expect([403, 438]).toContain(sent && readResponse(sent).status);
    });

    it('a proof is good once, from where it was asked for, and for nobody else', async () => {
      const stage = await Stage.open(USERS);
      await stage.receive(ask(method), flow);
      const extra = [proof(nonceOf(stage), method)];
      await stage.receive(ask(method, { extra }), flow);
      expect(known(stage)).toEqual([{ how: 'digest', address: ALICE }]);
      for (const [from, wish] of [
        [flow, {}],
        [elsewhere, {}],
        [flow, { from: '<sip:mallory@example.com>;tag=1' }],
        [flow, { from: '<sip:alice@example.com@evil.example>;tag=1' }],
        [elsewhere, { body: 'something else entirely '.repeat(20) }],
      ] as const) {
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        await stage.receive(ask(method, { ...wish, extra }), from);
      }
      expect(stage.house.knocks).toHaveLength(1);
    });

    it.each<[string, (nonce: string) => readonly string[], Wish?]>([
      ['by MD5, as it was not offered', (nonce) => [proof(nonce, method, { algorithm: 'MD5' })]],
      [
        'by MD5, as none is named',
        (nonce) => {
          const ha1 = hash(`alice:example.com:${PASSWORD}`);
          const response = hash(`${ha1}:${nonce}:00000001:c:auth:${hash(`${method}:${URI}`)}`);
          return [
            `Authorization: Digest username="alice",realm="example.com",nonce="${nonce}",uri="${URI}",response="${response}",qop=auth,nc=00000001,cnonce="c"`,
          ];
        },
      ],
      [
        'of RFC 2069, without a quality of protection',
        (nonce) => {
          const ha1 = hash(`alice:example.com:${PASSWORD}`);
          const response = hash(`${ha1}:${nonce}:${hash(`${method}:${URI}`)}`);
          return [
            `Authorization: Digest username="alice",realm="example.com",nonce="${nonce}",uri="${URI}",response="${response}"`,
          ];
        },
      ],
      ['for another method', (nonce) => [proof(nonce, method, { method: 'REGISTER' })]],
      ['for another URI', (nonce) => [proof(nonce, method, { uri: 'sip:other@192.0.2.1' })]],
      ['for another realm', (nonce) => [proof(nonce, method, { realm: 'evil.example' })]],
      ['with a nonce of its own', () => [proof('A'.repeat(25), method)]],
      ['of a wrong password', (nonce) => [proof(nonce, method, { password: 'x' })]],
      ['of nobody', (nonce) => [proof(nonce, method, { username: '', password: '' })]],
      ['that is for a proxy', (nonce) => [`Proxy-${proof(nonce, method)}`]],
      ['by Basic', () => ['Authorization: Basic YWxpY2U6b3BlbiBzZXNhbWU=']],
      [
        'behind a wrong one',
        (nonce) => [proof(nonce, method, { password: 'x' }), proof(nonce, method)],
      ],
      [
        'in one line with another',
        (nonce) => [
          `${proof(nonce, method, { password: 'x' })}, ${proof(nonce, method).slice(15)}`,
        ],
      ],
      [
        'of another user',
        (nonce) => [proof(nonce, method, { username: 'mallory', password: 'mine' })],
      ],
      [
        'of another user, who is asserted to be this one',
        (nonce) => [
          proof(nonce, method, { username: 'mallory', password: 'mine' }),
          'P-Asserted-Identity: <sip:alice@example.com>',
        ],
      ],
    ])('a proof %s is none', async (_what, lines) => {
      const stage = await Stage.open(USERS);
      await stage.receive(ask(method), flow);
      await stage.receive(ask(method, { extra: lines(nonceOf(stage)) }), flow);
      expect(stage.house.knocks).toEqual([]);
      const [sent, ...more] = stage.take();
      expect(more).toEqual([]);
      expect([401, 403]).toContain(sent && readResponse(sent).status);
    });
  });
});

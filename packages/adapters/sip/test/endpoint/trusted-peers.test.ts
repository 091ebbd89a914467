/** Who may come in where peers are trusted, by where they are or by their certificates, and what of theirs is believed. */
import { describe, expect, it } from '@jest/globals';
import { Address, type Identity } from '@usher/core';
import type { Flow } from '@usher/core/adapter';

import { Trust, type TrustOptions } from '../../src/endpoint/trust.js';
import { nodeDigestHash } from '../../src/node/node-digest-hash.js';
import { serverOf } from '../authentication/stage.js';
import { Bench, TCP, UDP, WS } from './bench.js';
import { invite, request, type Wish } from './peer.js';

const ELSEWHERE: Flow = { ...UDP, remote: { address: '198.51.100.66', port: 5080 } };
const TEXT = 'Content-Type: text/plain';
const ALICE = '<sip:alice@example.net>';

/** An endpoint that trusts these peers, and has others prove who they are if so wished. */
function trusting(trust: TrustOptions, authentication = false): Bench {
  return new Bench({
    trust: new Trust(trust),
    ...(authentication && { authentication: { server: serverOf(), hash: nodeDigestHash } }),
  });
}
const NEIGHBOURS = { networks: ['192.0.2.0/24'] };

const page = (wish: Wish = {}): string =>
  request('MESSAGE', { body: 'hello '.repeat(60), ...wish, extra: [...(wish.extra ?? []), TEXT] });

/** Who the endpoint says that the last one to come in is. */
function comer(bench: Bench): Identity | undefined {
  const event = bench.events.findLast(({ type }) => type === 'invited' || type === 'paged');
  return event?.type === 'invited' || event?.type === 'paged'
    ? event.provenance.identity
    : undefined;
}
const told = (bench: Bench): [string, string, number | undefined][] =>
  bench.events.flatMap((event) =>
    event.type === 'violated' ? [[event.code, event.message, event.status]] : [],
  );

describe('a peer that is trusted', () => {
  it.each([
    ['invites', invite],
    ['sends a message', page],
  ])('%s without a proof, where others are asked for one', (_what, write) => {
    const bench = trusting(NEIGHBOURS, true);
    bench.receive(write());
    expect(bench.take()).toEqual([]);
    expect(comer(bench)).toEqual({ how: 'none' });
    bench.receive(write({ callId: 'another' }), ELSEWHERE);
    expect(bench.response().status).toBe(401);
  });

  it('may be one that shows a certificate, wherever it is', () => {
    const bench = trusting({ certificates: ['proxy.example.com'] });
    const flow: Flow = { ...TCP, transport: 'tls', remote: ELSEWHERE.remote };
    const names = ['sip:proxy.example.com'];
    bench.receive(invite(), { ...flow, connection: 11, identity: { how: 'tls', names } });
    expect(bench.types).toEqual(['invited']);
    bench.receive(invite({ callId: 'two' }), { ...flow, connection: 12 });
    expect(bench.response().status).toBe(403);
  });
});

describe('a peer that is not trusted, where nobody can prove anything', () => {
  it.each([
    ['INVITE', invite()],
    ['MESSAGE', page()],
    ['OPTIONS', request('OPTIONS')],
    ['REGISTER', request('REGISTER')],
  ])('is sent away with 403 for %s, and nothing is kept of it', (_method, text) => {
    const bench = trusting(NEIGHBOURS);
    bench.receive(text, ELSEWHERE);
    expect(bench.response().status).toBe(403);
    expect(told(bench)).toEqual([['untrusted', 'no trusted peer', 403]]);
    expect(bench.endpoint.counts).toMatchObject({ server: 0, pending: 0, dialogs: 0 });
    expect(bench.endpoint.deadline).toBeUndefined();
  });

  it('hears the same for each transmission, and never more octets by datagram than it sent', () => {
    const bench = trusting(NEIGHBOURS);
    const text = invite({ branch: 'z9hG4bKone' });
    bench.receive(text, ELSEWHERE);
    bench.receive(text, ELSEWHERE);
    const [first, second] = bench.take();
    expect(first?.text).toBe(second?.text);
    expect(first?.bytes.length).toBeLessThanOrEqual(text.length);
  });
});

describe('an asserted identity (RFC 3325)', () => {
  const asserted = (...extra: string[]): Identity | undefined => {
    const bench = trusting(NEIGHBOURS);
    bench.receive(invite({ extra }));
    return comer(bench);
  };
  const by = (address: string): Identity => ({ how: 'asserted', address: Address.parse(address) });

  it.each([
    ['in angle brackets with a name', `P-Asserted-Identity: "Alice" ${ALICE}`],
    ['without brackets', 'P-Asserted-Identity: sip:alice@example.net'],
    ['in any case, with spaces and folds', `p-ASSERTED-identity \t:\r\n ${ALICE}`],
    ['with a number besides', `P-Asserted-Identity: ${ALICE}, <tel:+12155551212>`],
    [
      'with a number besides, on lines of their own',
      `P-Asserted-Identity: <tel:+12155551212>\r\nP-Asserted-Identity: ${ALICE}`,
    ],
  ])('%s is believed of a trusted peer', (_what, line) => {
    expect(asserted(line)).toEqual(by('sip:alice@example.net'));
  });

  it('may be a number', () => {
    expect(asserted('P-Asserted-Identity: <tel:+12155551212;cpc=x>')).toEqual(
      by('tel:+12155551212'),
    );
  });

  it.each([
    ['two users', `P-Asserted-Identity: ${ALICE}, <sip:bob@example.net>`],
    [
      'two users on two lines',
      `P-Asserted-Identity: ${ALICE}\r\nP-Asserted-Identity: <sip:bob@x.y>`,
    ],
    ['two numbers', 'P-Asserted-Identity: <tel:+1>, <tel:+2>'],
    ['three values', `P-Asserted-Identity: ${ALICE}, <tel:+1>, <sip:bob@x.y>`],
    ['another scheme', 'P-Asserted-Identity: <mailto:alice@example.net>'],
    ['nothing', 'P-Asserted-Identity:'],
    ['nonsense', 'P-Asserted-Identity: <alice'],
    ['a name that only looks so', `P-Asserted-Identit\u{443}: ${ALICE}`],
    ['another field', `P-Preferred-Identity: ${ALICE}`],
    ['another field', `Remote-Party-ID: ${ALICE};party=calling`],
  ])('of %s is believed of nobody', (_what, line) => {
    expect(asserted(line) ?? { how: 'none' }).toEqual({ how: 'none' });
  });

  it.each([
    ['id', true],
    ['critical; ID', true],
    ['user', true],
    ['header;session', true],
    ['none', undefined],
    ['session', undefined],
  ])('with Privacy: %s is told with private: %s', (privacy, isPrivate) => {
    expect(asserted(`P-Asserted-Identity: ${ALICE}`, `Privacy: ${privacy}`)).toEqual({
      ...by('sip:alice@example.net'),
      ...(isPrivate && { private: true }),
    });
  });

  it.each([
    ['udp', ELSEWHERE],
    ['tcp', { ...TCP, remote: ELSEWHERE.remote }],
    ['ws', { ...WS, remote: ELSEWHERE.remote }],
  ])('is believed of nobody else, by %s', (_transport, flow) => {
    for (const options of [{}, { trust: new Trust({ certificates: ['proxy.example.com'] }) }]) {
      const bench = new Bench(options);
      bench.receive(invite({ extra: [`P-Asserted-Identity: ${ALICE}`] }), flow);
      expect(comer(bench) ?? { how: 'none' }).toEqual({ how: 'none' });
    }
  });

  it('counts for less than the certificate of a user, and for more than that of a domain', () => {
    const bench = trusting({ networks: ['192.0.2.0/24'] });
    const known = (name: string): Identity | undefined => {
      const flow: Flow = { ...TCP, transport: 'tls', identity: { how: 'tls', names: [name] } };
      const extra = ['P-Asserted-Identity: <sip:bob@example.com>'];
      bench.receive(invite({ extra, callId: name }), flow);
      return comer(bench);
    };
    expect(known('sip:alice@example.com')).toMatchObject({ how: 'tls' });
    expect(known('sip:example.com')).toEqual(by('sip:bob@example.com'));
    expect(known('sip:other.example')).toEqual(by('sip:bob@example.com'));
  });
});

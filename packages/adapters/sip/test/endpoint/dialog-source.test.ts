/** Whom a request within a dialog has to come from. */
import { describe, expect, it } from '@jest/globals';
import type { Flow } from '@usher/core/adapter';

import { parseChallenge } from '../../src/authentication/challenge.js';
import { Trust } from '../../src/endpoint/trust.js';
import { nodeDigestHash } from '../../src/node/node-digest-hash.js';
import type { SipResponse } from '../../src/syntax/message.js';
import { answer as authorization, serverOf } from '../authentication/stage.js';
import { Bench, readRequest, readResponse, TCP, UDP, WS } from './bench.js';
import {
  accepted,
  ack,
  answer,
  established,
  invite,
  OFFER,
  request,
  response,
  say,
  takeMessages,
  within,
} from './peer.js';

const T1 = 500;
const TEXT = ['Content-Type: text/plain'];
const SDP = ['Content-Type: application/sdp'];
const NOTHING = { bytes: new Uint8Array() };
const ATTACKER = { address: '203.0.113.66', port: 5080 };

const TLS: Flow = { ...TCP, transport: 'tls', connection: 20 };
const WSS: Flow = { ...WS, transport: 'wss', connection: 21 };
const elsewhere = (flow: Flow): Flow => ({
  ...flow,
  remote: ATTACKER,
  ...(flow.connection !== undefined && { connection: 99 }),
});
const reconnected = (flow: Flow): Flow => ({
  ...flow,
  remote: { ...flow.remote, port: 51_000 },
  connection: 77,
});
const named = (flow: Flow, ...names: string[]): Flow => ({
  ...flow,
  identity: { how: 'tls', names },
});

/** A message of the peer in the session that this 200 began; the status that answers it. */
function told(bench: Bench, ok: SipResponse, sequence: number, from: Flow): number {
  bench.receive(within(ok, 'MESSAGE', sequence, { extra: TEXT, body: 'hi' }), from);
  return bench.response().status;
}

const foreign = (bench: Bench): readonly (readonly [string, number | undefined])[] =>
  bench.events.flatMap((event) =>
    event.type === 'violated' ? [[event.code, event.status] as const] : [],
  );

/** Where a message of ours goes, which the peer answers. */
function placeOf(bench: Bench, from: Flow): string {
  say(bench, 'x');
  const [sent] = bench.take();
  const message = readRequest(sent ?? NOTHING);
  bench.receive(response(message, 200), from);
  const { address, port } = sent?.to?.remote ?? { address: 'nowhere', port: 0 };
  return `${message.uri} at ${address}:${port}`;
}

describe.each([
  ['UDP', UDP],
  ['TCP', TCP],
  ['TLS', TLS],
  ['WS', WS],
  ['WSS', WSS],
])('in a session over %s', (_name, flow) => {
  const contact =
    flow.connection === undefined
      ? '<sip:alice@192.0.2.2:5080>'
      : '<sip:alice@x.invalid;transport=ws>';

  it.each(['MESSAGE', 'BYE', 'INVITE', 'OPTIONS', 'INFO', 'UPDATE', 'FROBNICATE'])(
    'a %s with all the right ids is refused by 403 to anybody else, and nothing comes of it',
    (method) => {
      const bench = new Bench();
      const heard = takeMessages(bench);
      const ok = established(bench, { contact }, flow);
      const place = placeOf(bench, flow);
      const { counts } = bench.endpoint;
      const body = method === 'INVITE' ? OFFER : 'x';
      const extra = method === 'INVITE' ? SDP : TEXT;
      const theirs = '<sip:mallory@203.0.113.66:5080>';
      for (const sequence of [2, 1_000_000, 2]) {
        const wish = { extra, body, contact: method === 'INVITE' ? theirs : null };
        bench.receive(within(ok, method, sequence, wish), elsewhere(flow));
        const [sent, ...more] = bench.take();
        expect([readResponse(sent ?? NOTHING).status, more]).toEqual([403, []]);
        expect(sent?.to?.remote).toEqual(ATTACKER);
      }
      expect(foreign(bench)).toEqual([1, 2, 3].map(() => ['foreign-source', 403]));
      expect(bench.endpoint.counts).toEqual({
        ...counts,
        connections: bench.endpoint.counts.connections,
      });
      // Neither the CSeq of the peer nor the way to it has moved.
      expect(placeOf(bench, flow)).toBe(place);
      expect(told(bench, ok, 2, flow)).toBe(200);
      expect(heard).toEqual(['hi']);
      expect(bench.types).not.toContain('ended');
      expect(bench.types).not.toContain('offered');
    },
  );

  it('an ACK of anybody else confirms nothing', () => {
    const bench = new Bench();
    const ok = accepted(bench, { contact }, flow);
    bench.receive(ack(ok), elsewhere(flow));
    expect(bench.types).not.toContain('acknowledged');
    expect(foreign(bench)).toEqual([['foreign-source', undefined]]);
    bench.elapse(T1);
    expect(bench.response().status).toBe(200);
    bench.receive(ack(ok), flow);
    expect(bench.types).toContain('acknowledged');
  });

  it('a CANCEL of anybody else is refused by 403, and the INVITE goes on', () => {
    const bench = new Bench();
    bench.receive(invite({ branch: 'z9hG4bKmine', contact }), flow);
    bench.receive(request('CANCEL', { branch: 'z9hG4bKmine' }), elsewhere(flow));
    expect(bench.response().status).toBe(403);
    expect(foreign(bench)).toEqual([['foreign-source', 403]]);
    expect(bench.types).not.toContain('withdrawn');
    bench.receive(request('CANCEL', { branch: 'z9hG4bKmine' }), flow);
    expect(bench.take().map((sent) => readResponse(sent).status)).toEqual([200, 487]);
  });

  it('a BYE of anybody else in the place of a CANCEL belongs to nothing', () => {
    const bench = new Bench();
    bench.receive(invite({ contact }), flow);
    bench.receive(request('BYE', { sequence: 2 }), elsewhere(flow));
    expect(bench.response().status).toBe(481);
    expect(bench.types).not.toContain('withdrawn');
    expect(bench.endpoint.counts.pending).toBe(1);
  });

  it('an ACK of anybody else to a refusal does not end its being said again', () => {
    const bench = new Bench();
    bench.receive(invite({ branch: 'z9hG4bKno', contact }), flow);
    answer(bench, 486);
    const no = bench.response();
    const confirm = (from: Flow): void =>
      bench.receive(request('ACK', { branch: 'z9hG4bKno', toTag: no.toTag }), from);
    confirm(elsewhere(flow));
    bench.elapse(T1);
    const again = bench.take().length;
    expect(again).toBe(flow.connection === undefined ? 1 : 0);
    confirm(flow);
    bench.elapse(60_000);
    expect(bench.take()).toEqual([]);
    expect(bench.endpoint.counts.server).toBe(0);
  });

  it('a request that is refused for its CSeq does not move the way to the peer', () => {
    const bench = new Bench();
    takeMessages(bench);
    const ok = established(bench, { contact: '<sip:alice@10.1.2.3:5080;ob>' }, flow);
    expect(told(bench, ok, 5, flow)).toBe(200);
    const place = placeOf(bench, flow);
    const moved: Flow = { ...flow, remote: { ...flow.remote, port: 9_999 } };
    expect(told(bench, ok, 5, moved)).toBe(500);
    expect(placeOf(bench, flow)).toBe(place);
  });
});

describe('the same peer', () => {
  it('may have another port by its address translator, which answers go to from then on', () => {
    const bench = new Bench();
    const ok = established(bench, { contact: '<sip:alice@10.1.2.3:5080>' });
    const moved: Flow = { ...UDP, remote: { ...UDP.remote, port: 9_999 } };
    takeMessages(bench);
    expect(told(bench, ok, 2, moved)).toBe(200);
    expect(placeOf(bench, moved)).toBe('sip:alice@10.1.2.3:5080 at 192.0.2.2:9999');
  });

  it.each([
    ['TCP', TCP],
    ['TLS', TLS],
    ['WS', WS],
  ])('may come by another connection of the same kind: %s', (_name, flow) => {
    const bench = new Bench();
    takeMessages(bench);
    const ok = established(bench, { contact: '<sip:alice@x.invalid;transport=ws>' }, flow);
    bench.execute({ type: 'closed', flow });
    bench.elapse(20_000);
    const again = reconnected(flow);
    expect(told(bench, ok, 2, again)).toBe(200);
    bench.elapse(60_000);
    expect(bench.types).not.toContain('ended');
    expect(placeOf(bench, again)).toContain('192.0.2.2:51000');
  });

  it('is not whoever connects from another address while it is away', () => {
    const bench = new Bench();
    const ok = established(bench, { contact: '<sip:alice@x.invalid;transport=ws>' }, WS);
    bench.execute({ type: 'closed', flow: WS });
    expect(told(bench, ok, 2, elsewhere(WS))).toBe(403);
    bench.elapse(32_000);
    expect(bench.event('ended')).toMatchObject({ by: 'network' });
  });

  it('may send by connection what is too large for a datagram, and go on by datagrams', () => {
    const bench = new Bench();
    takeMessages(bench);
    const ok = established(bench);
    expect([told(bench, ok, 2, TCP), told(bench, ok, 3, UDP), told(bench, ok, 4, TLS)]).toEqual([
      200, 200, 200,
    ]);
    expect(told(bench, ok, 5, UDP)).toBe(200);
  });

  it.each([
    ['a connection', 'datagrams', TCP, UDP],
    ['TLS', 'a connection without it', TLS, TCP],
    ['TLS', 'datagrams', TLS, UDP],
    ['WebSocket over TLS', 'one without it', WSS, WS],
  ])('that began on %s is not believed by %s', (_from, _to, flow, weaker) => {
    const bench = new Bench();
    const ok = established(bench, { contact: '<sip:alice@x.invalid;transport=ws>' }, flow);
    expect(told(bench, ok, 2, weaker)).toBe(403);
  });

  it('is known by its certificate wherever it comes from, and is nobody without it', () => {
    const bench = new Bench();
    takeMessages(bench);
    const alice = named(TLS, 'sip:alice@example.com', 'sip:example.com');
    const ok = established(bench, { contact: '<sip:alice@x.invalid;transport=tls;ob>' }, alice);
    const roaming = named(elsewhere(TLS), 'sip:alice@example.com');
    expect(told(bench, ok, 2, reconnected(TLS))).toBe(403);
    expect(told(bench, ok, 2, named(reconnected(TLS), 'sip:bob@example.com'))).toBe(403);
    expect(told(bench, ok, 2, roaming)).toBe(200);
    expect(told(bench, ok, 3, elsewhere(UDP))).toBe(403);
  });

  it('has an ACK come past a proxy that has no part in the dialog, from where it said that it is', () => {
    for (const [contact, via] of [
      ['<sip:alice@198.51.100.9:5080>', 'SIP/2.0/UDP alice.example.com;branch=z9hG4bKa'],
      [
        '<sip:alice@alice.example.com>',
        'SIP/2.0/UDP alice.example.com;branch=z9hG4bKa;received=198.51.100.9',
      ],
      ['<sip:alice@alice.example.com>', 'SIP/2.0/UDP 198.51.100.9;branch=z9hG4bKa'],
    ] as const) {
      const bench = new Bench();
      takeMessages(bench);
      const extra = [`Via: ${via}`];
      const ok = accepted(bench, { contact, extra });
      const alice: Flow = { ...UDP, remote: { address: '198.51.100.9', port: 5080 } };
      bench.receive(ack(ok), alice);
      expect(bench.types).toContain('acknowledged');
      expect(told(bench, ok, 2, alice)).toBe(200);
      expect(told(bench, ok, 3, elsewhere(UDP))).toBe(403);
    }
  });

  it('comes by the proxy alone where that has a part in the dialog', () => {
    const bench = new Bench();
    const extra = [
      'Via: SIP/2.0/UDP 198.51.100.9;branch=z9hG4bKa',
      'Record-Route: <sip:192.0.2.2;lr>',
    ];
    const ok = established(bench, { contact: '<sip:alice@198.51.100.9>', extra });
    const alice: Flow = { ...UDP, remote: { address: '198.51.100.9', port: 5080 } };
    expect(told(bench, ok, 2, alice)).toBe(403);
  });

  it('whom we have invited comes from where our ACK has found him', () => {
    const bench = new Bench();
    takeMessages(bench);
    bench.execute({
      type: 'invite',
      reference: 1,
      parts: {
        uri: 'sip:bob@192.0.2.2:5080',
        from: '<sip:bot@example.com>',
        user: 'bot',
        fields: [],
        body: new Uint8Array(),
      },
    });
    const sent = bench.request();
    bench.receive(response(sent, 200, 'OK', { contact: '<sip:bob@bob.example.com>' }));
    const { request: unlocated } = bench.event('unlocated');
    const bob: Flow = { transport: 'udp', remote: { address: '198.51.100.9', port: 5060 } };
    bench.execute({ type: 'located', request: unlocated, hops: [bob] });
    expect(bench.request().method).toBe('ACK');
    const message = (from: Flow, sequence: number): number => {
      const wish = { callId: sent.callId, tag: 'peer', toTag: sent.fromTag, sequence };
      bench.receive(request('MESSAGE', { ...wish, extra: TEXT, body: 'hi' }), from);
      return bench.response().status;
    };
    expect(message({ ...UDP, ...bob }, 1)).toBe(200);
    expect(message(elsewhere(UDP), 2)).toBe(403);
  });
});

describe('a trusted peer', () => {
  it('may send requests within any dialog, as each proxy of a farm does', () => {
    const bench = new Bench({ trust: new Trust({ networks: ['203.0.113.0/24', '192.0.2.2'] }) });
    takeMessages(bench);
    const ok = established(bench);
    expect(told(bench, ok, 2, elsewhere(UDP))).toBe(200);
    const other: Flow = { ...UDP, remote: { address: '198.51.100.3', port: 5060 } };
    expect(told(bench, ok, 3, other)).toBe(403);
  });
});

describe('who has come in by a password', () => {
  const URI = 'sip:bot@192.0.2.1';

  /** A session of Alice's, and how she or Bob proves it when asked. */
  function guarded() {
    const server = serverOf();
    const bench = new Bench({ authentication: { server, hash: nodeDigestHash } });
    const heard = takeMessages(bench);
    const take = bench.observe;
    bench.observe = (event) => {
      take(event);
      if (event.type === 'invited') answer(bench, 200);
    };
    const proof = (method: string, username = 'alice', password = 'open sesame'): string => {
      const challenge = parseChallenge(bench.response().get('WWW-Authenticate') ?? '');
      if (challenge === undefined || challenge instanceof Error) throw new Error('no challenge');
      const { nonce } = challenge;
      return `Authorization: ${authorization({ nonce, method, uri: URI, username, password })}`;
    };
    bench.receive(invite());
    bench.receive(invite({ sequence: 2, extra: [proof('INVITE')] }));
    const ok = bench.response();
    expect(ok.status).toBe(200);
    bench.receive(ack(ok));
    return { bench, ok, proof, heard };
  }
  const roomy = { extra: TEXT, body: 'hello '.repeat(60) };

  it('need not prove it again where he is, and may prove it from somewhere else', () => {
    const { bench, ok, proof, heard } = guarded();
    const there = elsewhere(UDP);
    bench.receive(within(ok, 'MESSAGE', 3, roomy), there);
    const extra = [...TEXT, proof('MESSAGE')];
    const message = within(ok, 'MESSAGE', 4, { ...roomy, extra });
    bench.receive(message, there);
    expect(bench.response().status).toBe(200);
    // The way has moved with him, and a retransmission is no replay.
    bench.receive(message, there);
    expect(bench.response().status).toBe(200);
    expect(told(bench, ok, 5, there)).toBe(200);
    expect(heard).toHaveLength(2);
  });

  it('is nobody else, though that one has a password as well', () => {
    const { bench, ok, proof, heard } = guarded();
    const there = elsewhere(UDP);
    const from = '"Bob" <sip:bob@example.com>;tag=peer';
    bench.receive(within(ok, 'MESSAGE', 3, { ...roomy, from }), there);
    const extra = [...TEXT, proof('MESSAGE', 'bob', 'secret')];
    bench.receive(within(ok, 'MESSAGE', 4, { ...roomy, from, extra }), there);
    expect(bench.response().status).toBe(403);
    expect(heard).toEqual([]);
    expect(foreign(bench).at(-1)).toEqual(['foreign-source', 403]);
  });

  it('is asked for nothing by an ACK, which is dropped', () => {
    const { bench, ok } = guarded();
    bench.receive(within(ok, 'INVITE', 3, { extra: SDP, body: OFFER }));
    const { transaction } = bench.event('offered');
    bench.execute({ type: 'respond', transaction, answer: { status: 200 } });
    bench.take();
    bench.receive(ack(ok, { sequence: 3 }), elsewhere(UDP));
    expect(bench.take()).toEqual([]);
    expect(foreign(bench).at(-1)).toEqual(['foreign-source', undefined]);
  });
});

describe('a further INVITE of the peer', () => {
  const moved = (flow: Flow, before: string, after: string): number => {
    const bench = new Bench();
    const ok = established(bench, { contact: `<${before}>` }, flow);
    bench.receive(
      within(ok, 'INVITE', 2, { contact: `<${after}>`, extra: SDP, body: OFFER }),
      flow,
    );
    if (bench.types.includes('offered')) {
      const { transaction } = bench.event('offered');
      bench.execute({ type: 'respond', transaction, answer: { status: 200 } });
    }
    return bench.response().status;
  };

  it.each([
    ['another place', UDP, 'sip:a@192.0.2.2', 'sip:a@198.51.100.1:5099', 200],
    ['its own network, which only it knows', UDP, 'sip:a@10.1.1.1', 'sip:a@10.1.1.2', 200],
    ['our own machine', UDP, 'sip:a@192.0.2.2', 'sip:a@127.0.0.1:22', 403],
    ['our network', TCP, 'sip:a@192.0.2.2;transport=tcp', 'sip:a@10.0.0.5;transport=tcp', 403],
    ['everybody', UDP, 'sip:a@192.0.2.2', 'sip:a@255.255.255.255', 403],
    ['no place at all', UDP, 'sip:a@192.0.2.2', 'sip:a@[::', 403],
    ['another place by TLS', TLS, 'sips:a@192.0.2.2', 'sip:a@192.0.2.3;transport=tls', 200],
    ['a place without TLS', TLS, 'sip:a@192.0.2.2;transport=tls', 'sip:a@192.0.2.2', 403],
    ['a place without TLS', TLS, 'sips:a@192.0.2.2', 'sip:a@198.51.100.1;transport=udp', 403],
    ['its browser', WSS, 'sip:a@x.invalid;transport=ws', 'sip:a@y.invalid;transport=ws', 200],
    ['a place without its browser', WSS, 'sip:a@x.invalid;transport=ws', 'sip:a@192.0.2.3', 403],
  ] as const)(
    'may not move the dialog from anywhere to anywhere: to %s',
    (_to, flow, one, other, status) => {
      expect(moved(flow, one, other)).toBe(status);
    },
  );

  it('that would move it where it must not go leaves all as it was', () => {
    const bench = new Bench();
    takeMessages(bench);
    const ok = established(bench, { contact: '<sip:a@192.0.2.2:5080>' });
    const place = placeOf(bench, UDP);
    const wish = { contact: '<sip:a@127.0.0.1:22>', extra: SDP, body: OFFER };
    bench.receive(within(ok, 'INVITE', 2, wish));
    expect(bench.response().status).toBe(403);
    expect(foreign(bench)).toEqual([['bad-target', 403]]);
    expect(placeOf(bench, UDP)).toBe(place);
    expect(told(bench, ok, 3, UDP)).toBe(200);
  });
});

describe('where only we can go', () => {
  it('is not gone to for a peer whose connection is closed', () => {
    for (const contact of ['<sip:a@127.0.0.1:22;transport=tcp>', '<sip:a@10.0.0.5:6379>']) {
      const bench = new Bench();
      established(bench, { contact }, TCP);
      bench.execute({ type: 'closed', flow: TCP });
      say(bench, 'x');
      expect(bench.take().map(({ to }) => to?.remote.address)).toEqual(['192.0.2.2']);
    }
  });

  it('is not gone to by a name, either', () => {
    const bench = new Bench();
    established(bench, { contact: '<sip:a@inside.example.com>' });
    say(bench, 'x');
    const { request: unlocated } = bench.event('unlocated');
    const at = (address: string): Flow => ({ transport: 'udp', remote: { address, port: 5060 } });
    const hops = [at('127.0.0.1'), at('169.254.169.254'), at('255.255.255.255')];
    bench.execute({ type: 'located', request: unlocated, hops });
    expect(bench.take().map(({ to }) => to?.remote.address)).toEqual(['192.0.2.2']);
  });
});

import { describe, expect, it } from '@jest/globals';
import type { Flow } from '@usher/core/adapter';

import { parseAuthorization } from '../../src/authentication/authorization.js';
import { digestResponse, hashedPassword } from '../../src/authentication/digest-response.js';
import type { InviteClientUsage } from '../../src/dialog/invite-client-usage.js';
import { nodeDigestHash } from '../../src/node/node-digest-hash.js';
import type { SipRequest } from '../../src/syntax/message.js';
import { Asking, BOT, credentials } from './asking.js';
import { Bench, readRequest, TCP } from './bench.js';
import { established, OFFER, response, say } from './peer.js';

const T1 = 500;
const ALICE = 'sip:alice@192.0.2.2:5080';
const ANSWER = {
  extra: ['Content-Type: application/sdp'],
  body: OFFER,
  contact: `<${ALICE}>`,
};

/** Invites a peer; the INVITE that left. */
function invite(bench: Bench, uri = ALICE): SipRequest {
  bench.execute({
    type: 'invite',
    reference: 1,
    parts: {
      uri,
      from: '<sip:bot@example.com>',
      user: 'bot',
      fields: [['Content-Type', 'application/sdp']],
      body: new TextEncoder().encode(OFFER),
    },
  });
  return bench.request();
}

function page(bench: Bench, wish: { uri?: string; reference?: number; text?: string } = {}): void {
  const { uri = ALICE, reference = 1, text = 'hello' } = wish;
  bench.execute({
    type: 'page',
    reference,
    parts: {
      uri,
      from: '<sip:bot@example.com>;tag=ours',
      callId: `page-${reference}`,
      sequence: 1,
      fields: [['Content-Type', 'text/plain']],
      body: new TextEncoder().encode(text),
    },
  });
}

const usageOf = (bench: Bench): InviteClientUsage => bench.event('inviting').usage;

/** All requests that have left since the last look, but for ACKs to what was refused. */
const requests = (bench: Bench): SipRequest[] => bench.take().map(readRequest);

/** The one request that has left, besides the ACK to what was refused. */
function again(bench: Bench): SipRequest {
  const [one, ...more] = requests(bench).filter(({ method }) => method !== 'ACK');
  if (one === undefined || more.length > 0) throw new Error('one request was expected');
  return one;
}

/** Proofs that a request carries, of both kinds. */
const proofs = (request: SipRequest): string[] => [
  ...request.all('Authorization'),
  ...request.all('Proxy-Authorization'),
];

const countOf = (request: SipRequest): string | undefined =>
  /nc=(\w+)/.exec(proofs(request)[0] ?? '')?.[1];

const told = (bench: Bench): [string, string][] =>
  bench.events.flatMap((event) => (event.type === 'violated' ? [[event.code, event.message]] : []));
const delivered = (bench: Bench): [number, number][] =>
  bench.events.flatMap((event) =>
    event.type === 'delivered' ? [[event.reference, event.status]] : [],
  );

/** A session that we invited to, and whose INVITE was challenged on the way. */
function session(bench: Bench, asking: Asking): SipRequest {
  bench.receive(asking.challenge(invite(bench)));
  const proven = again(bench);
  bench.receive(response(proven, 200, 'OK', ANSWER));
  return proven;
}

function message(bench: Bench, reference = 1): void {
  const fields = [['Content-Type', 'text/plain']] as const;
  const body = new TextEncoder().encode('hello');
  bench.execute({ type: 'message', usage: usageOf(bench), reference, fields, body });
}

describe.each(['peer', 'proxy'] as const)('an INVITE of ours that a %s challenges', (who) => {
  it('is sent again with a proof that holds: the same but for its CSeq and branch (RFC 3261, 22.2)', () => {
    const [bench, asking] = [new Bench({ credentials: credentials() }), new Asking(who)];
    const first = invite(bench);
    expect(proofs(first)).toEqual([]);
    bench.receive(asking.challenge(first));
    const [ack, second, ...more] = requests(bench);
    if (ack === undefined || second === undefined) throw new Error('two requests were expected');
    expect(more).toEqual([]);
    expect([ack.method, ack.cseq.number, ack.via.branch]).toEqual(['ACK', 1, first.via.branch]);
    expect(asking.verdict(second)).toMatchObject({ type: 'verified', username: 'bot' });
    expect([second.callId, second.from.raw, second.to.raw, second.uri]).toEqual([
      first.callId,
      first.from.raw,
      first.to.raw,
      first.uri,
    ]);
    expect(second.toTag).toBeUndefined();
    expect(second.cseq).toMatchObject({ number: 2, method: 'INVITE' });
    expect(second.via.branch).not.toBe(first.via.branch);
    expect(second.body).toEqual(first.body);
    expect(bench.types).toEqual(['inviting']);
  });

  it('has its proof in the ACK to its 2xx as well, letter by letter (RFC 3261, 22.1)', () => {
    const [bench, asking] = [new Bench({ credentials: credentials() }), new Asking(who)];
    const proven = session(bench, asking);
    const ack = bench.request();
    expect([ack.method, ack.cseq.number]).toEqual(['ACK', 2]);
    expect(proofs(proven)).toHaveLength(1);
    expect(proofs(ack)).toEqual(proofs(proven));
    bench.receive(response(proven, 200, 'OK', ANSWER));
    expect(proofs(bench.request())).toEqual(proofs(proven));
    expect(bench.types).toEqual(['inviting', 'established']);
  });

  it('begins a session in which nobody has to ask again', () => {
    const [bench, asking] = [new Bench({ credentials: credentials() }), new Asking(who)];
    session(bench, asking);
    bench.take();
    for (const [index, count] of ['00000002', '00000003', '00000004'].entries()) {
      message(bench, index);
      const sent = bench.request();
      expect([sent.cseq.number, countOf(sent)]).toEqual([index + 3, count]);
      expect(asking.verdict(sent).type).toBe('verified');
      bench.receive(response(sent, 200));
    }
    bench.execute({ type: 'bye', usage: usageOf(bench) });
    const bye = bench.request();
    expect([bye.method, bye.cseq.number, asking.verdict(bye).type]).toEqual(['BYE', 6, 'verified']);
  });

  it('comes to the challenge itself where the password is wrong, after one answer', () => {
    const wrong = { ...BOT, password: 'guessed' };
    const [bench, asking] = [new Bench({ credentials: credentials(wrong) }), new Asking(who)];
    bench.receive(asking.challenge(invite(bench)));
    const second = again(bench);
    expect(asking.verdict(second)).toMatchObject({ why: 'wrong-response' });
    bench.receive(asking.challenge(second, 1));
    expect(requests(bench).map(({ method }) => method)).toEqual(['ACK']);
    const status = who === 'peer' ? 401 : 407;
    expect(bench.event('declined')).toMatchObject({ status, text: 'Who Are You' });
    expect(told(bench)).toEqual([
      [
        'wrong-credentials',
        `INVITE comes to ${status}: the realm "example.com" does not take our username and password`,
      ],
    ]);
    bench.elapse(64 * T1);
    expect(bench.endpoint.counts).toMatchObject({ client: 0, dialogs: 0 });
  });
});

describe('an INVITE of ours that is challenged', () => {
  it('by a proxy and then by the peer proves itself to both', () => {
    const bench = new Bench({ credentials: credentials({ ...BOT, realm: undefined }) });
    const proxy = new Asking('proxy', { realm: 'proxy.example.com' });
    const peer = new Asking('peer');
    bench.receive(proxy.challenge(invite(bench)));
    const second = again(bench);
    bench.receive(peer.challenge(second));
    const third = again(bench);
    expect([proxy.verdict(third).type, peer.verdict(third).type]).toEqual(['verified', 'verified']);
    expect(third.cseq.number).toBe(3);
    expect(proofs(third)).toHaveLength(2);
  });

  it('by several proxies at once, as a forked one is, answers all of them together', () => {
    const bench = new Bench({ credentials: credentials({ ...BOT, realm: undefined }) });
    const proxies = ['one', 'two', 'three'].map((realm) => new Asking('proxy', { realm }));
    const extra = proxies.flatMap((proxy) => proxy.fields());
    bench.receive(response(invite(bench), 407, 'Who Are You', { extra }));
    const second = again(bench);
    expect(proxies.map((proxy) => proxy.verdict(second).type)).toEqual(
      proxies.map(() => 'verified'),
    );
  });

  it('by a nonce that is stale is sent once more, and not for ever', () => {
    const [bench, asking] = [new Bench({ credentials: credentials() }), new Asking()];
    bench.receive(asking.challenge(invite(bench)));
    const second = again(bench);
    bench.receive(asking.challenge(second, 10, true));
    const third = again(bench);
    expect(asking.verdict(third, 10).type).toBe('verified');
    bench.receive(asking.challenge(third, 20, true));
    expect(requests(bench).map(({ method }) => method)).toEqual(['ACK']);
    expect(bench.event('declined').status).toBe(401);
  });

  it('where only MD5 is offered is not sent again, unless the configuration allows MD5', () => {
    const asking = new Asking('peer', { algorithms: ['MD5'] });
    const bench = new Bench({ credentials: credentials() });
    bench.receive(asking.challenge(invite(bench)));
    expect(requests(bench).map(({ method }) => method)).toEqual(['ACK']);
    expect(bench.event('declined').status).toBe(401);
    expect(told(bench)).toEqual([
      [
        'weak-challenge',
        'INVITE comes to 401: the realm "example.com" offers only MD5, which our credentials do not allow',
      ],
    ]);
    const old = new Bench({ credentials: credentials({ ...BOT, algorithms: ['SHA-256', 'MD5'] }) });
    old.receive(asking.challenge(invite(old)));
    expect(asking.verdict(again(old)).type).toBe('verified');
  });

  it('in a realm in which we are nobody is not sent again', () => {
    const asking = new Asking('proxy', { realm: 'evil.example' });
    const bench = new Bench({ credentials: credentials() });
    bench.receive(asking.challenge(invite(bench)));
    expect(requests(bench).map(({ method }) => method)).toEqual(['ACK']);
    expect(bench.event('declined').status).toBe(407);
    expect(told(bench)).toEqual([
      [
        'unknown-realm',
        'INVITE comes to 407: there are no credentials for the realm "evil.example"',
      ],
    ]);
  });

  it('where we have no credentials at all comes to what was answered, and nothing is wrong with that', () => {
    const [bench, asking] = [new Bench(), new Asking()];
    bench.receive(asking.challenge(invite(bench)));
    expect(requests(bench).map(({ method }) => method)).toEqual(['ACK']);
    expect(bench.types).toEqual(['inviting', 'declined']);
    expect(bench.event('declined')).toMatchObject({ status: 401, text: 'Who Are You' });
  });

  it('with its body protected, where only that is offered (auth-int)', () => {
    const bench = new Bench({ credentials: credentials() });
    const first = invite(bench);
    const extra = [
      'WWW-Authenticate: Digest realm="example.com", nonce="n", algorithm=SHA-256, qop="auth-int"',
    ];
    bench.receive(response(first, 401, 'Who Are You', { extra }));
    const second = again(bench);
    const proof = parseAuthorization(proofs(second)[0] ?? '');
    if (proof === undefined || proof instanceof Error || proof.protection === undefined) {
      throw new Error('no proof');
    }
    expect(proof.protection.qop).toBe('auth-int');
    const ha1 = hashedPassword(nodeDigestHash, 'SHA-256', 'bot', 'example.com', 'open sesame');
    const { nonce, protection, uri } = proof;
    const parts = { nonce, protection, uri, method: 'INVITE', body: second.body };
    expect(proof.response).toBe(digestResponse(nodeDigestHash, 'SHA-256', ha1, parts));
  });

  it('goes the same way again, over the connection that it has', () => {
    const [bench, asking] = [new Bench({ credentials: credentials() }), new Asking()];
    const first = invite(bench, 'sip:alice@192.0.2.2:40000;transport=tcp');
    bench.receive(asking.challenge(first), TCP);
    const ways = bench.take().map(({ to }) => `${to?.transport} ${to?.remote.port}`);
    expect(ways).toEqual(['tcp 40000', 'tcp 40000']);
  });

  it('of which the first hop is dead goes on with the hop that challenged it', () => {
    const [bench, asking] = [new Bench({ credentials: credentials() }), new Asking()];
    bench.execute({
      type: 'invite',
      reference: 1,
      parts: {
        uri: 'sip:alice@example.com',
        from: '<sip:bot@example.com>',
        user: 'bot',
        fields: [],
        body: new Uint8Array(),
      },
    });
    const hops: Flow[] = ['192.0.2.21', '192.0.2.22', '192.0.2.23'].map((address) => ({
      transport: 'udp',
      remote: { address, port: 5060 },
    }));
    bench.execute({ type: 'located', request: bench.event('unlocated').request, hops });
    bench.receive(response(bench.request(), 503, 'Busy'));
    const atSecond = again(bench);
    bench.receive(asking.challenge(atSecond));
    const sent = bench.take().filter(({ text }) => text.startsWith('INVITE'));
    expect(sent.map(({ to }) => to?.remote.address)).toEqual(['192.0.2.22']);
    // And from there to the next one, with a proof of its own.
    bench.receive(response(readRequest(sent[0] ?? { bytes: new Uint8Array() }), 503, 'Busy'));
    const third = bench.take().filter(({ text }) => text.startsWith('INVITE'));
    expect(third.map(({ to }) => to?.remote.address)).toEqual(['192.0.2.23']);
    const last = readRequest(third[0] ?? { bytes: new Uint8Array() });
    expect([last.cseq.number, countOf(last), asking.verdict(last).type]).toEqual([
      2,
      '00000002',
      'verified',
    ]);
  });
});

describe('an INVITE of ours that is taken back', () => {
  it('while the challenge is on the way is not sent again', () => {
    const [bench, asking] = [new Bench({ credentials: credentials() }), new Asking()];
    const first = invite(bench);
    bench.execute({ type: 'cancel', usage: usageOf(bench) });
    bench.receive(asking.challenge(first));
    expect(requests(bench).map(({ method }) => method)).toEqual(['ACK']);
    expect(bench.event('declined')).toMatchObject({ status: 487 });
    expect(told(bench)).toEqual([]);
    bench.elapse(64 * T1);
    expect(bench.endpoint.counts).toMatchObject({ client: 0, dialogs: 0 });
  });

  it('after the challenge is cancelled as it was sent last, once that has arrived, and without a proof', () => {
    const [bench, asking] = [new Bench({ credentials: credentials() }), new Asking()];
    const first = invite(bench);
    bench.receive(response(first, 100, 'Trying'));
    bench.receive(asking.challenge(first));
    const second = again(bench);
    bench.execute({ type: 'cancel', usage: usageOf(bench) });
    // RFC 3261, 9.1: the provisional answer to the first one says nothing of the second.
    expect(bench.take()).toEqual([]);
    bench.receive(response(second, 100, 'Trying'));
    const cancel = bench.request();
    expect([cancel.method, cancel.cseq.number, cancel.via.branch, cancel.callId]).toEqual([
      'CANCEL',
      2,
      second.via.branch,
      second.callId,
    ]);
    expect(proofs(cancel)).toEqual([]);
    bench.receive(response(cancel, 200));
    bench.receive(response(second, 487, 'Request Terminated'));
    expect(bench.event('declined').status).toBe(487);
  });

  it('and accepted all the same hears ACK with the proof, and BYE', () => {
    const [bench, asking] = [new Bench({ credentials: credentials() }), new Asking()];
    bench.receive(asking.challenge(invite(bench)));
    const second = again(bench);
    bench.execute({ type: 'cancel', usage: usageOf(bench) });
    bench.receive(response(second, 200, 'OK', ANSWER));
    const [ack, bye] = requests(bench);
    if (ack === undefined || bye === undefined) throw new Error('ACK and BYE were expected');
    expect([ack.method, bye.method, bye.cseq.number]).toEqual(['ACK', 'BYE', 3]);
    expect(proofs(ack)).toEqual(proofs(second));
    expect(asking.verdict(bye).type).toBe('verified');
    // Where that is not enough, the BYE proves itself anew.
    bench.receive(asking.challenge(bye, 10, true));
    expect(asking.verdict(again(bench), 10).type).toBe('verified');
  });

  it('on its way to the next hop is cancelled there only once it has arrived', () => {
    const bench = new Bench();
    bench.execute({
      type: 'invite',
      reference: 1,
      parts: {
        uri: 'sip:a@example.com',
        from: '<sip:b@example.com>',
        user: 'b',
        fields: [],
        body: new Uint8Array(),
      },
    });
    const hops: Flow[] = ['192.0.2.21', '192.0.2.22'].map((address) => ({
      transport: 'udp',
      remote: { address, port: 5060 },
    }));
    bench.execute({ type: 'located', request: bench.event('unlocated').request, hops });
    const first = bench.request();
    bench.receive(response(first, 180, 'Ringing'));
    bench.receive(response(first, 503, 'Busy'));
    const second = again(bench);
    bench.execute({ type: 'cancel', usage: usageOf(bench) });
    expect(bench.take()).toEqual([]);
    bench.receive(response(second, 180, 'Ringing'));
    expect(bench.request().via.branch).toBe(second.via.branch);
  });
});

describe('within a session to which we were invited', () => {
  it('a MESSAGE that is challenged goes again, and those after it are not challenged any more', () => {
    const [bench, asking] = [new Bench({ credentials: credentials() }), new Asking()];
    established(bench);
    bench.take();
    say(bench, 'one', 1);
    const first = bench.request();
    bench.receive(asking.challenge(first));
    const second = bench.request();
    expect([first.cseq.number, second.cseq.number]).toEqual([1, 2]);
    expect([second.callId, second.from.raw, second.to.raw]).toEqual([
      first.callId,
      first.from.raw,
      first.to.raw,
    ]);
    expect(second.via.branch).not.toBe(first.via.branch);
    expect(asking.verdict(second).type).toBe('verified');
    bench.receive(response(second, 200));
    say(bench, 'two', 2);
    const third = bench.request();
    expect([third.cseq.number, countOf(third)]).toEqual([3, '00000002']);
    bench.receive(response(third, 200));
    expect(delivered(bench)).toEqual([
      [1, 200],
      [2, 200],
    ]);
  });

  it('the CSeq of what goes again is above that of what went meanwhile', () => {
    const [bench, asking] = [new Bench({ credentials: credentials() }), new Asking()];
    established(bench);
    bench.take();
    say(bench, 'one', 1);
    const first = bench.request();
    say(bench, 'two', 2);
    const second = bench.request();
    bench.receive(asking.challenge(first));
    const third = bench.request();
    bench.receive(asking.challenge(second));
    const fourth = bench.request();
    const sent = [first, second, third, fourth];
    expect(sent.map(({ cseq }) => cseq.number)).toEqual([1, 2, 3, 4]);
    expect(sent.map(({ body }) => new TextDecoder().decode(body))).toEqual([
      'one',
      'two',
      'one',
      'two',
    ]);
    for (const request of [fourth, third]) {
      expect(asking.verdict(request).type).toBe('verified');
      bench.receive(response(request, 200));
    }
    expect(delivered(bench)).toEqual([
      [2, 200],
      [1, 200],
    ]);
  });

  it('a BYE that is challenged ends the session all the same', () => {
    const [bench, asking] = [new Bench({ credentials: credentials() }), new Asking('proxy')];
    established(bench);
    bench.take();
    bench.execute({ type: 'bye', usage: bench.event('invited').usage });
    bench.receive(asking.challenge(bench.request()));
    const second = bench.request();
    expect([second.method, second.cseq.number]).toEqual(['BYE', 2]);
    expect(asking.verdict(second).type).toBe('verified');
    expect(bench.types).not.toContain('ended');
    bench.receive(response(second, 200));
    expect(bench.event('ended')).toMatchObject({ by: 'us', status: 200 });
    bench.elapse(64 * T1);
    expect(bench.endpoint.counts).toMatchObject({ dialogs: 0, client: 0 });
  });

  it('a message that cannot be proven fails with what was answered, and the session goes on', () => {
    const wrong = { ...BOT, password: 'guessed' };
    const [bench, asking] = [new Bench({ credentials: credentials(wrong) }), new Asking()];
    established(bench);
    bench.take();
    for (const reference of [1, 2]) {
      say(bench, 'hello', reference);
      bench.receive(asking.challenge(bench.request()));
      bench.receive(asking.challenge(bench.request()));
      expect(bench.take()).toEqual([]);
    }
    expect(delivered(bench)).toEqual([
      [1, 401],
      [2, 401],
    ]);
    expect(bench.types).not.toContain('ended');
    expect(told(bench)[0]).toEqual([
      'wrong-credentials',
      'MESSAGE comes to 401: the realm "example.com" does not take our username and password',
    ]);
  });
});

describe('a message outside any session', () => {
  it('that is challenged goes again under the same Call-ID, and its fate is told once', () => {
    const [bench, asking] = [new Bench({ credentials: credentials() }), new Asking()];
    page(bench);
    const first = bench.request();
    bench.receive(asking.challenge(first));
    const second = bench.request();
    expect([second.callId, second.fromTag, second.cseq.number]).toEqual([
      first.callId,
      first.fromTag,
      2,
    ]);
    expect(asking.verdict(second).type).toBe('verified');
    expect(delivered(bench)).toEqual([]);
    bench.receive(response(second, 202, 'Accepted'));
    expect(delivered(bench)).toEqual([[1, 202]]);
  });

  it('takes its proof along to where one was asked for before, and to nobody else', () => {
    const transports = ['udp', 'tcp', 'tls'];
    const [bench, asking] = [new Bench({ credentials: credentials(), transports }), new Asking()];
    page(bench);
    bench.receive(asking.challenge(bench.request()));
    bench.receive(response(bench.request(), 200));
    page(bench, { reference: 2, uri: 'sip:carol@192.0.2.2:5080' });
    const next = bench.request();
    expect([countOf(next), asking.verdict(next).type]).toEqual(['00000002', 'verified']);
    // By `sips`, it goes to the same place on another way, and in clear to nobody who was asked by TLS.
    for (const uri of [
      'sip:alice@192.0.2.2:5081',
      'sip:alice@192.0.2.3:5080',
      'sips:alice@192.0.2.2:5080',
    ]) {
      page(bench, { reference: 3, uri });
      expect(proofs(bench.request())).toEqual([]);
    }
  });

  it('is not remembered by what a proxy of others asked, but by what our own asked (RFC 3261, 22.3)', () => {
    const [bench, asking] = [new Bench({ credentials: credentials() }), new Asking('proxy')];
    page(bench);
    bench.receive(asking.challenge(bench.request()));
    bench.receive(response(bench.request(), 200));
    page(bench, { reference: 2 });
    expect(proofs(bench.request())).toEqual([]);

    const route = { value: '<sip:192.0.2.9;lr>', uri: 'sip:192.0.2.9;lr' };
    const parts = (callId: string, uri: string) => ({
      uri,
      route,
      from: '<sip:bot@example.com>;tag=ours',
      callId,
      sequence: 1,
      fields: [['Content-Type', 'text/plain']] as const,
      body: new Uint8Array(3),
    });
    bench.execute({ type: 'page', reference: 3, parts: parts('3', 'sip:a@example.com') });
    bench.receive(asking.challenge(bench.request()));
    bench.receive(response(bench.request(), 200));
    bench.execute({ type: 'page', reference: 4, parts: parts('4', 'sip:b@example.org') });
    expect(countOf(bench.request())).toBe('00000002');
  });

  it('that grows too large for a datagram by its proof is not sent', () => {
    const [bench, asking] = [new Bench({ credentials: credentials() }), new Asking()];
    page(bench, { text: 'x'.repeat(900) });
    bench.receive(asking.challenge(bench.request()));
    expect(bench.take()).toEqual([]);
    expect(delivered(bench)).toEqual([[1, 413]]);
  });

  it('heeds the nonce that the peer wants next, and tells of one that does not know the password itself', () => {
    const [bench, asking] = [new Bench({ credentials: credentials() }), new Asking()];
    page(bench);
    bench.receive(asking.challenge(bench.request()));
    const next = /nonce="([^"]+)"/.exec(asking.fields(5)[0] ?? '')?.[1] ?? '';
    const informed = (info: string): Parameters<typeof response>[3] => ({
      extra: [`Authentication-Info: ${info}`],
    });
    bench.receive(response(bench.request(), 200, 'OK', informed(`nextnonce="${next}"`)));
    page(bench, { reference: 2 });
    const second = bench.request();
    expect([asking.verdict(second, 5).type, countOf(second)]).toEqual(['verified', '00000001']);
    const lie = `rspauth="${'0'.repeat(64)}"`;
    bench.receive(response(second, 200, 'OK', informed(lie)));
    expect(told(bench)).toEqual([['false-proof', expect.stringContaining('password')]]);
    expect(delivered(bench)).toEqual([
      [1, 200],
      [2, 200],
    ]);
    page(bench, { reference: 3 });
    expect(proofs(bench.request())).toEqual([]);
  });
});

it('nobody is asked twice by the loss of a datagram: what is sent again is the same, octet by octet', () => {
  const [bench, asking] = [new Bench({ credentials: credentials() }), new Asking()];
  page(bench);
  bench.receive(asking.challenge(bench.request()));
  bench.elapse(3 * T1);
  const sent = bench.take().map(({ text }) => text);
  expect(sent.length).toBeGreaterThan(1);
  expect(new Set(sent).size).toBe(1);
});

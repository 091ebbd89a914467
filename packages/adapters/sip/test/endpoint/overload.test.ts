/** What the endpoint does with what comes while there is no time for all of it (RFC 7339; RFC 3261, 21.5.4). */
import type { Flow } from '@usher/core/adapter';
import { describe, expect, it } from '@jest/globals';

import { parseChallenge } from '../../src/authentication/challenge.js';
import type { EndpointOptions } from '../../src/endpoint/endpoint-options.js';
import { Trust } from '../../src/endpoint/trust.js';
import { nodeDigestHash } from '../../src/node/node-digest-hash.js';
import { answer as authorization, serverOf } from '../authentication/stage.js';
import { Bench, readResponse, TCP, UDP } from './bench.js';
import { ack, answer, established, invite, request, within } from './peer.js';

/** An endpoint with little room, so that little fills it. */
const NARROW: Partial<EndpointOptions> = {
  overload: {
    invitations: { places: 2, patience: 20 },
    source: { perSecond: 1_000, burst: 1_000 },
  },
};

/** An endpoint before which there was nothing to do. */
function made(options: Partial<EndpointOptions>, bench = new Bench(options)): Bench {
  bench.execute({ type: 'turn' });
  bench.events.splice(0);
  return bench;
}

/** So much comes that whatever follows has to wait for a turn. */
function crowd(bench: Bench): void {
  for (const left of [4, 1]) {
    bench.execute({ type: 'turn' });
    bench.now += left;
  }
  bench.receive(request('OPTIONS', { callId: 'before' }));
  bench.take();
  bench.now += 9;
}

/** Invites so often, each time as somebody else. */
function inviteOften(bench: Bench, count: number, from: Flow = UDP, via?: string): void {
  for (let number = 0; number < count; number += 1) {
    bench.receive(
      invite({
        callId: `often-${bench.now}-${number}-${from.remote.address}`,
        from: `<sip:a${number}@example.com>;tag=peer`,
        ...(via !== undefined && { via: via.replace('#', `${bench.now}-${number}`) }),
      }),
      from,
    );
  }
}

function statuses(bench: Bench): number[] {
  return bench.take().map((sent) => readResponse(sent).status);
}

describe('while there is time for everything', () => {
  it('all is dealt with at once, and a turn is asked for to see whether it stays so', () => {
    const bench = made(NARROW);
    bench.receive(request('OPTIONS'));
    expect(bench.response().status).toBe(200);
    expect(bench.types).toEqual(['crowded']);
    bench.execute({ type: 'turn' });
    expect(bench.take()).toEqual([]);
  });
});

describe('while there is not', () => {
  it('what comes waits for its turn, and talk in progress goes first', () => {
    const bench = made(NARROW);
    const ok = established(bench);
    crowd(bench);
    bench.receive(invite({ callId: 'new', tag: 'new' }));
    bench.receive(within(ok, 'MESSAGE', 2, { extra: ['Content-Type: text/plain'], body: 'a' }));
    expect(bench.take()).toEqual([]);
    bench.events.splice(0);
    bench.execute({ type: 'turn' });
    expect(bench.types.filter((type) => type !== 'crowded')).toEqual(['message', 'invited']);
  });

  it('an invitation for which there is no room hears 503, without Retry-After, and nothing is kept of it', () => {
    const bench = made(NARROW);
    crowd(bench);
    inviteOften(bench, 45);
    const refusals = bench.take().map(readResponse);
    expect(refusals.length).toBeGreaterThan(2);
    for (const refusal of refusals) {
      expect(refusal.status).toBe(503);
      expect(refusal.get('Retry-After')).toBeUndefined();
    }
    expect(bench.endpoint.counts).toMatchObject({ server: 1, pending: 0 });
    expect(bench.endpoint.state(bench.now).overload?.refused[2]).toBe(refusals.length);
  });

  it('messages of a stream are refused one by one, and the stream is read on', () => {
    const bench = made(NARROW);
    crowd(bench);
    inviteOften(bench, 45, TCP);
    expect(new Set(statuses(bench))).toEqual(new Set([503]));
    bench.execute({ type: 'turn' });
    expect(bench.types.filter((type) => type === 'invited')).not.toEqual([]);
  });

  it('what waited too long is refused in the next turn', () => {
    const bench = made(NARROW);
    crowd(bench);
    inviteOften(bench, 1);
    bench.now += 201;
    bench.execute({ type: 'turn' });
    expect(bench.response().status).toBe(503);
    expect(bench.types).not.toContain('invited');
  });

  it('a peer that is trusted has no rate of a source, and one that is not goes behind', () => {
    const rates = { source: { perSecond: 1, burst: 1 }, invitations: { places: 40 } };
    const proxy = { ...UDP, remote: { address: '198.51.100.1', port: 5060 } };
    const bench = made({ overload: rates, trust: new Trust({ networks: ['198.51.100.0/24'] }) });
    crowd(bench);
    inviteOften(bench, 3);
    inviteOften(bench, 3, proxy, 'SIP/2.0/UDP 198.51.100.1:5060;branch=z9hG4bK#');
    bench.execute({ type: 'turn' });
    const first = bench.events.flatMap((event) =>
      event.type === 'invited' ? [event.transaction.source.remote.address] : [],
    );
    expect(first.slice(0, 3)).toEqual(Array.from({ length: 3 }, () => proxy.remote.address));
  });
});

describe('the load that clients are told of in the top Via (RFC 7339, 4)', () => {
  const OFFERING = 'SIP/2.0/UDP 192.0.2.2:5080;branch=z9hG4bK#;oc;oc-algo="loss"';

  it('is nothing where nothing is refused, in provisional answers and in final ones', () => {
    const bench = made({ overload: {} });
    bench.receive(invite({ via: OFFERING.replace('#', 'first') }));
    bench.elapse(250);
    answer(bench, 200);
    const [trying, ok] = bench.take().map(readResponse);
    expect([trying?.status, ok?.status]).toEqual([100, 200]);
    for (const each of [trying, ok]) {
      expect(each?.via.params.get('oc')).toBe('0');
      expect(each?.via.params.get('oc-validity')).toBe('0');
      expect(each?.via.params.get('oc-algo')).toBe('loss');
      expect(each?.via.params.get('oc-seq')).toMatch(/^\d+\.\d+$/);
    }
  });

  it('is what was refused of late, in refusals, too', () => {
    const bench = made(NARROW);
    // Whoever acknowledges an acceptance has proved to be there.
    established(bench);
    crowd(bench);
    inviteOften(bench, 200, UDP, OFFERING);
    bench.take();
    bench.now += 150;
    bench.receive(request('OPTIONS', { via: OFFERING.replace('#', 'asking') }));
    bench.execute({ type: 'turn' });
    bench.execute({ type: 'turn' });
    const last = bench.take().map(readResponse).at(-1);
    expect(Number(last?.via.params.get('oc'))).toBeGreaterThan(50);
    expect(last?.via.params.get('oc-validity')).toBe('500');
  });

  it('is not told to those who do not ask', () => {
    const bench = made({ overload: {} });
    bench.receive(request('OPTIONS'));
    expect(bench.response().via.params.has('oc')).toBe(false);
  });

  it('is not told where overload is not controlled', () => {
    const bench = new Bench();
    bench.receive(request('OPTIONS', { via: OFFERING.replace('#', 'first') }));
    expect(bench.response().via.params.get('oc')).toBeUndefined();
  });
});

describe('OPTIONS', () => {
  /** Refuses somebody who is there, in every second for so many of them. */
  function shed(bench: Bench, seconds: number): void {
    for (let second = 0; second < seconds * 2; second += 1) {
      crowd(bench);
      inviteOften(bench, 60);
      bench.now += 486;
      for (let turn = 0; turn < 9; turn += 1) bench.execute({ type: 'turn' });
    }
    bench.take();
  }

  it('hears 503 once what is new has been refused for more than ten seconds, and 200 a second after that ends', () => {
    const bench = made(NARROW);
    established(bench);
    shed(bench, 9);
    bench.receive(request('OPTIONS', { callId: 'asking-1' }));
    bench.execute({ type: 'turn' });
    expect(statuses(bench).at(-1)).toBe(200);
    shed(bench, 3);
    bench.receive(request('OPTIONS', { callId: 'asking-2' }));
    bench.execute({ type: 'turn' });
    expect(statuses(bench).at(-1)).toBe(503);
    expect(bench.endpoint.state(bench.now).sheddingFor).toBeGreaterThan(10_000);
    bench.now += 1_100;
    bench.receive(request('OPTIONS', { callId: 'asking-3' }));
    expect(bench.response().status).toBe(200);
  });

  it('hears 200 while the only ones refused are those who have never proved to be there', () => {
    const bench = made(NARROW, Bench.amongStrangers(NARROW));
    shed(bench, 12);
    bench.receive(request('OPTIONS', { callId: 'asking-4' }));
    bench.execute({ type: 'turn' });
    expect(statuses(bench).at(-1)).toBe(200);
  });

  it('hears 503 while the house is closing', () => {
    const bench = made({ overload: {} });
    bench.execute({ type: 'drain' });
    bench.receive(request('OPTIONS', { callId: 'asking-5' }));
    expect(bench.response().status).toBe(503);
  });
});

it('whoever acknowledges an acceptance of ours is no stranger any more', () => {
  const bench = made(NARROW);
  const stranger = { ...UDP, remote: { address: '198.51.100.9', port: 5060 } };
  bench.receive(invite());
  answer(bench, 200);
  const ok = bench.response();
  bench.receive(ack(ok));
  crowd(bench);
  inviteOften(bench, 1, stranger, 'SIP/2.0/UDP 198.51.100.9:5060;branch=z9hG4bK#');
  inviteOften(bench, 1);
  bench.events.splice(0);
  bench.execute({ type: 'turn' });
  const order = bench.events.flatMap((event) =>
    event.type === 'invited' ? [event.transaction.source.remote.address] : [],
  );
  expect(order).toEqual([UDP.remote.address, stranger.remote.address]);
});

describe('somebody who has proved who he is', () => {
  const URI = 'sip:bot@192.0.2.1';
  const ELSEWHERE: Flow = { ...UDP, remote: { address: '192.0.2.3', port: 5080 } };

  /** An endpoint that asks for passwords, and which he has been at from two places. */
  function guarded(): Bench {
    const options: Partial<EndpointOptions> = {
      overload: { identity: { perSecond: 1, burst: 2 } },
      authentication: { server: serverOf(), hash: nodeDigestHash },
    };
    return made(options, new Bench(options, undefined, [UDP, ELSEWHERE]));
  }

  /** The nonce that he is asked with there. */
  function nonceAt(bench: Bench, from: Flow): string {
    const { address } = from.remote;
    bench.receive(invite({ callId: `asked-${address}` }), from);
    bench.execute({ type: 'turn' });
    const challenge = parseChallenge(bench.response().get('WWW-Authenticate') ?? '');
    if (challenge === undefined || challenge instanceof Error) throw new Error('no challenge');
    return challenge.nonce;
  }

  /** Invites twice from there by the right password. */
  function inviteTwice(bench: Bench, nonce: string, from: Flow): void {
    for (const nc of ['00000001', '00000002']) {
      const proof = authorization({ nonce, method: 'INVITE', uri: URI, nc });
      const callId = `proven-${nc}-${from.remote.address}`;
      bench.receive(invite({ callId, extra: [`Authorization: ${proof}`] }), from);
    }
  }

  const invited = (bench: Bench): number => bench.types.filter((type) => type === 'invited').length;

  it('may invite as often as he likes while nobody waits', () => {
    const bench = guarded();
    const nonces = [UDP, ELSEWHERE].map((from) => [nonceAt(bench, from), from] as const);
    for (const [nonce, from] of nonces) inviteTwice(bench, nonce, from);
    expect(invited(bench)).toBe(4);
  });

  it('hears 480 beyond the rate of an identity while others wait, wherever he is, and when to come again', () => {
    const bench = guarded();
    const nonces = [UDP, ELSEWHERE].map((from) => [nonceAt(bench, from), from] as const);
    crowd(bench);
    bench.take();
    for (const [nonce, from] of nonces) inviteTwice(bench, nonce, from);
    for (let number = 0; number < 20; number += 1) {
      bench.receive(invite({ callId: `other-${number}`, from: `<sip:o${number}@b>;tag=peer` }));
    }
    expect(bench.take()).toEqual([]);
    bench.execute({ type: 'turn' });
    expect(invited(bench)).toBe(2);
    const refusals = bench.take().map(readResponse);
    expect(refusals.map(({ status }) => status)).toEqual([480, 480]);
    expect(refusals[0]?.get('Retry-After')).toBe('1');
  });
});

import { describe, expect, it } from '@jest/globals';
import { Address } from '@usher/core';
import type { Flow } from '@usher/core/adapter';

import { parseChallenge } from '../../src/authentication/challenge.js';
import type { DigestServer } from '../../src/authentication/digest-server.js';
import { nodeDigestHash } from '../../src/node/node-digest-hash.js';
import type { SipResponse } from '../../src/syntax/message.js';
import { bytesOf, verdicts } from '../syntax/corpora.js';
import { answer as authorization, type Answering, serverOf } from '../authentication/stage.js';
import { Bench, readResponse, TCP, UDP } from './bench.js';
import { ack, answer, invite, request, type Wish, within } from './peer.js';

const URI = 'sip:bot@192.0.2.1';
const TEXT = 'Content-Type: text/plain';
const ELSEWHERE: Flow = { ...UDP, remote: { address: '192.0.2.66', port: 5080 } };

/** An endpoint that lets Alice in by `open sesame`, and Bob by `secret`. */
function guarded(): { readonly bench: Bench; readonly server: DigestServer } {
  const server = serverOf();
  return { bench: new Bench({ authentication: { server, hash: nodeDigestHash } }), server };
}

const ask = (method: string, wish: Wish = {}): string =>
  method === 'INVITE'
    ? invite(wish)
    : request(method, { body: 'hello', ...wish, extra: [...(wish.extra ?? []), TEXT] });

/** The nonce that a 401 asks with. */
function nonceOf(response: SipResponse): string {
  const challenge = parseChallenge(response.get('WWW-Authenticate') ?? '');
  if (challenge === undefined || challenge instanceof Error) throw new Error('no challenge');
  return challenge.nonce;
}

/** What somebody who is asked says next. */
function proof(nonce: string, method: string, answering: Partial<Answering> = {}): string {
  return `Authorization: ${authorization({ nonce, method, uri: URI, ...answering })}`;
}

/** Asks without credentials, and with these next; what is answered to that. */
function proven(
  bench: Bench,
  method: string,
  answering: Partial<Answering> = {},
  wish: Wish = {},
): void {
  bench.receive(ask(method, wish));
  const nonce = nonceOf(bench.response());
  const extra = [proof(nonce, method, answering)];
  bench.receive(ask(method, { sequence: 2, ...wish, extra }));
}

const told = (bench: Bench): [string, string, number | undefined][] =>
  bench.events.flatMap((event) =>
    event.type === 'violated' ? [[event.code, event.message, event.status]] : [],
  );
const knocks = (bench: Bench): number =>
  bench.types.filter((type) => type === 'invited' || type === 'paged').length;

describe.each(['INVITE', 'MESSAGE'])('a stranger with %s', (method) => {
  const type = method === 'INVITE' ? 'invited' : 'paged';
  // Long enough that the challenge is no larger by datagram.
  const roomy = { body: 'hello '.repeat(60) };
  const wish: Wish = method === 'INVITE' ? {} : roomy;

  it('is asked for a proof by SHA-256, and nothing of it is told or kept', () => {
    const { bench, server } = guarded();
    bench.receive(ask(method, wish));
    const response = bench.response();
    expect(response.status).toBe(401);
    expect(parseChallenge(response.get('WWW-Authenticate') ?? '')).toMatchObject({
      realm: 'example.com',
      algorithm: 'SHA-256',
      qop: ['auth'],
      stale: false,
    });
    expect(bench.types).toEqual([]);
    expect(bench.endpoint.counts).toMatchObject({ server: 0, pending: 0, dialogs: 0 });
    expect([server.size, bench.endpoint.deadline]).toEqual([0, undefined]);
  });

  it('comes in by the right password, as the address that it proves', () => {
    const { bench } = guarded();
    proven(bench, method, {}, wish);
    expect(bench.event(type).provenance).toEqual({
      trusted: false,
      private: false,
      proven: true,
      identity: { how: 'digest', address: Address.parse('sip:alice@example.com') },
    });
    expect(knocks(bench)).toBe(1);
  });

  it('is let in once by a request that comes again and again', () => {
    const { bench } = guarded();
    bench.receive(ask(method, wish));
    const extra = [proof(nonceOf(bench.response()), method)];
    const again = ask(method, { sequence: 2, ...wish, extra });
    for (let time = 0; time < 3; time += 1) bench.receive(again);
    expect(knocks(bench)).toBe(1);
    expect(told(bench)).toEqual([]);
    for (const sent of bench.take()) expect(readResponse(sent).status).toBe(100);
  });

  it('is not let in by what was used before: it is asked anew, as with a nonce that is stale', () => {
    const { bench } = guarded();
    bench.receive(ask(method, wish));
    const extra = [proof(nonceOf(bench.response()), method)];
    bench.receive(ask(method, { sequence: 2, ...wish, extra }));
    bench.take();
    bench.receive(ask(method, { sequence: 3, callId: 'other', ...wish, extra }));
    const response = bench.response();
    expect(response.status).toBe(401);
    expect(response.get('WWW-Authenticate')).toContain('stale=true');
    expect(knocks(bench)).toBe(1);
    expect(told(bench)).toEqual([['unauthenticated', 'replayed', 401]]);
  });

  it('is not let in by what somebody at another address was asked', () => {
    const { bench } = guarded();
    bench.receive(ask(method, wish));
    const extra = [proof(nonceOf(bench.response()), method)];
    bench.receive(ask(method, { sequence: 2, ...wish, extra }), ELSEWHERE);
    expect(bench.response().status).toBe(401);
    expect(told(bench)).toEqual([['unauthenticated', 'unknown-nonce', 401]]);
    expect(knocks(bench)).toBe(0);
  });

  it('is told the same of a wrong password and of a user that is not there', () => {
    const answers = [{ password: 'wrong' }, { username: 'nobody' }].map((wrong) => {
      const { bench } = guarded();
      proven(bench, method, wrong, { ...wish, branch: 'z9hG4bKone' });
      expect(knocks(bench)).toBe(0);
      expect(told(bench)).toEqual([['unauthenticated', 'wrong-response', 401]]);
      expect(bench.endpoint.counts.server).toBe(0);
      return bench.take().map(({ text }) => text);
    });
    expect(answers[0]).toHaveLength(1);
    expect(answers[0]).toEqual(answers[1]);
  });

  it('is sent away with 403 and no trace where From is not an address of the user', () => {
    const { bench } = guarded();
    proven(bench, method, { username: 'bob', password: 'secret' }, wish);
    const response = bench.response();
    expect([response.status, response.get('WWW-Authenticate')]).toEqual([403, undefined]);
    expect(knocks(bench)).toBe(0);
    expect(told(bench)).toEqual([['unauthenticated', 'other-address', 403]]);
    expect(bench.endpoint.counts.server).toBe(0);
  });

  it('gets no answer by datagram that is larger than what it sent, and whoever operates the house hears why', () => {
    const { bench } = guarded();
    const via = 'SIP/2.0/UDP h;branch=z9hG4bKa';
    const small = request(method, { via, from: '<sip:a@b>;tag=1', to: '<sip:c@d>', contact: null });
    bench.receive(small);
    expect(bench.take()).toEqual([]);
    expect(told(bench)).toEqual([
      [
        'unauthenticated',
        'no-credentials; not answered: 401 would be larger than the request',
        undefined,
      ],
    ]);
    bench.receive(small, TCP);
    expect(bench.response().status).toBe(401);
  });

  it('never gets more octets by datagram than it sent, however long its request is', () => {
    let answered = 0;
    for (let length = 0; length < 400; length += 1) {
      const { bench } = guarded();
      const asked = request(method, { extra: [`Subject: ${'x'.repeat(length)}`] });
      bench.receive(asked);
      for (const { bytes } of bench.take()) {
        expect(bytes.length).toBeLessThanOrEqual(asked.length);
        answered += 1;
      }
    }
    expect(answered).toBeGreaterThan(0);
  });

  it('hears the same To tag each time it sends the same request (RFC 3261, 8.2.7)', () => {
    const { bench } = guarded();
    const tag = (): string | undefined => {
      bench.receive(ask(method, { ...wish, branch: 'z9hG4bKone' }));
      return bench.response().toTag;
    };
    const first = tag();
    // RFC 3261, 19.3: 32 bits and more, by 5 bits a character.
    expect(first).toMatch(/^[a-z2-7]{7}$/);
    expect(tag()).toBe(first);
  });

  it('hears 403 again for a request that comes again, as nobody remembers what it was told', () => {
    const { bench } = guarded();
    bench.receive(ask(method, wish));
    const extra = [
      proof(nonceOf(bench.response()), method, { username: 'bob', password: 'secret' }),
    ];
    const again = ask(method, { sequence: 2, ...wish, extra });
    const texts = [0, 500, 31_500, 120_000].map((later) => {
      bench.elapse(later);
      bench.receive(again);
      return bench.take().map(({ text }) => text);
    });
    expect(readResponse({ bytes: new TextEncoder().encode(texts[0]?.[0]) }).status).toBe(403);
    for (const text of texts) expect(text).toEqual(texts[0]);
  });

  it('hears 401 again for a request that comes again, as long as it is good for nothing', () => {
    const { bench } = guarded();
    bench.receive(ask(method, wish));
    const extra = [proof(nonceOf(bench.response()), method, { password: 'wrong' })];
    const again = ask(method, { sequence: 2, ...wish, extra });
    for (let time = 0; time < 3; time += 1) {
      bench.receive(again);
      const response = bench.response();
      expect([response.status, response.get('WWW-Authenticate')?.includes('stale')]).toEqual([
        401,
        false,
      ]);
    }
  });
});

describe('who needs no proof', () => {
  it('is whoever is in a dialog already, which other requests do not get into', () => {
    const { bench } = guarded();
    proven(bench, 'INVITE');
    answer(bench, 200);
    const ok = bench.take().map(readResponse).at(-1);
    if (ok === undefined) throw new Error('no answer');
    bench.receive(ack(ok, { sequence: 2 }));
    bench.receive(within(ok, 'MESSAGE', 3, { extra: [TEXT], body: 'hi' }));
    expect(bench.event('message').request.body).toHaveLength(2);
    bench.receive(within(ok, 'MESSAGE', 4, { extra: [TEXT], body: 'hi', toTag: 'guessed' }));
    expect(bench.response().status).toBe(481);
    bench.receive(within(ok, 'BYE', 5));
    expect(bench.response().status).toBe(200);
    expect(told(bench).map(([code]) => code)).toEqual(['unknown-dialog']);
  });

  it('is ACK, which is never answered, and CANCEL and BYE, of which nothing new comes', () => {
    const { bench } = guarded();
    bench.receive(request('ACK'));
    expect(bench.take()).toEqual([]);
    for (const method of ['CANCEL', 'BYE']) {
      bench.receive(request(method));
      expect(bench.response().status).toBe(481);
    }
    expect(knocks(bench)).toBe(0);
  });

  it('takes back an invitation that was let in', () => {
    const { bench } = guarded();
    proven(bench, 'INVITE', {}, { branch: 'z9hG4bKsame' });
    bench.take();
    bench.receive(request('CANCEL', { branch: 'z9hG4bKsame', sequence: 2 }));
    expect(bench.take().map((sent) => readResponse(sent).status)).toEqual([200, 487]);
    expect(bench.types).toContain('withdrawn');
  });
});

it('every other method outside a dialog needs a proof as well', () => {
  for (const method of ['OPTIONS', 'REGISTER', 'FROBNICATE']) {
    const { bench } = guarded();
    bench.receive(ask(method, { body: 'x'.repeat(400) }));
    expect(bench.response().status).toBe(401);
  }
});

it('the same invitation on another way is merged before anybody looks at its proof', () => {
  const { bench } = guarded();
  bench.receive(invite());
  const extra = [proof(nonceOf(bench.response()), 'INVITE')];
  bench.receive(invite({ sequence: 2, extra }));
  bench.take();
  bench.receive(invite({ sequence: 2, extra }));
  expect(bench.response().status).toBe(482);
  expect(told(bench).map(([code]) => code)).toEqual(['merged']);
});

it('a thousand strangers leave nothing behind', () => {
  const { bench, server } = guarded();
  for (let index = 0; index < 1_000; index += 1) {
    bench.receive(invite({ callId: `stranger-${index}` }));
  }
  expect(bench.take()).toHaveLength(1_000);
  expect(bench.events).toEqual([]);
  expect([bench.endpoint.deadline, server.size]).toEqual([undefined, 0]);
  expect(Object.values(bench.endpoint.counts)).toEqual([0, 0, 0, 0, 0]);
});

it('a nonce that was used is forgotten in its time', () => {
  const { bench, server } = guarded();
  proven(bench, 'INVITE');
  answer(bench, 486);
  bench.receive(request('ACK', { sequence: 2 }));
  expect(server.size).toBe(1);
  bench.elapse(121_000);
  expect(server.size).toBe(0);
  expect(bench.endpoint.deadline).toBeUndefined();
});

it('none of the torture messages of RFC 4475 comes in, or gets more octets by datagram than it has', () => {
  for (const { file } of verdicts('rfc4475/manifest.json')) {
    const { bench } = guarded();
    const bytes = bytesOf(`rfc4475/${file.slice(file.lastIndexOf('/') + 1)}`);
    bench.receive(bytes);
    expect(knocks(bench)).toBe(0);
    for (const sent of bench.take()) {
      if (sent.text.startsWith('SIP/2.0 401')) {
        expect(sent.bytes.length).toBeLessThanOrEqual(bytes.length);
      }
    }
  }
});

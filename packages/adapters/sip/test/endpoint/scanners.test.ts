/** What somebody learns who tries one name and password after the other. */
import { describe, expect, it } from '@jest/globals';
import type { Flow } from '@usher/core/adapter';

import { parseChallenge } from '../../src/authentication/challenge.js';
import { Trust } from '../../src/endpoint/trust.js';
import { nodeDigestHash } from '../../src/node/node-digest-hash.js';
import { answer as authorization, type Answering, serverOf } from '../authentication/stage.js';
import { Bench, readResponse, TCP, UDP } from './bench.js';
import { invite } from './peer.js';

const URI = 'sip:bot@192.0.2.1';
const MINUTES = 60_000;
const from = (address: string): Flow => ({ ...UDP, remote: { address, port: 5080 } });

function guarded(limits: { failures?: number; silence?: number } = {}, trust = new Trust()): Bench {
  return new Bench({
    authentication: { server: serverOf(), hash: nodeDigestHash, ...limits },
    trust,
  });
}

/** Asks, and answers the challenge like this; the statuses that came back. */
function attempt(bench: Bench, answering: Partial<Answering>, flow: Flow = UDP): number[] {
  const statuses: number[] = [];
  const hear = (): string[] =>
    bench.take().map((sent) => {
      const response = readResponse(sent);
      statuses.push(response.status);
      return response.get('WWW-Authenticate') ?? '';
    });
  bench.receive(invite({ callId: `${statuses.length}${bench.now}` }), flow);
  const [asked] = hear();
  if (asked === undefined) return statuses;
  const challenge = parseChallenge(asked);
  if (challenge === undefined || challenge instanceof Error) throw new Error(asked);
  const { nonce } = challenge;
  const extra = [
    `Authorization: ${authorization({ nonce, method: 'INVITE', uri: URI, ...answering })}`,
  ];
  bench.receive(invite({ sequence: 2, extra, callId: `${statuses.length}${bench.now}` }), flow);
  hear();
  return statuses;
}
const codes = (bench: Bench): string[] =>
  bench.events.flatMap((event) => (event.type === 'violated' ? [event.code] : []));

describe('a source that tries one password after the other', () => {
  it('is not heard for five minutes after ten, not even with the right one, and the house is told once', () => {
    const bench = guarded();
    for (let time = 0; time < 10; time += 1) {
      expect(attempt(bench, { password: `${time}` })).toEqual([401, 401]);
    }
    for (const answering of [{}, { password: 'wrong' }])
      expect(attempt(bench, answering)).toEqual([]);
    expect(codes(bench)).toEqual([...Array<string>(10).fill('unauthenticated'), 'shunned']);
    expect(bench.types).not.toContain('invited');
    bench.elapse(5 * MINUTES - 1);
    expect(attempt(bench, {})).toEqual([]);
    bench.elapse(1);
    expect(attempt(bench, {})).toEqual([401]);
    expect(bench.types).toContain('invited');
  });

  it('is one address, or one network of IPv6, by whatever transport and port', () => {
    const bench = guarded({ failures: 2 });
    attempt(bench, { password: 'x' }, from('2001:db8::1'));
    attempt(bench, { password: 'x' }, from('2001:db8::2'));
    expect(attempt(bench, {}, from('2001:db8::3'))).toEqual([]);
    expect(attempt(bench, {}, { ...TCP, remote: { address: '2001:db8::4', port: 1 } })).toEqual([]);
    expect(attempt(bench, {}, from('2001:db8:0:1::1'))).toEqual([401]);
  });

  it('fails likewise by coming as somebody else with the right one', () => {
    const bench = guarded({ failures: 2 });
    const bob = { username: 'bob', password: 'secret' };
    expect([attempt(bench, bob), attempt(bench, bob)]).toEqual([
      [401, 403],
      [401, 403],
    ]);
    expect(attempt(bench, {})).toEqual([]);
  });

  it('leaves nothing behind once it is forgotten', () => {
    const bench = guarded({ failures: 2, silence: MINUTES });
    attempt(bench, { password: 'x' });
    attempt(bench, { password: 'x' }, from('198.51.100.1'));
    bench.elapse(MINUTES);
    expect(bench.endpoint.deadline).toBeUndefined();
    attempt(bench, { password: 'x' });
    expect(attempt(bench, {})).toEqual([401]);
  });
});

describe('nobody is shut out', () => {
  it('by somebody else who sends from their address what was not asked there', () => {
    const bench = guarded({ failures: 1 });
    const nonce = 'A'.repeat(25);
    for (let time = 0; time < 20; time += 1) {
      bench.receive(invite({ callId: `a${time}` }));
      const extra = [`Authorization: ${authorization({ nonce, method: 'INVITE', uri: URI })}`];
      bench.receive(invite({ callId: `b${time}`, extra }));
      bench.receive(invite({ callId: `c${time}`, extra: ['Authorization: Digest nonsense'] }));
    }
    expect(bench.take()).toHaveLength(60);
    expect(attempt(bench, {})).toEqual([401]);
    expect(bench.types).toContain('invited');
  });

  it('who is trusted', () => {
    const bench = guarded({ failures: 1 }, new Trust({ networks: ['192.0.2.2'] }));
    bench.receive(invite());
    expect(bench.types).toEqual(['invited']);
  });
});

describe('a user that is there and one that is not', () => {
  it('are answered alike, whatever is sent', () => {
    for (const answering of [
      { password: 'x' },
      { qop: 'auth-int' },
      { uri: 'sip:other@x' },
      { algorithm: 'MD5' },
    ]) {
      const heard = ['alice', 'nobody', ''].map((username) => {
        const bench = guarded();
        attempt(bench, { ...answering, username });
        const events = bench.events.map((event) =>
          'message' in event ? event.message : event.type,
        );
        return [events, codes(bench)];
      });
      expect(heard[1]).toEqual(heard[0]);
      expect(heard[2]).toEqual(heard[0]);
    }
  });
});

import { describe, expect, it } from '@jest/globals';

import { Trust } from '../../src/endpoint/trust.js';
import { Bench, UDP } from './bench.js';
import { established, invite, within } from './peer.js';

type Ok = ReturnType<typeof established>;

/** What names the session that rests on this 200. */
function naming(ok: Ok, more = ''): string[] {
  return [`Replaces: ${ok.callId};to-tag=${ok.toTag ?? ''};from-tag=${ok.fromTag ?? ''}${more}`];
}

const OTHER = { ...UDP, remote: { address: '198.51.100.7', port: 5060 } };
const NEW = { callId: 'call-2', tag: 'other' };

describe('an INVITE that is to take the place of a session', () => {
  it('of the peer itself says so to the house, and leaves that session as it is for now', () => {
    const bench = new Bench();
    const ok = established(bench);
    const { usage } = bench.event('invited');
    bench.receive(invite({ ...NEW, extra: naming(ok) }));
    expect(bench.event('invited').replaces).toBe(usage);
    expect(usage.state).toBe('established');
  });

  it('of somebody whom the peer has sent, by the way that the peer is reached, does so, too', () => {
    const bench = new Bench();
    const ok = established(bench);
    const extra = [...naming(ok), 'Referred-By: "Alice" <sip:alice@example.com>'];
    bench.receive(invite({ ...NEW, from: '<sip:carol@example.com>;tag=other', extra }));
    expect(bench.event('invited').replaces).toBeDefined();
  });

  it('of a trusted peer does so from wherever that is', () => {
    const bench = new Bench({
      trust: new Trust({ networks: ['198.51.100.0/24', '192.0.2.0/24'] }),
    });
    const ok = established(bench);
    bench.receive(invite({ ...NEW, extra: naming(ok) }), OTHER);
    expect(bench.event('invited').replaces).toBeDefined();
  });

  it.each([
    ['of a stranger who knows all that names it', OTHER, {}],
    [
      'of a stranger who says that he is the peer',
      OTHER,
      { from: '<sip:alice@example.com>;tag=z' },
    ],
    ['of another user behind the same address', UDP, { from: '<sip:mallory@example.com>;tag=z' }],
  ])('%s is answered as if there were none: 481', (_who, from, wish) => {
    const bench = new Bench({}, undefined, [UDP, OTHER]);
    const ok = established(bench);
    bench.receive(invite({ ...NEW, ...wish, extra: naming(ok) }), from);
    const refused = bench.response();
    expect(refused.status).toBe(481);
    expect(bench.types.filter((type) => type === 'invited')).toHaveLength(1);
    expect(bench.event('violated')).toMatchObject({ code: 'foreign-replaces' });
    // RFC 3891, 3: what is refused changes nothing.
    bench.receive(within(ok, 'OPTIONS', 2));
    expect(bench.response().status).toBe(200);
  });

  it.each([
    ['that we do not know', 'Replaces: 425928@example.org;to-tag=7743;from-tag=6472', 481],
    ['whose Call-ID has a port', 'Replaces: a1(2)@[2001:db8::1]:5060;to-tag=1;from-tag=2', 481],
    ['whose Call-ID is none', 'Replaces: a b@c;to-tag=1;from-tag=2', 400],
    ['that it does not name', 'Replaces: nothing', 400],
    ['that it names by half', 'Replaces: a@b;to-tag=1', 400],
  ])('%s is refused', (_what, field, status) => {
    const bench = new Bench();
    bench.receive(invite({ extra: [field] }));
    expect(bench.response().status).toBe(status);
  });

  it.each(['callId', 'toTag', 'fromTag'] as const)(
    'but has its %s wrong replaces none: 481',
    (part) => {
      const bench = new Bench();
      const { callId, toTag = '', fromTag = '' } = established(bench);
      const named = { callId, toTag, fromTag, [part]: 'wrong' };
      const value = `${named.callId};to-tag=${named.toTag};from-tag=${named.fromTag}`;
      bench.receive(invite({ ...NEW, extra: [`Replaces: ${value}`] }));
      expect(bench.response().status).toBe(481);
    },
  );

  it('that is to be replaced only while it rings is answered 486', () => {
    const bench = new Bench();
    const ok = established(bench);
    bench.receive(invite({ ...NEW, extra: naming(ok, ';early-only') }));
    expect(bench.response().status).toBe(486);
  });

  it('that is about to end anyway is answered 603', () => {
    const bench = new Bench();
    const ok = established(bench);
    bench.execute({ type: 'bye', usage: bench.event('invited').usage });
    bench.take();
    bench.receive(invite({ ...NEW, extra: naming(ok) }));
    expect(bench.response().status).toBe(603);
  });

  it('of whose inviter there is proof needs that proof, wherever it comes from', () => {
    const bench = new Bench();
    const ok = established(bench);
    const { usage } = bench.event('invited');
    Object.defineProperty(usage, 'inviter', { value: 'sip:alice@example.com' });
    bench.receive(invite({ ...NEW, extra: naming(ok) }));
    expect(bench.response().status).toBe(481);
  });
});

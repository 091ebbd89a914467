import { describe, expect, it } from '@jest/globals';

import { Bench, readRequest } from './bench.js';
import { accepted, ack, established, OFFER, within } from './peer.js';

const T1 = 500;

describe('a further INVITE within a session', () => {
  it('is laid before the house, whose 200 leaves again until its own ACK comes', () => {
    const bench = new Bench();
    const ok = established(bench);
    const sdp = ['Content-Type: application/sdp'];
    const contact = '<sip:alice@192.0.2.9:5099>';
    bench.receive(within(ok, 'INVITE', 2, { contact, extra: sdp, body: OFFER }));
    const { transaction } = bench.event('offered');
    bench.execute({ type: 'respond', transaction, answer: { status: 200 } });
    expect(bench.response().contacts).toHaveLength(1);
    bench.elapse(T1);
    expect(bench.response().status).toBe(200);
    bench.receive(ack(ok, { sequence: 2 }));
    bench.elapse(64 * T1);
    expect(bench.take()).toEqual([]);
    expect(bench.endpoint.counts.dialogs).toBe(1);
  });

  it('moves the peer to its new Contact when it is accepted, and only then', () => {
    const bench = new Bench();
    const ok = established(bench);
    const contact = '<sip:alice@192.0.2.9:5099>';
    for (const [index, status] of [488, 200].entries()) {
      bench.receive(within(ok, 'INVITE', 2 + index, { contact }));
      const { transaction } = bench.event('offered');
      bench.execute({ type: 'respond', transaction, answer: { status } });
      bench.receive(ack(ok, { sequence: 2 + index }));
      bench.take();
      bench.execute({
        type: 'message',
        usage: bench.event('invited').usage,
        reference: 1,
        fields: [['Content-Type', 'text/plain']],
        body: new Uint8Array(1),
      });
      const [host, port] = status === 200 ? ['192.0.2.9', 5_099] : ['192.0.2.2', 5_080];
      const [sent] = bench.take();
      expect(sent?.text).toMatch(new RegExp(`^MESSAGE sip:alice@${host}:${port} `));
      expect(sent?.to?.remote).toEqual({ address: host, port });
    }
  });

  it('that is refused leaves the session as it was', () => {
    const bench = new Bench();
    const ok = established(bench);
    bench.receive(within(ok, 'INVITE', 2, { contact: '<sip:alice@192.0.2.2:5080>' }));
    const { transaction } = bench.event('offered');
    bench.execute({ type: 'respond', transaction, answer: { status: 488 } });
    expect(bench.response().status).toBe(488);
    bench.receive(within(ok, 'MESSAGE', 3, { extra: ['Content-Type: text/plain'], body: 'x' }));
    expect(bench.event('message').request.cseq.number).toBe(3);
  });

  it('is answered 500 with Retry-After while our last 200 has no ACK', () => {
    const bench = new Bench();
    const ok = accepted(bench);
    bench.receive(within(ok, 'INVITE', 2, { contact: '<sip:alice@192.0.2.2:5080>' }));
    const response = bench.response();
    expect(response.status).toBe(500);
    expect(Number(response.get('Retry-After'))).toBeGreaterThanOrEqual(0);
  });

  it('whose 200 is never acknowledged ends the session by a BYE', () => {
    const bench = new Bench();
    const ok = established(bench);
    bench.receive(within(ok, 'INVITE', 2, { contact: '<sip:alice@192.0.2.2:5080>' }));
    const { transaction } = bench.event('offered');
    bench.execute({ type: 'respond', transaction, answer: { status: 200 } });
    bench.elapse(64 * T1);
    const last = bench.take().at(-1);
    expect(readRequest(last ?? { bytes: new Uint8Array() }).method).toBe('BYE');
    expect(bench.event('ended')).toMatchObject({ by: 'network', status: 408 });
  });
});

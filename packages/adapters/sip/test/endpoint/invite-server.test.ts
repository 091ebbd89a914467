import { describe, expect, it } from '@jest/globals';

import { Bench, readRequest, readResponse, TCP, UDP, WS } from './bench.js';
import { accepted, ack, answer, established, invite, request } from './peer.js';

const T1 = 500;

describe('an INVITE that awaits its answer', () => {
  it('is told to the house, and nothing is sent yet', () => {
    const bench = new Bench();
    bench.receive(invite());
    expect(bench.types).toEqual(['invited']);
    expect(bench.sent).toEqual([]);
  });

  it('is answered 100 after 200 ms, 180 after 500 ms, and 180 again every minute', () => {
    const bench = new Bench();
    bench.receive(invite());
    bench.elapse(130_000);
    const seen = bench.take().map((sent) => [sent.at, readResponse(sent).status]);
    expect(seen).toEqual([
      [200, 100],
      [500, 180],
      [60_500, 180],
      [120_500, 180],
    ]);
  });

  it('says where we are in its 180, with the tag that the final answer will have, and the routes copied', () => {
    const bench = new Bench();
    bench.receive(
      invite({ extra: ['Record-Route: <sip:p2.example.com;lr>, <sip:p1.example.com;lr>'] }),
    );
    bench.elapse(500);
    const ringing = readResponse(bench.take()[1] ?? { bytes: new Uint8Array() });
    answer(bench, 200);
    const ok = bench.response();
    expect(ringing.toTag).toMatch(/^[a-z2-7]{26}$/);
    expect(ok.toTag).toBe(ringing.toTag);
    for (const response of [ringing, ok]) {
      expect(response.contacts.map(({ uri }) => uri)).toEqual(['sip:bot@192.0.2.1:5060']);
      expect(response.list('Record-Route')).toEqual([
        '<sip:p2.example.com;lr>',
        '<sip:p1.example.com;lr>',
      ]);
    }
  });

  it('is told once, however often it is retransmitted, and the last provisional answer is said again', () => {
    const bench = new Bench();
    const bytes = invite();
    bench.receive(bytes);
    bench.elapse(500);
    bench.take();
    bench.receive(bytes);
    expect(bench.types).toEqual(['invited']);
    expect(bench.response().status).toBe(180);
  });

  it('may be answered provisionally by the house', () => {
    const bench = new Bench();
    bench.receive(invite());
    answer(bench, 183);
    expect(bench.response().status).toBe(183);
    answer(bench, 486);
    expect(bench.response().status).toBe(486);
  });

  it("that says when it expires is over then, by 487; a time beyond five minutes is nobody's", () => {
    for (const [expires, until] of [
      ['7', 10_000],
      ['300', 300_000],
      ['301', undefined],
      ['0', undefined],
      ['soon', undefined],
    ] as const) {
      const bench = new Bench();
      bench.receive(invite({ extra: [`Expires: ${expires}`] }));
      bench.elapse(400_000);
      const final = bench.take().find((sent) => readResponse(sent).status >= 200);
      expect([expires, final?.at]).toEqual([expires, until]);
      expect(bench.types.includes('withdrawn')).toBe(until !== undefined);
    }
  });

  it('that is answered in time expires no more', () => {
    const bench = new Bench();
    bench.receive(invite({ extra: ['Expires: 10'] }));
    answer(bench, 200);
    bench.receive(ack(bench.response()));
    bench.elapse(60_000);
    expect(bench.types).toEqual(['invited', 'acknowledged']);
    expect(bench.endpoint.deadline).toBeUndefined();
  });

  it('needs one Contact with a SIP URI: otherwise 400', () => {
    for (const contact of [
      null,
      '*',
      '<mailto:a@b.example>',
      '<sip:a@b.example>, <sip:c@d.example>',
    ]) {
      const bench = new Bench();
      bench.receive(invite({ contact }));
      expect(bench.response().status).toBe(400);
      expect(bench.types).toEqual(['violated']);
    }
  });
});

describe('an INVITE that is refused', () => {
  it.each([302, 404, 480, 486, 503, 603])(
    'is answered %d with our tag, and forgotten',
    (status) => {
      const bench = new Bench();
      bench.receive(invite({ branch: 'z9hG4bKrefused' }));
      answer(bench, status);
      const response = bench.response();
      expect(response.status).toBe(status);
      expect(response.toTag).toMatch(/^[a-z2-7]{26}$/);
      bench.receive(request('ACK', { branch: 'z9hG4bKrefused', toTag: response.toTag }));
      bench.elapse(5_000);
      expect(bench.take()).toEqual([]);
      expect(bench.endpoint.counts).toMatchObject({ dialogs: 0, pending: 0, server: 0 });
    },
  );

  it('is refused once: a second answer comes to nothing', () => {
    const bench = new Bench();
    bench.receive(invite());
    answer(bench, 486);
    answer(bench, 200);
    expect(bench.take()).toHaveLength(1);
    expect(bench.endpoint.counts.dialogs).toBe(0);
  });
});

describe('an accepted INVITE', () => {
  it('has a Contact by which we are reached on the same transport', () => {
    const contacts = [UDP, TCP, WS].map((flow) => {
      const bench = new Bench();
      return accepted(bench, {}, flow).contacts[0]?.uri;
    });
    expect(contacts).toEqual([
      'sip:bot@192.0.2.1:5060',
      'sip:bot@192.0.2.1:5060;transport=tcp',
      'sip:bot@192.0.2.1:8080;transport=ws',
    ]);
  });

  it('has the Contact of the socket that it came to, where there are several', () => {
    const places = [5060, 5062].map((port) => ({ transport: 'udp', host: '192.0.2.1', port }));
    const bench = new Bench({}, [
      ...places,
      { transport: 'udp', host: 'edge.example.com', port: 7000, localPort: 5064 },
    ]);
    const contacts = [5062, 5064, 5060].map((port, index) => {
      const from = { ...UDP, local: { address: '192.0.2.1', port } };
      return accepted(bench, { callId: `to-${index}` }, from).contacts[0]?.uri;
    });
    expect(contacts).toEqual([
      'sip:bot@192.0.2.1:5062',
      'sip:bot@edge.example.com:7000',
      'sip:bot@192.0.2.1:5060',
    ]);
  });

  it('has its 200 said again after T1, doubling up to T2, until 64*T1 are over; then BYE, and the session is lost', () => {
    const bench = new Bench();
    accepted(bench);
    bench.elapse(64 * T1);
    const sent = bench.take();
    const last = sent.pop();
    expect(sent.map(({ at }) => at)).toEqual([
      500, 1_500, 3_500, 7_500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500,
    ]);
    expect(sent.every((one) => readResponse(one).status === 200)).toBe(true);
    expect(last?.at).toBe(32_000);
    expect(readRequest(last ?? { bytes: new Uint8Array() }).method).toBe('BYE');
    expect(bench.event('ended')).toMatchObject({ by: 'network', status: 408 });
  });

  it('is over for good where the process stood still in the last moment of that', () => {
    const bench = new Bench();
    accepted(bench);
    bench.elapse(64 * T1 - 1);
    bench.take();
    // The last repetition and the end are due at once.
    bench.now += 10_000;
    bench.elapse(0);
    expect(bench.take().map((one) => readRequest(one).method)).toEqual(['BYE']);
    bench.elapse(200_000);
    expect(bench.endpoint.deadline).toBeUndefined();
  });

  it('is acknowledged by an ACK, and then says nothing more', () => {
    const bench = new Bench();
    established(bench);
    expect(bench.types).toEqual(['invited', 'acknowledged']);
    bench.elapse(100_000);
    expect(bench.take()).toEqual([]);
    expect(bench.endpoint.counts).toMatchObject({ dialogs: 1, pending: 0, server: 0, client: 0 });
    expect(bench.endpoint.deadline).toBeUndefined();
  });

  it('minds no ACK with another CSeq, another tag or another Call-ID', () => {
    const bench = new Bench();
    const ok = accepted(bench);
    bench.receive(ack(ok, { sequence: 2 }));
    bench.receive(ack(ok, { toTag: 'other' }));
    bench.receive(ack(ok, { tag: 'other' }));
    bench.receive(ack(ok, { callId: 'other' }));
    bench.elapse(T1);
    expect(bench.types).toEqual(['invited']);
    expect(bench.response().status).toBe(200);
  });

  it('says its 200 again over TCP, too: a proxy further on may have lost it', () => {
    const bench = new Bench();
    accepted(bench, {}, TCP);
    bench.elapse(T1);
    expect(bench.response().status).toBe(200);
  });

  it('is told of every ACK but once', () => {
    const bench = new Bench();
    const ok = established(bench);
    bench.receive(ack(ok));
    expect(bench.types).toEqual(['invited', 'acknowledged']);
  });
});

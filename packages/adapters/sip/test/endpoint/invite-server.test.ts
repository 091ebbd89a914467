import { describe, expect, it } from '@jest/globals';

import { Bench, readRequest, readResponse, TCP, UDP, WS } from './bench.js';
import { accepted, ack, answer, established, invite, OFFER, request, within } from './peer.js';

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

describe('CANCEL', () => {
  const cancel = (branch = 'z9hG4bKc', extra: readonly string[] = []): string =>
    request('CANCEL', { branch, extra });

  it('before the answer: 200 to the CANCEL, 487 to the INVITE, and the house is told', () => {
    const bench = new Bench();
    bench.receive(invite({ branch: 'z9hG4bKc' }));
    bench.receive(cancel());
    const [first, second] = bench.take().map(readResponse);
    expect([first?.status, first?.cseq.method]).toEqual([200, 'CANCEL']);
    expect([second?.status, second?.cseq.method]).toEqual([487, 'INVITE']);
    expect(first?.toTag).toBe(second?.toTag);
    expect(bench.event('withdrawn')).toMatchObject({ why: 'cancelled' });
    answer(bench, 200);
    expect(bench.take()).toEqual([]);
    expect(bench.endpoint.counts).toMatchObject({ dialogs: 0, pending: 0 });
  });

  it('with Reason SIP;cause=200 says that somebody else has accepted', () => {
    const bench = new Bench();
    bench.receive(invite({ branch: 'z9hG4bKc' }));
    bench.receive(
      cancel('z9hG4bKc', [
        'Reason: Q.850;cause=16, SIP ;cause=200 ;text="Call completed elsewhere"',
      ]),
    );
    expect(bench.event('withdrawn')).toMatchObject({ why: 'elsewhere' });
    expect(bench.event('withdrawn').reason).toContain('completed elsewhere');
  });

  it('with a Reason that cannot be read cancels all the same', () => {
    const bench = new Bench();
    bench.receive(invite({ branch: 'z9hG4bKc' }));
    bench.receive(cancel('z9hG4bKc', ['Reason: ;;=']));
    expect(bench.take().map((sent) => readResponse(sent).status)).toEqual([200, 487]);
    expect(bench.event('withdrawn')).toMatchObject({ why: 'cancelled' });
  });

  it('after the acceptance: 200 to the CANCEL, and nothing else', () => {
    const bench = new Bench();
    accepted(bench, { branch: 'z9hG4bKc' });
    bench.receive(cancel());
    const response = bench.response();
    expect([response.status, response.cseq.method]).toEqual([200, 'CANCEL']);
    expect(bench.types).toEqual(['invited']);
    expect(bench.endpoint.counts.dialogs).toBe(1);
  });

  it('after the refusal: 200 to the CANCEL, and nothing else', () => {
    const bench = new Bench();
    bench.receive(invite({ branch: 'z9hG4bKc' }));
    answer(bench, 486);
    bench.take();
    bench.receive(cancel());
    expect(bench.response().status).toBe(200);
    expect(bench.types).toEqual(['invited']);
  });

  it('for nothing that we know is answered 481', () => {
    const bench = new Bench();
    bench.receive(cancel());
    expect(bench.response().status).toBe(481);
  });

  it('of a second INVITE in a dialog leaves the first one alone', () => {
    const bench = new Bench();
    bench.receive(invite());
    bench.elapse(500);
    const ringing = readResponse(bench.take()[1] ?? { bytes: new Uint8Array() });
    bench.receive(invite({ branch: 'z9hG4bKc', toTag: ringing.toTag, sequence: 2 }));
    const refused = bench.response();
    expect(refused.status).toBe(500);
    expect(Number(refused.get('Retry-After'))).toBeLessThanOrEqual(10);
    bench.receive(request('CANCEL', { branch: 'z9hG4bKc', toTag: ringing.toTag, sequence: 2 }));
    expect(bench.response().status).toBe(200);
    expect(bench.types).toEqual(['invited']);
  });
});

describe('a BYE in the place of a CANCEL', () => {
  it('without a To tag, as some clients send it: 200 to the BYE, 487 to the INVITE', () => {
    const bench = new Bench();
    bench.receive(invite());
    bench.receive(request('BYE', { sequence: 2 }));
    const statuses = bench.take().map((sent) => {
      const { status, cseq } = readResponse(sent);
      return [status, cseq.method];
    });
    expect(statuses).toEqual([
      [200, 'BYE'],
      [487, 'INVITE'],
    ]);
    expect(bench.event('withdrawn')).toMatchObject({ why: 'cancelled' });
    expect(bench.endpoint.counts).toMatchObject({ dialogs: 0, pending: 0 });
  });

  it('concerns nobody else who has the same Call-ID and tag', () => {
    const bench = new Bench();
    bench.receive(invite());
    bench.receive(request('BYE', { sequence: 2, from: '<sip:bob@example.com>;tag=peer' }));
    expect(bench.response().status).toBe(481);
    expect(bench.types).toEqual(['invited', 'violated']);
  });

  it('in the dialog that our 180 made does the same', () => {
    const bench = new Bench();
    bench.receive(invite());
    bench.elapse(500);
    const ringing = readResponse(bench.take()[1] ?? { bytes: new Uint8Array() });
    bench.receive(request('BYE', { sequence: 2, toTag: ringing.toTag }));
    expect(bench.take().map((sent) => readResponse(sent).status)).toEqual([200, 487]);
    expect(bench.types).toEqual(['invited', 'withdrawn']);
    expect(bench.endpoint.counts).toMatchObject({ dialogs: 0, pending: 0 });
  });
});

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
      const expected = status === 200 ? 'sip:alice@192.0.2.9:5099' : 'sip:alice@192.0.2.2:5080';
      expect(bench.request().uri).toBe(expected);
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

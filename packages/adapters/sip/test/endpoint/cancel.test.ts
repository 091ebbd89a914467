import { describe, expect, it } from '@jest/globals';

import { Bench, readResponse } from './bench.js';
import { accepted, answer, invite, request } from './peer.js';

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

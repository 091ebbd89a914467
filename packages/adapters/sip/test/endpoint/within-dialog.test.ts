import { describe, expect, it } from '@jest/globals';

import { Bench, readRequest } from './bench.js';
import { accepted, ack, established, response, say, takeMessages, within } from './peer.js';

const T1 = 500;
const TEXT = ['Content-Type: text/plain'];

describe('a message of the peer within a session', () => {
  it('is handed to the house, and answered when the house answers, without a Contact', () => {
    const bench = new Bench();
    const ok = established(bench);
    bench.receive(within(ok, 'MESSAGE', 2, { extra: TEXT, body: 'hello' }));
    expect(bench.take()).toEqual([]);
    const { transaction, usage } = bench.event('message');
    expect(usage).toBe(bench.event('invited').usage);
    bench.execute({ type: 'respond', transaction, answer: { status: 200 } });
    const answered = bench.response();
    expect(answered.status).toBe(200);
    expect(answered.get('Contact')).toBeUndefined();
    expect(answered.body).toHaveLength(0);
  });

  it('may come before the ACK', () => {
    const bench = new Bench();
    const heard = takeMessages(bench);
    const ok = accepted(bench);
    bench.receive(within(ok, 'MESSAGE', 2, { extra: TEXT, body: 'early' }));
    expect(heard).toEqual(['early']);
    expect(bench.response().status).toBe(200);
  });

  it('reaches the house once however often it is sent, and is answered alike each time', () => {
    const bench = new Bench();
    const heard = takeMessages(bench);
    const ok = established(bench);
    const bytes = within(ok, 'MESSAGE', 2, { extra: TEXT, body: 'once' });
    for (let time = 0; time < 3; time += 1) {
      bench.receive(bytes);
      bench.elapse(10_000);
    }
    expect(heard).toEqual(['once']);
    const texts = bench.take().map(({ text }) => text);
    expect(texts).toHaveLength(3);
    expect(new Set(texts).size).toBe(1);
  });

  it('out of order is answered 500, and never heard', () => {
    const bench = new Bench();
    const heard = takeMessages(bench);
    const ok = established(bench);
    for (const [sequence, status] of [
      [5, 200],
      [4, 500],
      [5, 500],
      [6, 200],
    ] as const) {
      bench.receive(within(ok, 'MESSAGE', sequence, { extra: TEXT, body: String(sequence) }));
      expect(bench.response().status).toBe(status);
    }
    expect(heard).toEqual(['5', '6']);
  });

  it.each([
    ['another To tag', { toTag: 'other' }],
    ['another From tag', { tag: 'other' }],
    ['another Call-ID', { callId: 'other' }],
    ['a To tag that is a name of every object', { toTag: '__proto__' }],
  ])('with %s belongs to no dialog: 481', (_what, wish) => {
    const bench = new Bench();
    const heard = takeMessages(bench);
    const ok = established(bench);
    bench.receive(within(ok, 'MESSAGE', 2, { extra: TEXT, body: 'x', ...wish }));
    expect(bench.response().status).toBe(481);
    expect(heard).toEqual([]);
    expect(bench.endpoint.counts.dialogs).toBe(1);
  });

  it('is of use to nobody after its BYE: 481', () => {
    const bench = new Bench();
    const ok = established(bench);
    bench.receive(within(ok, 'BYE', 2));
    bench.take();
    bench.receive(within(ok, 'MESSAGE', 3, { extra: TEXT, body: 'x' }));
    expect(bench.response().status).toBe(481);
  });

  it('that crosses our BYE is answered 481', () => {
    const bench = new Bench();
    const heard = takeMessages(bench);
    const ok = established(bench);
    bench.execute({ type: 'bye', usage: bench.event('invited').usage });
    bench.take();
    bench.receive(within(ok, 'MESSAGE', 2, { extra: TEXT, body: 'x' }));
    expect(bench.response().status).toBe(481);
    expect(heard).toEqual([]);
  });
});

describe('a message of ours within a session', () => {
  it('goes to the Contact of the peer, in the dialog, with a CSeq one above the last', () => {
    const bench = new Bench();
    const ok = established(bench);
    say(bench, 'one', 11);
    const first = bench.request();
    bench.receive(response(first, 200));
    say(bench, 'two', 12);
    const second = bench.request();
    expect(first.uri).toBe('sip:alice@192.0.2.2:5080');
    expect([first.callId, first.fromTag, first.toTag]).toEqual(['call-1', ok.toTag, 'peer']);
    expect(first.via.branch).toMatch(/^z9hG4bK[a-z2-7]{26}$/);
    expect([first.cseq.number, second.cseq.number]).toEqual([1, 2]);
    expect(new TextDecoder().decode(second.body)).toBe('two');
    expect(bench.event('delivered')).toMatchObject({ reference: 11, status: 200 });
  });

  it('waits for the ACK, in order, and then leaves', () => {
    const bench = new Bench();
    const ok = accepted(bench);
    say(bench, 'one');
    say(bench, 'two');
    expect(bench.take()).toEqual([]);
    bench.receive(ack(ok));
    const sent = bench.take().map(readRequest);
    expect(sent.map(({ body }) => new TextDecoder().decode(body))).toEqual(['one', 'two']);
    expect(sent.map(({ cseq }) => cseq.number)).toEqual([1, 2]);
  });

  it('fails with 408 where the ACK never comes', () => {
    const bench = new Bench();
    accepted(bench);
    say(bench, 'one', 5);
    bench.elapse(64 * T1);
    expect(bench.event('delivered')).toMatchObject({ reference: 5, status: 408 });
  });

  it.each([202, 413, 415, 486, 500, 503, 603])('comes to %d, and the session goes on', (status) => {
    const bench = new Bench();
    established(bench);
    say(bench, 'x', 3);
    bench.receive(response(bench.request(), status, 'Whatever'));
    expect(bench.event('delivered')).toEqual({
      type: 'delivered',
      reference: 3,
      status,
      text: 'Whatever',
    });
    expect(bench.types).not.toContain('ended');
  });

  it.each([408, 481])('that is answered %d ends the session as lost, with a BYE', (status) => {
    const bench = new Bench();
    established(bench);
    say(bench, 'x');
    bench.receive(response(bench.request(), status, 'Gone'));
    expect(bench.event('delivered').status).toBe(status);
    expect(bench.event('ended')).toMatchObject({ by: 'network', status });
    const bye = bench.request();
    expect(bye.method).toBe('BYE');
    bench.receive(response(bye, 481, 'Unknown'));
    bench.elapse(64 * T1);
    expect(bench.types.filter((type) => type === 'ended')).toHaveLength(1);
    expect(bench.endpoint.counts).toMatchObject({ dialogs: 0, client: 0 });
  });

  it('that nobody answers is sent again by timer E, fails with 408 after 64*T1, and the session is lost', () => {
    const bench = new Bench();
    established(bench);
    say(bench, 'x', 9);
    bench.elapse(64 * T1);
    const times = bench
      .take()
      .filter(({ text }) => text.startsWith('MESSAGE'))
      .map(({ at }) => at);
    expect(times.slice(0, 5)).toEqual([0, 500, 1_500, 3_500, 7_500]);
    expect(bench.event('delivered')).toMatchObject({ reference: 9, status: 408 });
    expect(bench.event('ended')).toMatchObject({ by: 'network', status: 408 });
    bench.elapse(64 * T1);
    expect(bench.endpoint.counts).toMatchObject({ dialogs: 0, client: 0 });
  });

  it('fails at once in a session that is over', () => {
    const bench = new Bench();
    const ok = established(bench);
    bench.receive(within(ok, 'BYE', 2));
    bench.take();
    say(bench, 'x', 4);
    expect(bench.take()).toEqual([]);
    expect(bench.event('delivered')).toMatchObject({ reference: 4, status: 481 });
  });

  it('with what no message may have fails with 400, and is not sent', () => {
    const bench = new Bench();
    established(bench);
    bench.execute({
      type: 'message',
      usage: bench.event('invited').usage,
      reference: 6,
      fields: [['Content-Type', 'text/plain\r\nEvil: yes']],
      body: new Uint8Array(1),
    });
    expect(bench.take()).toEqual([]);
    expect(bench.event('delivered')).toMatchObject({ reference: 6, status: 400 });
  });
});

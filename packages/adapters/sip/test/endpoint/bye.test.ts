import { describe, expect, it } from '@jest/globals';

import { Bench, readRequest } from './bench.js';
import { accepted, ack, established, request, response, say, within } from './peer.js';

const T1 = 500;
describe('BYE', () => {
  it('of the peer is answered 200, and ends the session', () => {
    const bench = new Bench();
    const ok = established(bench);
    bench.receive(within(ok, 'BYE', 2, { extra: ['Reason: SIP;cause=200;text="done"'] }));
    expect(bench.response().status).toBe(200);
    expect(bench.event('ended')).toMatchObject({ by: 'peer', reason: 'SIP;cause=200;text="done"' });
    expect(bench.endpoint.counts.dialogs).toBe(0);
  });

  it('of the peer before its ACK ends the session, and our 200 is not sent again', () => {
    const bench = new Bench();
    const ok = accepted(bench);
    bench.receive(within(ok, 'BYE', 2));
    expect(bench.response().status).toBe(200);
    bench.elapse(64 * T1);
    expect(bench.take()).toEqual([]);
    expect(bench.event('ended')).toMatchObject({ by: 'peer' });
    expect(bench.endpoint.counts).toMatchObject({ dialogs: 0, server: 0 });
  });

  it('of ours leaves at once in a session that is confirmed, and any answer ends it', () => {
    for (const status of [200, 408, 481, 500]) {
      const bench = new Bench();
      established(bench);
      bench.execute({ type: 'bye', usage: bench.event('invited').usage });
      bench.receive(response(bench.request(), status, 'Whatever'));
      expect(bench.event('ended')).toMatchObject({ by: 'us', status });
      expect(bench.endpoint.counts.dialogs).toBe(0);
    }
  });

  it('of ours waits for the ACK of our 200', () => {
    const bench = new Bench();
    const ok = accepted(bench);
    bench.execute({ type: 'bye', usage: bench.event('invited').usage });
    expect(bench.take()).toEqual([]);
    bench.receive(ack(ok));
    expect(bench.request().method).toBe('BYE');
  });

  it('of ours waits no longer than 64*T1 for the ACK', () => {
    const bench = new Bench();
    accepted(bench);
    bench.execute({ type: 'bye', usage: bench.event('invited').usage });
    bench.elapse(64 * T1);
    const requests = bench.take().filter(({ text }) => text.startsWith('BYE'));
    expect(requests.map(({ at }) => at)).toEqual([32_000]);
    expect(bench.types).not.toContain('ended');
    bench.elapse(64 * T1);
    expect(bench.event('ended')).toMatchObject({ by: 'us' });
    expect(bench.endpoint.counts).toMatchObject({ dialogs: 0, client: 0, server: 0 });
  });

  it('leaves behind what was said before it', () => {
    const bench = new Bench();
    const ok = accepted(bench);
    say(bench, 'last words');
    bench.execute({ type: 'bye', usage: bench.event('invited').usage });
    bench.receive(ack(ok));
    expect(bench.take().map((sent) => readRequest(sent).method)).toEqual(['MESSAGE', 'BYE']);
  });

  it('may cross: each side answers the other 200, and the session ends once', () => {
    const bench = new Bench();
    const ok = established(bench);
    bench.execute({ type: 'bye', usage: bench.event('invited').usage });
    const ours = bench.request();
    bench.receive(within(ok, 'BYE', 2));
    expect(bench.response().status).toBe(200);
    bench.receive(response(ours, 481, 'Unknown'));
    expect(bench.types.filter((type) => type === 'ended')).toHaveLength(1);
    bench.elapse(64 * T1);
    expect(bench.endpoint.counts).toMatchObject({ dialogs: 0, client: 0, server: 0 });
  });

  it('for a dialog that we do not know is answered 481', () => {
    const bench = new Bench();
    bench.receive(request('BYE', { toTag: 'nobody', sequence: 2 }));
    expect(bench.response().status).toBe(481);
    expect(bench.event('violated')).toMatchObject({ code: 'unknown-dialog', status: 481 });
  });
});

describe('other requests within a session', () => {
  it.each([
    ['OPTIONS', 200],
    ['INFO', 405],
    ['UPDATE', 200],
    ['PRACK', 405],
    ['FROBNICATE', 501],
  ])('%s is answered %d with what we allow, and the session goes on', (method, status) => {
    const bench = new Bench();
    const ok = established(bench);
    bench.receive(within(ok, method, 2));
    const answered = bench.response();
    expect(answered.status).toBe(status);
    expect(answered.get('Allow')).toBe(
      'INVITE, ACK, CANCEL, BYE, MESSAGE, OPTIONS, UPDATE, REFER, NOTIFY',
    );
    expect(bench.endpoint.counts.dialogs).toBe(1);
  });

  it.each([
    // RFC 3515, 2.4.2; RFC 6665, 4.1.3.
    ['REFER', 400],
    ['NOTIFY', 489],
  ])('%s that does not say what it is about is answered %d', (method, status) => {
    const bench = new Bench();
    const ok = established(bench);
    bench.receive(within(ok, method, 2));
    expect(bench.response().status).toBe(status);
    expect(bench.endpoint.counts.dialogs).toBe(1);
  });

  it('an ACK for nothing is never answered', () => {
    const bench = new Bench();
    bench.receive(request('ACK', { toTag: 'nobody' }));
    bench.elapse(64 * T1);
    expect(bench.take()).toEqual([]);
  });
});

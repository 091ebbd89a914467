import { describe, expect, it } from '@jest/globals';

import type { SipRequest } from '../../src/syntax/message.js';
import { Bench, readRequest, readResponse, UDP } from './bench.js';
import { established, response, within } from './peer.js';

const decoder = new TextDecoder();
const CONTACT = '<sip:alice@192.0.2.2:5080>';
const CAROL = ['Refer-To: <sip:carol@example.com>'];

/** A REFER of the peer. */
function refer(ok: ReturnType<typeof established>, sequence: number, extra = CAROL): string {
  return within(ok, 'REFER', sequence, { extra, contact: CONTACT });
}

/** The house accepts what it was last asked for. */
function follow(bench: Bench, status = 202): void {
  const { transaction } = bench.event('referred');
  bench.execute({ type: 'respond', transaction, answer: { status } });
}

/** What left, each by its method or status. */
function sent(bench: Bench): string[] {
  return bench
    .take()
    .map(({ text }) => (/^SIP\/2\.0 (\d+)/.exec(text) ?? /^(\w+)/.exec(text))?.[1] ?? '');
}

const last = { bytes: new Uint8Array() };

describe('a REFER of the peer', () => {
  it('is laid before the house, and when that accepts, the peer is told how it goes: 202, 100, and the outcome', () => {
    const bench = new Bench();
    const ok = established(bench);
    bench.receive(refer(ok, 2));
    expect(bench.event('referred').to).toEqual({
      uri: 'sip:carol@example.com',
      replaces: undefined,
    });
    follow(bench);
    const [accepted, trying] = bench.take();
    expect(readResponse(accepted ?? last).status).toBe(202);
    expect(readResponse(accepted ?? last).contacts).toHaveLength(1);
    const first = readRequest(trying ?? last);
    expect([first.method, first.get('Event'), first.get('Subscription-State')]).toEqual([
      'NOTIFY',
      'refer',
      'active;expires=180',
    ]);
    expect(first.contentType).toBe('message/sipfrag;version=2.0');
    expect(decoder.decode(first.body)).toBe('SIP/2.0 100 Trying\r\n');
    bench.receive(response(first, 200));
    bench.execute({ type: 'progress', usage: bench.event('referred').usage, status: 200 });
    const done = bench.request();
    expect(done.get('Subscription-State')).toBe('terminated;reason=noresource');
    expect(decoder.decode(done.body)).toBe('SIP/2.0 200 OK\r\n');
  });

  it('that nobody follows is declined, and the session goes on', () => {
    const bench = new Bench();
    const ok = established(bench);
    bench.receive(refer(ok, 2));
    follow(bench, 603);
    expect(sent(bench)).toEqual(['603']);
    expect(bench.endpoint.counts.dialogs).toBe(1);
  });

  it('whose sender wants to hear nothing of it is followed without a word (RFC 4488)', () => {
    const bench = new Bench();
    const ok = established(bench);
    bench.receive(refer(ok, 2, [...CAROL, 'Refer-Sub: false', 'Supported: norefersub']));
    follow(bench);
    const accepted = bench.response();
    expect([accepted.status, accepted.get('Refer-Sub')]).toEqual([202, 'false']);
  });

  it('names the session that is to be replaced, unescaped', () => {
    const bench = new Bench();
    const ok = established(bench);
    const to = 'Refer-To: <sip:carol@example.com?Replaces=a%40b%3Bto-tag%3D1%3Bfrom-tag%3D2>';
    bench.receive(refer(ok, 2, [to]));
    expect(bench.event('referred').to).toEqual({
      uri: 'sip:carol@example.com',
      replaces: { callId: 'a@b', toTag: '1', fromTag: '2' },
    });
  });

  it.each([
    ['Refer-To: <javascript:alert(1)>', 416],
    ['Refer-To: <tel:+15551234>', 416],
    ['Refer-To: <http://example.com/>', 416],
    ['Refer-To: "', 400],
    ['Refer-To: <sip:>', 400],
    ['Refer-To: <sip:carol@example.com;method=BYE>', 403],
    ['Refer-To: <sip:carol@example.com?Replaces=nonsense>', 400],
    ['Refer-To: <sip:carol@example.com?Replaces=%0d%0aX%3a1%3Bto-tag%3D1%3Bfrom-tag%3D2>', 400],
    ['Subject: none', 400],
  ])('with %s leads nowhere: %d', (field, status) => {
    const bench = new Bench();
    const ok = established(bench);
    bench.receive(refer(ok, 2, [field]));
    expect(bench.response().status).toBe(status);
    expect(bench.types).not.toContain('referred');
  });

  it('says nothing in the name of its target but that it is a SIP URI', () => {
    const bench = new Bench();
    const ok = established(bench);
    const to = 'Refer-To: <sip:carol@example.com;transport=tcp?Route=%3Csip%3Aevil%3E&Subject=x>';
    bench.receive(refer(ok, 2, [to]));
    expect(bench.event('referred').to.uri).toBe('sip:carol@example.com;transport=tcp');
  });

  it('comes one at a time: 486 while another is followed, and the next one is named by its CSeq', () => {
    const bench = new Bench();
    const ok = established(bench);
    bench.receive(refer(ok, 2));
    follow(bench);
    bench.take();
    bench.receive(refer(ok, 3));
    expect(sent(bench)).toEqual(['486']);
    bench.execute({ type: 'progress', usage: bench.event('referred').usage, status: 486 });
    bench.take();
    bench.receive(refer(ok, 4));
    follow(bench);
    const [, notify] = bench.take();
    expect(readRequest(notify ?? last).get('Event')).toBe('refer;id=4');
  });

  it('that comes to nothing in three minutes is told of no more', () => {
    const bench = new Bench();
    const ok = established(bench);
    bench.receive(refer(ok, 2));
    follow(bench);
    const [, notify] = bench.take();
    bench.receive(response(readRequest(notify ?? last), 200));
    bench.elapse(179_999);
    expect(bench.take()).toEqual([]);
    bench.elapse(1);
    expect(bench.request().get('Subscription-State')).toBe('terminated;reason=timeout');
  });

  it('of somebody else than the peer is answered 403', () => {
    const bench = new Bench();
    const ok = established(bench);
    bench.receive(refer(ok, 2), { ...UDP, remote: { address: '198.51.100.7', port: 5060 } });
    expect(bench.response().status).toBe(403);
  });

  it('whose NOTIFY nobody wants to hear leaves the session as it is', () => {
    const bench = new Bench();
    const ok = established(bench);
    bench.receive(refer(ok, 2));
    follow(bench);
    const [, notify] = bench.take();
    bench.receive(response(readRequest(notify ?? last), 481, 'What'));
    expect(bench.types).not.toContain('ended');
  });
});

describe('a REFER of ours', () => {
  /** Sends the peer to Carol; what left. */
  function referring(bench: Bench): SipRequest {
    bench.execute({
      type: 'refer',
      usage: bench.event('invited').usage,
      reference: 7,
      parts: { to: '<sip:carol@example.com>', by: '<sip:bot@example.com>', lifetime: 60_000 },
    });
    return bench.request();
  }

  function notify(
    ok: ReturnType<typeof established>,
    sequence: number,
    status: string,
    state = 'active;expires=60',
    extra: readonly string[] = ['Event: refer', 'Content-Type: message/sipfrag;version=2.0'],
  ): string {
    return within(ok, 'NOTIFY', sequence, {
      extra: [...extra, `Subscription-State: ${state}`],
      body: `${status}\r\n`,
      contact: CONTACT,
    });
  }

  it('says whom to, and by whom, and comes to what the NOTIFYs tell', () => {
    const bench = new Bench();
    const ok = established(bench);
    const asked = referring(bench);
    expect([asked.method, asked.get('Refer-To'), asked.get('Referred-By')]).toEqual([
      'REFER',
      '<sip:carol@example.com>',
      '<sip:bot@example.com>',
    ]);
    expect(asked.contacts).toHaveLength(1);
    // RFC 6665, 4.4.1: the first NOTIFY may be faster than the 202.
    bench.receive(notify(ok, 2, 'SIP/2.0 100 Trying'));
    expect(bench.response().status).toBe(200);
    bench.receive(response(asked, 202, 'Accepted'));
    bench.receive(notify(ok, 3, 'SIP/2.0 180 Ringing'));
    expect(bench.response().status).toBe(200);
    expect(bench.types).not.toContain('delivered');
    bench.receive(notify(ok, 4, 'SIP/2.0 200 OK', 'terminated;reason=noresource'));
    expect(bench.event('delivered')).toMatchObject({ reference: 7, status: 200 });
  });

  it.each([
    ['SIP/2.0 486 Busy Here', 'terminated;reason=noresource', 486],
    ['SIP/2.0 100 Trying', 'terminated;reason=timeout', 408],
    ['SIP/2.0 100 Trying', 'terminated;reason=noresource', 487],
    ['SIP/2.0 603 Decline', 'active', 603],
    ['nonsense', 'terminated', 487],
  ])('that is told %s, %s comes to %d', (status, state, outcome) => {
    const bench = new Bench();
    const ok = established(bench);
    bench.receive(response(referring(bench), 202, 'Accepted'));
    bench.receive(notify(ok, 2, status, state));
    expect(bench.event('delivered')).toMatchObject({ reference: 7, status: outcome });
  });

  it('that is refused comes to that, and the session goes on', () => {
    const bench = new Bench();
    established(bench);
    bench.receive(response(referring(bench), 603, 'Decline'));
    expect(bench.event('delivered')).toMatchObject({ reference: 7, status: 603 });
    expect(bench.endpoint.counts.dialogs).toBe(1);
  });

  it('of which the peer tells nothing comes to 408 in its time', () => {
    const bench = new Bench();
    established(bench);
    bench.receive(response(referring(bench), 202, 'Accepted'));
    bench.elapse(60_000);
    expect(bench.event('delivered')).toMatchObject({ reference: 7, status: 408 });
    expect(bench.endpoint.counts.dialogs).toBe(1);
  });

  it('of which the peer will tell nothing is done with its 202 (RFC 4488)', () => {
    const bench = new Bench();
    established(bench);
    bench.receive(response(referring(bench), 202, 'Accepted', { extra: ['Refer-Sub: false'] }));
    expect(bench.event('delivered')).toMatchObject({ reference: 7, status: 202 });
  });

  it('is over with the session', () => {
    const bench = new Bench();
    const ok = established(bench);
    bench.receive(response(referring(bench), 202, 'Accepted'));
    bench.receive(within(ok, 'BYE', 2));
    expect(bench.event('delivered')).toMatchObject({ reference: 7, status: 481 });
  });

  it('is one at a time', () => {
    const bench = new Bench();
    established(bench);
    referring(bench);
    bench.execute({
      type: 'refer',
      usage: bench.event('invited').usage,
      reference: 8,
      parts: { to: '<sip:dave@example.com>', by: '<sip:bot@example.com>', lifetime: 60_000 },
    });
    expect(bench.event('delivered')).toMatchObject({ reference: 8, status: 491 });
  });

  it('is answered for by nobody else than the peer', () => {
    const bench = new Bench();
    const ok = established(bench);
    bench.receive(response(referring(bench), 202, 'Accepted'));
    const stranger = { ...UDP, remote: { address: '198.51.100.7', port: 5060 } };
    bench.receive(notify(ok, 2, 'SIP/2.0 200 OK', 'terminated'), stranger);
    expect(bench.response().status).toBe(403);
    expect(bench.types).not.toContain('delivered');
  });

  it('stays what it is among a thousand NOTIFYs of no use, and of ones without end', () => {
    const bench = new Bench();
    const ok = established(bench);
    bench.receive(response(referring(bench), 202, 'Accepted'));
    for (let index = 0; index < 1_000; index += 1) {
      bench.receive(notify(ok, 2 + index, `SIP/2.0 1${'9'.repeat(1 + (index % 500))}`));
    }
    expect(new Set(sent(bench))).toEqual(new Set(['200']));
    expect(bench.types).not.toContain('delivered');
  });
});

describe('a NOTIFY', () => {
  it.each([
    ['about a REFER that we never sent is told to stop: 481', 'refer', 481],
    ['about a conference that we are not in is told to stop: 481', 'conference', 481],
    ['about what we do not know is answered 489 with what we do', 'presence', 489],
    ['about something unreadable is answered 489', 'refer;;', 489],
  ])('%s', (_what, event, status) => {
    const bench = new Bench();
    const ok = established(bench);
    const extra = [`Event: ${event}`, 'Subscription-State: active'];
    bench.receive(within(ok, 'NOTIFY', 2, { extra }));
    const answered = bench.response();
    expect(answered.status).toBe(status);
    if (status === 489) expect(answered.get('Allow-Events')).toBe('refer, conference');
    expect(bench.endpoint.counts.dialogs).toBe(1);
  });
});

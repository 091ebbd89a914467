import { describe, expect, it } from '@jest/globals';

import { Bench, readRequest, readResponse, TCP, UDP, WS } from './bench.js';
import {
  accepted,
  ack,
  established,
  request,
  response,
  say,
  takeMessages,
  within,
} from './peer.js';

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

describe('the way of a request within a dialog', () => {
  it('is the route set in its order, where the routers are loose', () => {
    const bench = new Bench();
    established(bench, {
      extra: ['Record-Route: <sip:192.0.2.8;lr>', 'Record-Route: <sip:192.0.2.9;lr>'],
    });
    say(bench, 'x');
    const [sent] = bench.take();
    const message = readRequest(sent ?? { bytes: new Uint8Array() });
    expect(message.uri).toBe('sip:alice@192.0.2.2:5080');
    expect(message.all('Route')).toEqual(['<sip:192.0.2.8;lr>', '<sip:192.0.2.9;lr>']);
    expect(sent?.to?.remote).toEqual({ address: '192.0.2.8', port: 5060 });
  });

  it('has the router in the Request-URI and the peer last, where the first router is a strict one', () => {
    const bench = new Bench();
    established(bench, {
      extra: ['Record-Route: <sip:192.0.2.8>', 'Record-Route: <sip:192.0.2.9;lr>'],
    });
    say(bench, 'x');
    const message = bench.request();
    expect(message.uri).toBe('sip:192.0.2.8');
    expect(message.all('Route')).toEqual(['<sip:192.0.2.9;lr>', '<sip:alice@192.0.2.2:5080>']);
  });

  it.each([
    ['a numeric Contact over UDP', UDP, '<sip:alice@192.0.2.77:5099>', '192.0.2.77 5099'],
    [
      'a Contact in a network that only the peer knows',
      UDP,
      '<sip:alice@10.1.2.3:5099>',
      '192.0.2.2 5080',
    ],
    ['a Contact on our own machine', UDP, '<sip:alice@127.0.0.1:22>', '192.0.2.2 5080'],
    [
      'a Contact that is nobody in particular',
      UDP,
      '<sip:alice@255.255.255.255>',
      '192.0.2.2 5080',
    ],
    [
      'a Contact without an address',
      WS,
      '<sip:alice@df7jal23ls0d.invalid;transport=ws>',
      '192.0.2.2 40001',
    ],
    [
      'a Contact with maddr on a connection',
      TCP,
      '<sip:alice@example.com:38612;maddr=192.0.2.2;transport=tcp>;proxy=replace',
      '192.0.2.2 40000',
    ],
    ['a Contact with ob', UDP, '<sip:alice@192.0.2.77:5099;ob>', '192.0.2.2 5080'],
  ])('leads to %s', (_what, flow, contact, expected) => {
    const bench = new Bench();
    established(bench, { contact }, flow);
    say(bench, 'x');
    const [sent] = bench.take();
    expect(`${sent?.to?.remote.address} ${sent?.to?.remote.port}`).toBe(expected);
  });

  it('is asked for where the Contact is a name, and is the flow of the peer where nothing is found', () => {
    const bench = new Bench();
    established(bench, { contact: '<sip:alice@pc33.example.com>' });
    say(bench, 'x');
    expect(bench.take()).toEqual([]);
    const { request: waiting, uri } = bench.event('unlocated');
    expect(uri.host).toBe('pc33.example.com');
    bench.execute({ type: 'located', request: waiting, hops: [] });
    expect(bench.take()[0]?.to?.remote).toEqual(UDP.remote);
  });

  it('goes from hop to hop where one is silent, refuses by 503, or cannot be reached', () => {
    const bench = new Bench();
    established(bench, { contact: '<sip:alice@pc33.example.com>' });
    say(bench, 'x', 8);
    const hops = [1, 2, 3, 4].map((last) => ({
      transport: 'udp',
      remote: { address: `192.0.2.10${last}`, port: 5060 },
    }));
    bench.execute({ type: 'located', request: bench.event('unlocated').request, hops });
    const [first] = bench.take();
    bench.receive(response(readRequest(first ?? { bytes: new Uint8Array() }), 503, 'Busy'));
    const [second] = bench.take();
    if (second?.to !== undefined) bench.execute({ type: 'failed', flow: second.to });
    const [third] = bench.take();
    bench.elapse(64 * T1);
    const fourth = bench.take().at(-1);
    expect([first, second, third, fourth].map((sent) => sent?.to?.remote.address)).toEqual(
      hops.map(({ remote }) => remote.address),
    );
    bench.receive(response(readRequest(fourth ?? { bytes: new Uint8Array() }), 200));
    expect(bench.event('delivered')).toMatchObject({ reference: 8, status: 200 });
    const branches = [first, second, third, fourth].map(
      (sent) => sent && readRequest(sent).via.branch,
    );
    expect(new Set(branches).size).toBe(4);
  });
});

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
    ['UPDATE', 405],
    ['NOTIFY', 405],
    ['REFER', 405],
    ['PRACK', 405],
    ['FROBNICATE', 501],
  ])('%s is answered %d with what we allow, and the session goes on', (method, status) => {
    const bench = new Bench();
    const ok = established(bench);
    bench.receive(within(ok, method, 2));
    const answered = bench.response();
    expect(answered.status).toBe(status);
    expect(answered.get('Allow')).toBe('INVITE, ACK, CANCEL, BYE, MESSAGE, OPTIONS');
    expect(bench.endpoint.counts.dialogs).toBe(1);
  });

  it('an ACK for nothing is never answered', () => {
    const bench = new Bench();
    bench.receive(request('ACK', { toTag: 'nobody' }));
    bench.elapse(64 * T1);
    expect(bench.take()).toEqual([]);
  });
});

describe('a session with a browser', () => {
  it('goes on when its connection breaks and another one comes in time', () => {
    const bench = new Bench();
    const ok = established(bench, { contact: '<sip:a@x.invalid;transport=ws>' }, WS);
    bench.execute({ type: 'closed', flow: WS });
    bench.elapse(20_000);
    const again = { ...WS, connection: 9 };
    bench.receive(within(ok, 'MESSAGE', 2, { extra: TEXT, body: 'back' }), again);
    bench.elapse(60_000);
    say(bench, 'welcome back');
    expect(bench.types).not.toContain('ended');
    expect(bench.take().at(-1)?.to).toEqual(again);
  });

  it('is lost 32 seconds after its connection, where no other one comes', () => {
    const bench = new Bench();
    established(bench, { contact: '<sip:a@x.invalid;transport=ws>' }, WS);
    bench.execute({ type: 'closed', flow: WS });
    bench.elapse(31_999);
    expect(bench.types).not.toContain('ended');
    bench.elapse(1);
    expect(bench.event('ended')).toMatchObject({ by: 'network' });
    expect(bench.endpoint.counts).toMatchObject({ dialogs: 0, connections: 0 });
  });

  it('that is not yet accepted is over with its connection', () => {
    const bench = new Bench();
    bench.receive(request('INVITE', { contact: '<sip:a@x.invalid;transport=ws>' }), WS);
    bench.execute({ type: 'closed', flow: WS });
    expect(bench.event('withdrawn')).toMatchObject({ why: 'lost' });
    expect(readResponse(bench.take()[0] ?? { bytes: new Uint8Array() }).status).toBe(487);
  });
});

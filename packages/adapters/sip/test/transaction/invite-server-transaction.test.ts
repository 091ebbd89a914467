import { describe, expect, test } from '@jest/globals';

import { request, Stage, TCP, UDP } from './stage.js';

const INVITE = request();
const ACK = request({ method: 'ACK', to: '<sip:bot@192.0.2.1>;tag=bot' });

describe('an INVITE server transaction (RFC 3261, 17.2.1; RFC 6026, 7.1)', () => {
  test('answers 100 by itself at exactly 200 ms when its user has said nothing', () => {
    const stage = new Stage();
    const transaction = stage.opened(INVITE);
    expect(transaction.state).toBe('proceeding');
    stage.pass(199);
    expect(stage.log).toEqual([]);
    stage.pass(10_000);
    expect(stage.log).toEqual(['200 SIP/2.0 100 Trying']);
  });

  test('answers 100 at once when the INVITE comes again before anything was answered, and not again at 200 ms', () => {
    const stage = new Stage();
    stage.opened(INVITE);
    stage.pass(50);
    expect(stage.arrive(request())).toBe('absorbed');
    stage.pass(10_000);
    expect(stage.log).toEqual(['50 SIP/2.0 100 Trying']);
  });

  test('sends no 100 of its own once its user answered provisionally', () => {
    const stage = new Stage();
    const transaction = stage.opened(INVITE);
    expect(stage.respond(transaction, 180, INVITE)).toBe(true);
    stage.pass(10_000);
    expect(stage.log).toEqual(['0 SIP/2.0 180 Said']);
  });

  test('answers an INVITE that comes again with its last provisional response', () => {
    const stage = new Stage();
    const transaction = stage.opened(INVITE);
    stage.pass(300);
    stage.respond(transaction, 180, INVITE);
    stage.respond(transaction, 183, INVITE);
    stage.arrive(request());
    expect(stage.log).toEqual([
      '200 SIP/2.0 100 Trying',
      '300 SIP/2.0 180 Said',
      '300 SIP/2.0 183 Said',
      '300 SIP/2.0 183 Said',
    ]);
  });

  test('the 100 carries Via with received, From, To, Call-ID, CSeq and Timestamp of the INVITE, and no To tag', () => {
    const stage = new Stage();
    const invite = request({
      via: 'SIP/2.0/UDP pc.example.com;branch=z9hG4bKtwo;rport, SIP/2.0/UDP 192.0.2.99;branch=z9hG4bKlower',
      more: ['Timestamp: 54.21'],
    });
    stage.opened(invite);
    stage.pass(200);
    expect(new TextDecoder().decode(stage.sent[0]?.bytes)).toBe(
      [
        'SIP/2.0 100 Trying',
        'Via: SIP/2.0/UDP pc.example.com;branch=z9hG4bKtwo;received=192.0.2.7;rport=5070',
        'Via: SIP/2.0/UDP 192.0.2.99;branch=z9hG4bKlower',
        'From: <sip:alice@example.com>;tag=alice',
        'To: <sip:bot@192.0.2.1>',
        'Call-ID: dialog-1',
        'CSeq: 1 INVITE',
        'Timestamp: 54.21',
        'Content-Length: 0',
        '',
        '',
      ].join('\r\n'),
    );
  });

  test('repeats a 486 at timer G, doubling from T1 up to T2, and gives up at timer H after 64*T1', () => {
    const stage = new Stage();
    const transaction = stage.opened(INVITE);
    stage.respond(transaction, 486, INVITE);
    expect(transaction.state).toBe('completed');
    stage.pass(31_999);
    expect(transaction.state).toBe('completed');
    stage.pass(10_000);
    expect(stage.sent.map(({ at }) => at)).toEqual([
      0, 500, 1_500, 3_500, 7_500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500,
    ]);
    expect(new Set(stage.sent.map(({ line }) => line))).toEqual(new Set(['SIP/2.0 486 Said']));
    expect(stage.lapses).toEqual(['32000 unacknowledged']);
    expect(transaction.state).toBe('terminated');
    expect(stage.layer.counts).toEqual({ server: 0, open: 0, client: 0 });
  });

  test('over TCP a 486 is sent once, and still gives up at timer H', () => {
    const stage = new Stage();
    const transaction = stage.opened(INVITE, TCP);
    stage.respond(transaction, 486, INVITE);
    stage.pass(40_000);
    expect(stage.log).toEqual(['0 SIP/2.0 486 Said']);
    expect(stage.lapses).toEqual(['32000 unacknowledged']);
  });

  test('an INVITE that comes again after a 486 is answered with that once more', () => {
    const stage = new Stage();
    const transaction = stage.opened(INVITE);
    stage.respond(transaction, 486, INVITE);
    stage.pass(100);
    expect(stage.arrive(request())).toBe('absorbed');
    expect(stage.log).toEqual(['0 SIP/2.0 486 Said', '100 SIP/2.0 486 Said']);
  });

  test('the ACK to a 486 stops the repetition; what comes again is absorbed for T4, then all is forgotten', () => {
    const stage = new Stage();
    const transaction = stage.opened(INVITE);
    stage.respond(transaction, 486, INVITE);
    stage.pass(600);
    expect(stage.arrive(ACK)).toBe('absorbed');
    expect(transaction.state).toBe('confirmed');
    stage.pass(4_999);
    expect(stage.arrive(ACK)).toBe('absorbed');
    expect(stage.arrive(request())).toBe('absorbed');
    expect(transaction.state).toBe('confirmed');
    stage.pass(1);
    expect(transaction.state).toBe('terminated');
    expect(stage.sent.map(({ at }) => at)).toEqual([0, 500]);
    expect(stage.lapses).toEqual([]);
    expect(stage.layer.counts.server).toBe(0);
  });

  test('over TCP the ACK to a 486 ends the transaction at once (timer I is zero)', () => {
    const stage = new Stage();
    const transaction = stage.opened(INVITE, TCP);
    stage.respond(transaction, 486, INVITE);
    stage.arrive(ACK, TCP);
    expect(transaction.state).toBe('terminated');
    expect(stage.layer.counts.server).toBe(0);
    expect(stage.layer.deadline).toBeUndefined();
  });

  test.each([
    ['UDP', UDP],
    ['TCP', TCP],
  ])('after a 2xx it absorbs the INVITE over %s until timer L, 64*T1 later', (_name, flow) => {
    const stage = new Stage();
    const transaction = stage.opened(INVITE, flow);
    stage.respond(transaction, 200, INVITE);
    expect(transaction.state).toBe('accepted');
    stage.pass(31_999);
    expect(stage.arrive(request(), flow)).toBe('absorbed');
    expect(transaction.state).toBe('accepted');
    stage.pass(1);
    expect(transaction.state).toBe('terminated');
    // Its repetition is for the user: nothing but the one 200 left by itself.
    expect(stage.log).toEqual(['0 SIP/2.0 200 Said']);
    expect(stage.lapses).toEqual([]);
  });

  test('its user may pass a 2xx again and again, until timer L', () => {
    const stage = new Stage();
    const transaction = stage.opened(INVITE);
    stage.respond(transaction, 200, INVITE);
    stage.pass(500);
    expect(stage.respond(transaction, 200, INVITE)).toBe(true);
    stage.pass(32_000);
    expect(stage.respond(transaction, 200, INVITE)).toBe(false);
    expect(stage.log).toEqual(['0 SIP/2.0 200 Said', '500 SIP/2.0 200 Said']);
  });

  test('hands up an ACK to a 2xx, even one that has the branch of the INVITE', () => {
    const stage = new Stage();
    const transaction = stage.opened(INVITE);
    stage.respond(transaction, 200, INVITE);
    expect(stage.arrive(ACK)).toBe('ack');
    expect(stage.arrive(request({ method: 'ACK', branch: 'z9hG4bKother' }))).toBe('ack');
    expect(transaction.state).toBe('accepted');
  });

  test('an ACK before any final response means nothing', () => {
    const stage = new Stage();
    const transaction = stage.opened(INVITE);
    expect(stage.arrive(ACK)).toBe('absorbed');
    expect(transaction.state).toBe('proceeding');
  });

  test('takes one final response: a second is not sent', () => {
    const stage = new Stage();
    const transaction = stage.opened(INVITE);
    expect(stage.respond(transaction, 486, INVITE)).toBe(true);
    expect(stage.respond(transaction, 200, INVITE)).toBe(false);
    expect(stage.respond(transaction, 180, INVITE)).toBe(false);
    expect(stage.log).toEqual(['0 SIP/2.0 486 Said']);
  });

  test('after a 2xx neither a provisional response nor a refusal is sent', () => {
    const stage = new Stage();
    const transaction = stage.opened(INVITE);
    stage.respond(transaction, 200, INVITE);
    expect(stage.respond(transaction, 180, INVITE)).toBe(false);
    expect(stage.respond(transaction, 486, INVITE)).toBe(false);
    expect(stage.log).toEqual(['0 SIP/2.0 200 Said']);
  });

  test.each([
    ['before its answer', undefined],
    ['after a 2xx', 200],
    ['after a 486', 486],
  ])(
    'a failure to send %s is told and changes no state: the INVITE is still known',
    (_when, status) => {
      const stage = new Stage();
      const transaction = stage.opened(INVITE, TCP);
      if (status !== undefined) stage.respond(transaction, status, INVITE);
      const before = transaction.state;
      stage.note(stage.layer.failed(TCP, stage.now, stage.out));
      expect(stage.lapses).toEqual(['0 unreachable']);
      expect(transaction.state).toBe(before);
      expect(stage.arrive(request(), TCP)).toBe('absorbed');
    },
  );

  test('lets go of the request with its final answer', () => {
    const stage = new Stage();
    const transaction = stage.opened(INVITE);
    expect(transaction.request).toBe(INVITE);
    stage.respond(transaction, 180, INVITE);
    expect(transaction.request).toBe(INVITE);
    stage.respond(transaction, 200, INVITE);
    expect(transaction.request).toBeUndefined();
  });

  test('keeps time by the T1, T2 and T4 that it is given', () => {
    const stage = new Stage({ t1: 100, t2: 300, t4: 1_000 });
    const transaction = stage.opened(INVITE);
    stage.respond(transaction, 486, INVITE);
    stage.pass(1_000);
    expect(stage.sent.map(({ at }) => at)).toEqual([0, 100, 300, 600, 900]);
    stage.arrive(ACK);
    stage.pass(999);
    expect(transaction.state).toBe('confirmed');
    stage.pass(1);
    expect(transaction.state).toBe('terminated');
  });
});

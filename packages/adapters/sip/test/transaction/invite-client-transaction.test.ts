import { describe, expect, test } from '@jest/globals';

import { request, response, Stage, TCP, UDP } from './stage.js';

const INVITE = request();

describe('an INVITE client transaction (RFC 3261, 17.1.1; RFC 6026, 7.2)', () => {
  test('sends again at timer A, doubling without bound, and times out at timer B after 64*T1', () => {
    const stage = new Stage();
    const transaction = stage.send();
    expect(transaction.state).toBe('calling');
    stage.pass(31_999);
    expect(stage.lapses).toEqual([]);
    stage.pass(100_000);
    expect(stage.sent.map(({ at }) => at)).toEqual([0, 500, 1_500, 3_500, 7_500, 15_500, 31_500]);
    expect(stage.lapses).toEqual(['32000 408']);
    expect(transaction.state).toBe('terminated');
    expect(stage.layer.counts.client).toBe(0);
  });

  test('over TCP it is sent once, and times out all the same', () => {
    const stage = new Stage();
    stage.send({}, TCP);
    stage.pass(40_000);
    expect(stage.sent.map(({ at }) => at)).toEqual([0]);
    expect(stage.lapses).toEqual(['32000 408']);
  });

  test('a provisional response stops both timers: it may ring as long as its user likes', () => {
    const stage = new Stage();
    const transaction = stage.send();
    stage.pass(600);
    expect(stage.hear(response(100, INVITE))).toBe('told');
    expect(transaction.state).toBe('proceeding');
    expect(stage.layer.deadline).toBeUndefined();
    stage.pass(600_000);
    expect(stage.hear(response(180, INVITE))).toBe('told');
    expect(stage.sent.map(({ at }) => at)).toEqual([0, 500]);
    expect(stage.lapses).toEqual([]);
  });

  test.each([[[]], [[180]]])(
    'tells each 2xx until timer M, 64*T1 after the first (after %j)',
    (before: number[]) => {
      const stage = new Stage();
      const transaction = stage.send();
      for (const status of before) stage.hear(response(status, INVITE));
      expect(stage.hear(response(200, INVITE))).toBe('told');
      expect(transaction.state).toBe('accepted');
      stage.pass(31_999);
      expect(stage.hear(response(200, INVITE, 'another-fork'))).toBe('told');
      stage.pass(1);
      expect(transaction.state).toBe('terminated');
      expect(stage.hear(response(200, INVITE))).toBe('stray-2xx');
      // The ACK to a 2xx is not ours to send.
      expect(stage.log).toEqual(['0 INVITE sip:bot@192.0.2.1 SIP/2.0']);
    },
  );

  test('once accepted, provisional responses and refusals mean nothing', () => {
    const stage = new Stage();
    stage.send();
    stage.hear(response(200, INVITE));
    expect(stage.hear(response(180, INVITE))).toBe('absorbed');
    expect(stage.hear(response(486, INVITE))).toBe('absorbed');
    expect(stage.sent).toHaveLength(1);
  });

  test.each([[[]], [[180]]])(
    'acknowledges a 486 by itself, tells it once, and acknowledges it again for 32 s (after %j)',
    (before: number[]) => {
      const stage = new Stage();
      const transaction = stage.send();
      for (const status of before) stage.hear(response(status, INVITE));
      expect(stage.hear(response(486, INVITE))).toBe('told');
      expect(transaction.state).toBe('completed');
      stage.pass(31_999);
      expect(stage.hear(response(486, INVITE))).toBe('absorbed');
      expect(stage.hear(response(180, INVITE))).toBe('absorbed');
      stage.pass(1);
      expect(transaction.state).toBe('terminated');
      expect(stage.log).toEqual([
        '0 INVITE sip:bot@192.0.2.1 SIP/2.0',
        '0 ACK sip:bot@192.0.2.1 SIP/2.0',
        '31999 ACK sip:bot@192.0.2.1 SIP/2.0',
      ]);
      expect(stage.hear(response(486, INVITE))).toBe('stray');
      expect(stage.lapses).toEqual([]);
    },
  );

  test('over TCP a 486 is acknowledged and the transaction ends with it (timer D is zero)', () => {
    const stage = new Stage();
    const transaction = stage.send({}, TCP);
    expect(stage.hear(response(486, INVITE))).toBe('told');
    expect(transaction.state).toBe('terminated');
    expect(stage.log.at(-1)).toBe('0 ACK sip:bot@192.0.2.1 SIP/2.0');
    expect(stage.layer.counts.client).toBe(0);
    expect(stage.layer.deadline).toBeUndefined();
  });

  test('the ACK has the top Via, Request-URI, From, Call-ID, Route and CSeq number of the INVITE, and the To of the response', () => {
    const stage = new Stage();
    const shape = {
      cseq: '314 INVITE',
      more: [
        'Route: <sip:one.example.com;lr>, <sip:two.example.com;lr>',
        'Route: <sip:three.example.com;lr>',
      ],
    };
    stage.send(shape);
    stage.hear(response(302, request(shape), 'from-them'));
    expect(new TextDecoder().decode(stage.sent[1]?.bytes)).toBe(
      [
        'ACK sip:bot@192.0.2.1 SIP/2.0',
        'Via: SIP/2.0/UDP 192.0.2.7:5070;branch=z9hG4bKone',
        'Max-Forwards: 70',
        'From: <sip:alice@example.com>;tag=alice',
        'To: <sip:bot@192.0.2.1>;tag=from-them',
        'Call-ID: dialog-1',
        'CSeq: 314 ACK',
        'Route: <sip:one.example.com;lr>, <sip:two.example.com;lr>',
        'Route: <sip:three.example.com;lr>',
        'Content-Length: 0',
        '',
        '',
      ].join('\r\n'),
    );
    expect(stage.sent[1]?.to).toEqual(UDP);
  });

  test('timer D is 32 seconds even where T1 is short', () => {
    const stage = new Stage({ t1: 10 });
    const transaction = stage.send();
    stage.hear(response(486, INVITE));
    stage.pass(31_999);
    expect(transaction.state).toBe('completed');
    stage.pass(1);
    expect(transaction.state).toBe('terminated');
  });

  test.each([
    ['calling', []],
    ['proceeding', [180]],
  ])('a failure to send in %s is told as 503 and ends it', (state, before: number[]) => {
    const stage = new Stage();
    const transaction = stage.send();
    for (const status of before) stage.hear(response(status, INVITE));
    expect(transaction.state).toBe(state);
    stage.note(stage.layer.failed(UDP, stage.now, stage.out));
    expect(stage.lapses).toEqual(['0 503']);
    expect(transaction.state).toBe('terminated');
    expect(stage.layer.counts.client).toBe(0);
    expect(stage.layer.deadline).toBeUndefined();
  });

  test('a failure to send the ACK ends it, and its user hears nothing: it has its answer', () => {
    const stage = new Stage();
    const transaction = stage.send();
    stage.hear(response(486, INVITE));
    stage.note(stage.layer.failed(UDP, stage.now, stage.out));
    expect(stage.lapses).toEqual([]);
    expect(transaction.state).toBe('terminated');
  });

  test('a failure once accepted changes nothing: more 2xx may come', () => {
    const stage = new Stage();
    stage.send();
    stage.hear(response(200, INVITE));
    stage.note(stage.layer.failed(UDP, stage.now, stage.out));
    expect(stage.lapses).toEqual([]);
    expect(stage.hear(response(200, INVITE))).toBe('told');
  });
});

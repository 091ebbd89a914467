import { describe, expect, test } from '@jest/globals';

import { request, Stage, TCP, UDP } from './stage.js';

const MESSAGE = request({ method: 'MESSAGE' });

describe('a non-INVITE server transaction (RFC 3261, 17.2.2; RFC 4320)', () => {
  test('sends nothing of its own when the request comes again before an answer', () => {
    const stage = new Stage();
    const transaction = stage.opened(MESSAGE);
    expect(transaction.state).toBe('trying');
    stage.pass(500);
    expect(stage.arrive(request({ method: 'MESSAGE' }))).toBe('absorbed');
    expect(stage.log).toEqual([]);
  });

  test.each([
    ['UDP', UDP],
    ['TCP', TCP],
  ])(
    'over %s answers 100 when 3.5 s passed without an answer, not earlier, and ends at 64*T1 in silence',
    (_name, flow) => {
      const stage = new Stage();
      const transaction = stage.opened(MESSAGE, flow);
      stage.pass(3_499);
      expect(stage.log).toEqual([]);
      stage.pass(1);
      expect(transaction.state).toBe('proceeding');
      stage.pass(28_499);
      expect(transaction.state).toBe('proceeding');
      stage.pass(1);
      expect(stage.log).toEqual(['3500 SIP/2.0 100 Trying']);
      expect(stage.lapses).toEqual(['32000 unanswered']);
      expect(transaction.state).toBe('terminated');
      expect(stage.respond(transaction, 200, MESSAGE)).toBe(false);
      expect(stage.layer.counts).toEqual({ server: 0, open: 0, client: 0 });
    },
  );

  test('answers a request that comes again with the last provisional response', () => {
    const stage = new Stage();
    const transaction = stage.opened(MESSAGE);
    stage.respond(transaction, 100, MESSAGE);
    expect(transaction.state).toBe('proceeding');
    stage.pass(4_000);
    stage.arrive(request({ method: 'MESSAGE' }));
    stage.respond(transaction, 100, MESSAGE);
    expect(stage.log).toEqual([
      '0 SIP/2.0 100 Said',
      '4000 SIP/2.0 100 Said',
      '4000 SIP/2.0 100 Said',
    ]);
    stage.pass(28_000);
    expect(stage.lapses).toEqual(['32000 unanswered']);
  });

  test('answers a request that comes again with the final response, until timer J, 64*T1 later', () => {
    const stage = new Stage();
    const transaction = stage.opened(MESSAGE);
    stage.respond(transaction, 200, MESSAGE);
    expect(transaction.state).toBe('completed');
    stage.pass(31_999);
    expect(stage.arrive(request({ method: 'MESSAGE' }))).toBe('absorbed');
    stage.pass(1);
    expect(transaction.state).toBe('terminated');
    expect(stage.log).toEqual(['0 SIP/2.0 200 Said', '31999 SIP/2.0 200 Said']);
    expect(stage.arrive(request({ method: 'MESSAGE' }))).not.toBe('absorbed');
  });

  test('over TCP it ends with its final response (timer J is zero)', () => {
    const stage = new Stage();
    const transaction = stage.opened(MESSAGE, TCP);
    stage.respond(transaction, 200, MESSAGE);
    expect(transaction.state).toBe('terminated');
    expect(stage.layer.counts).toEqual({ server: 0, open: 0, client: 0 });
    expect(stage.layer.deadline).toBeUndefined();
    expect(stage.log).toEqual(['0 SIP/2.0 200 Said']);
  });

  test('a second final response is discarded', () => {
    const stage = new Stage();
    const transaction = stage.opened(MESSAGE);
    expect(stage.respond(transaction, 200, MESSAGE)).toBe(true);
    expect(stage.respond(transaction, 500, MESSAGE)).toBe(false);
    stage.arrive(request({ method: 'MESSAGE' }));
    expect(stage.log).toEqual(['0 SIP/2.0 200 Said', '0 SIP/2.0 200 Said']);
  });

  test.each([
    ['trying', []],
    ['proceeding', [100]],
  ])('a failure to send in %s is told and ends it', (state, answers: number[]) => {
    const stage = new Stage();
    const transaction = stage.opened(MESSAGE, TCP);
    for (const status of answers) stage.respond(transaction, status, MESSAGE);
    expect(transaction.state).toBe(state);
    stage.note(stage.layer.failed(TCP, stage.now, stage.out));
    expect(stage.lapses).toEqual(['0 unreachable']);
    expect(transaction.state).toBe('terminated');
    expect(stage.layer.counts).toEqual({ server: 0, open: 0, client: 0 });
    expect(stage.layer.deadline).toBeUndefined();
  });

  test('a failure to send its final response ends it, and nobody is told', () => {
    const stage = new Stage();
    const transaction = stage.opened(MESSAGE);
    stage.respond(transaction, 200, MESSAGE);
    transaction.step('failed', stage.now, stage.out);
    expect(transaction.state).toBe('terminated');
    expect(stage.lapses).toEqual([]);
  });

  test('lets go of its request and its user with the final response', () => {
    const stage = new Stage();
    const transaction = stage.opened(MESSAGE);
    transaction.user = 'somebody';
    stage.respond(transaction, 100, MESSAGE);
    expect([transaction.request, transaction.user]).toEqual([MESSAGE, 'somebody']);
    stage.respond(transaction, 200, MESSAGE);
    expect([transaction.request, transaction.user]).toEqual([undefined, undefined]);
  });

  test('the final response after 3.5 s leaves no other timer than J', () => {
    const stage = new Stage();
    const transaction = stage.opened(MESSAGE);
    stage.pass(10_000);
    stage.respond(transaction, 200, MESSAGE);
    stage.pass(31_999);
    expect(transaction.state).toBe('completed');
    stage.pass(1);
    expect(transaction.state).toBe('terminated');
    expect(stage.lapses).toEqual([]);
  });
});

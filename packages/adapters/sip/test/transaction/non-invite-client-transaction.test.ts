import { describe, expect, test } from '@jest/globals';

import { request, response, Stage, TCP, UDP } from './stage.js';

const SHAPE = { method: 'MESSAGE' };
const MESSAGE = request(SHAPE);

describe('a non-INVITE client transaction (RFC 3261, 17.1.2)', () => {
  test('sends again at timer E, doubling up to T2, and times out at timer F after 64*T1', () => {
    const stage = new Stage();
    const transaction = stage.send(SHAPE);
    expect(transaction.state).toBe('trying');
    stage.pass(31_999);
    expect(stage.lapses).toEqual([]);
    stage.pass(100_000);
    expect(stage.sent.map(({ at }) => at)).toEqual([
      0, 500, 1_500, 3_500, 7_500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500,
    ]);
    expect(stage.lapses).toEqual(['32000 408']);
    expect(transaction.state).toBe('terminated');
    expect(stage.layer.counts.client).toBe(0);
  });

  test('over TCP it is sent once, and times out all the same', () => {
    const stage = new Stage();
    stage.send(SHAPE, TCP);
    stage.pass(40_000);
    expect(stage.sent.map(({ at }) => at)).toEqual([0]);
    expect(stage.lapses).toEqual(['32000 408']);
  });

  test('after a provisional response timer E runs out as it was, and is T2 from then on; timer F goes on', () => {
    const stage = new Stage();
    const transaction = stage.send(SHAPE);
    stage.pass(600);
    expect(stage.hear(response(100, MESSAGE))).toBe('told');
    expect(transaction.state).toBe('proceeding');
    expect(stage.hear(response(100, MESSAGE))).toBe('told');
    stage.pass(50_000);
    expect(stage.sent.map(({ at }) => at)).toEqual([
      0, 500, 1_500, 5_500, 9_500, 13_500, 17_500, 21_500, 25_500, 29_500,
    ]);
    expect(stage.lapses).toEqual(['32000 408']);
  });

  test.each([[[]], [[100]]])(
    'a final response is told once, and absorbed until timer K, T4 later (after %j)',
    (before: number[]) => {
      const stage = new Stage();
      const transaction = stage.send(SHAPE);
      for (const status of before) stage.hear(response(status, MESSAGE));
      expect(stage.hear(response(404, MESSAGE))).toBe('told');
      expect(transaction.state).toBe('completed');
      stage.pass(4_999);
      expect(stage.hear(response(404, MESSAGE))).toBe('absorbed');
      expect(transaction.state).toBe('completed');
      stage.pass(1);
      expect(transaction.state).toBe('terminated');
      expect(stage.hear(response(404, MESSAGE))).toBe('stray');
      expect(stage.sent).toHaveLength(1);
    },
  );

  test('over TCP it ends with its final response (timer K is zero)', () => {
    const stage = new Stage();
    const transaction = stage.send(SHAPE, TCP);
    expect(stage.hear(response(200, MESSAGE))).toBe('told');
    expect(transaction.state).toBe('terminated');
    expect(stage.layer.counts.client).toBe(0);
    expect(stage.layer.deadline).toBeUndefined();
  });

  test.each([
    ['trying', []],
    ['proceeding', [100]],
  ])('a failure to send in %s is told as 503 and ends it', (state, before: number[]) => {
    const stage = new Stage();
    const transaction = stage.send(SHAPE);
    for (const status of before) stage.hear(response(status, MESSAGE));
    expect(transaction.state).toBe(state);
    stage.note(stage.layer.failed(UDP, stage.now, stage.out));
    expect(stage.lapses).toEqual(['0 503']);
    expect(stage.layer.counts.client).toBe(0);
    expect(stage.layer.deadline).toBeUndefined();
  });

  test('lets go of its user once that has been told the final response, and of nobody before it', () => {
    const stage = new Stage();
    const transaction = stage.send(SHAPE);
    stage.hear(response(100, MESSAGE));
    transaction.release();
    expect(transaction.user).toBe('user');
    stage.hear(response(200, MESSAGE));
    expect(transaction.user).toBe('user');
    transaction.release();
    expect(transaction.user).toBeUndefined();
    expect(stage.hear(response(200, MESSAGE))).toBe('absorbed');
  });

  test('one that is forgotten sends nothing more, and what still comes is stray', () => {
    const stage = new Stage();
    const transaction = stage.send(SHAPE);
    stage.pass(500);
    stage.layer.forget(transaction);
    stage.pass(50_000);
    expect(stage.sent).toHaveLength(2);
    expect(stage.lapses).toEqual([]);
    expect(stage.hear(response(200, MESSAGE))).toBe('stray');
  });
});

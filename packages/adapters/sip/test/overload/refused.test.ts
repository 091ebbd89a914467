/** Whose refusals show that there is too much to do, and what operators set. */
import { describe, expect, it } from '@jest/globals';

import { flowOf, packet } from './packets.js';
import { answerOf, isProxy, Stage } from './stage.js';

describe('a refusal counts as ours', () => {
  /** What is shed and refused when these sources have invited so often at one moment. */
  function after(
    stage: Stage,
    asked: readonly (readonly [source: number, count: number])[],
  ): {
    readonly shed: number;
    readonly refused: number;
  } {
    let number = 0;
    for (const [source, count] of asked) {
      for (let each = 0; each < count; each += 1) stage.put('i', (number += 1), source);
    }
    const { shed, refused } = stage.control.state(stage.now);
    return { shed, refused: refused[2] ?? 0 };
  }

  function met(...sources: readonly number[]): Stage {
    const stage = new Stage();
    for (const source of sources) stage.control.settle(flowOf(source), 0);
    stage.crowd();
    return stage;
  }

  it('where there was no room for somebody who is there, and keeps to his rate', () => {
    const sources = Array.from({ length: 40 }, (_, index) => index + 1);
    const asked = sources.map((source) => [source, 35] as const);
    const { shed, refused } = after(met(...sources), asked);
    expect(refused).toBeGreaterThan(100);
    expect(shed).toBeCloseTo(refused / 1_400);
  });

  it('where somebody beyond his rate is alone with us', () => {
    const { shed, refused } = after(met(1), [[1, 2_500]]);
    expect(refused).toBeGreaterThan(100);
    expect(shed).toBeGreaterThan(0.1);
  });

  it('but not where others are here, too: he asks for more than his part', () => {
    const { shed, refused } = after(met(1, 2), [
      [2, 1],
      [1, 2_500],
    ]);
    expect(refused).toBeGreaterThan(100);
    expect(shed).toBe(0);
  });

  it('nor where nobody knows that they are there', () => {
    const asked = Array.from({ length: 1_500 }, (_, index) => [index + 1, 1] as const);
    const { shed, refused } = after(met(), asked);
    expect(refused).toBeGreaterThan(100);
    expect(shed).toBe(0);
  });

  it('nor where one of those behind a proxy asks for too much', () => {
    const stage = new Stage({ trusts: isProxy });
    stage.crowd();
    for (let number = 0; number < 2_500; number += 1) {
      const bytes = packet('i', 1, number);
      // All from one.
      const from = new TextEncoder().encode('99999999');
      const at = new TextDecoder('latin1').decode(bytes).indexOf('<sip:') + 5;
      bytes.set(from, at);
      stage.control.put(bytes, flowOf(1), stage.now);
    }
    const { shed, refused } = stage.control.state(stage.now);
    expect(refused[2]).toBeGreaterThan(100);
    expect(shed).toBe(0);
  });
});

describe('what operators set', () => {
  it('is how many invitations wait, and for how long', () => {
    const stage = new Stage({ invitations: { places: 3, patience: 20 } });
    stage.crowd();
    for (const source of [1, 2, 3, 4]) stage.control.settle(flowOf(source), 0);
    const verdicts = [1, 2, 3, 4].map((source) => answerOf(stage.put('i', source, source)));
    expect(verdicts).toEqual(['wait', 'wait', 'wait', '503 INVITE']);
    stage.now += 200.5;
    expect(stage.take().refusals.map(answerOf)).toEqual(
      Array.from({ length: 3 }, () => '503 INVITE'),
    );
  });

  it('is how long messages outside any dialog wait', () => {
    const stage = new Stage({ pages: { patience: 20 } });
    stage.crowd();
    const bytes = new TextDecoder('latin1')
      .decode(packet('i', 1, 1))
      .replaceAll('INVITE', 'MESSAGE');
    expect(stage.control.put(new TextEncoder().encode(bytes), flowOf(1), stage.now)).toBe('wait');
    stage.now += 200.5;
    expect(stage.take().refusals.map(answerOf)).toEqual(['503 MESSAGE']);
  });
});

describe('somebody who has proved who he is', () => {
  it('may ask beyond the rate of an identity only while nobody waits', () => {
    const stage = new Stage({ identity: { perSecond: 1, burst: 1 } });
    const asks = (): boolean => stage.control.admits('sip:alice@example.com', stage.now);
    expect([asks(), asks()]).toEqual([true, true]);
    stage.crowd();
    stage.put('i');
    expect(asks()).toBe(false);
    expect(stage.control.admits('sip:bob@example.com', stage.now)).toBe(true);
    stage.now += 1_000;
    expect(asks()).toBe(true);
  });
});

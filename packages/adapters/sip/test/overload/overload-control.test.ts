/** What becomes of messages, from one moment to the next. */
import { describe, expect, it } from '@jest/globals';

import { flowOf } from './packets.js';
import { answerOf, isProxy, Stage } from './stage.js';

describe('while there is time for everything', () => {
  it('all passes straight through, and nothing waits', () => {
    const stage = new Stage();
    for (let number = 0; number < 1_000; number += 1) {
      for (const kind of ['i', 'a', 'm', 'b', 'o', 'e', 'x'] as const) {
        expect(stage.put(kind, number)).toBe('pass');
      }
      stage.now += 3;
      if (stage.asked > 0) expect(stage.take()).toEqual({ work: [], refusals: [] });
    }
    expect(stage.control.state(stage.now)).toMatchObject({
      waited: 0,
      refused: [0, 0, 0, 0, 0],
      dropped: 0,
    });
  });

  it('one source may ask for anything, however much', () => {
    const stage = new Stage({ source: { perSecond: 1, burst: 1 } });
    const verdicts = Array.from({ length: 30 }, (_, number) => stage.put('i', number));
    expect(new Set(verdicts)).toEqual(new Set(['pass']));
  });
});

describe('while there is not', () => {
  it('what comes waits for a turn that was asked for, and talk in progress goes first', () => {
    const stage = new Stage();
    stage.tags.add('d00000001');
    stage.crowd();
    for (const kind of ['o', 'i', 'm', 'b', 'a'] as const) expect(stage.put(kind)).toBe('wait');
    expect(stage.asked).toBe(1);
    expect(stage.takeAll()).toEqual(['BYE', 'ACK', 'MESSAGE', 'INVITE', 'OPTIONS']);
    expect(stage.asked).toBe(0);
    expect(stage.put('i', 2)).toBe('pass');
  });

  it('a turn gives out no more than it has time for, and asks for another one', () => {
    const stage = new Stage();
    stage.crowd();
    for (let number = 0; number < 30; number += 1) stage.put('i', number, number);
    expect(stage.take().work).toHaveLength(4);
    expect(stage.asked).toBe(1);
    expect(stage.control.size).toBe(26);
  });

  it('whatever comes behind those who wait, waits', () => {
    const stage = new Stage();
    stage.crowd();
    for (let number = 0; number < 30; number += 1) stage.put('i', number, number);
    stage.take();
    expect(stage.put('i', 40)).toBe('wait');
  });

  it('an invitation for which there is no room is refused at once', () => {
    const stage = new Stage({ trusts: isProxy });
    stage.crowd();
    const verdicts = Array.from({ length: 1_500 }, (_, number) => stage.put('i', number));
    expect(answerOf(verdicts.at(-1))).toBe('503 INVITE');
    expect(stage.control.state(stage.now).shed).toBeGreaterThan(0.3);
    expect(stage.control.state(stage.now).sheddingSince).toBe(stage.now);
  });

  it('an invitation that has waited for too long is refused', () => {
    const stage = new Stage();
    stage.control.settle(flowOf(1), 0);
    stage.crowd();
    stage.put('i');
    stage.now += 1_000.5;
    const { work, refusals } = stage.take();
    expect(work).toEqual([]);
    expect(refusals.map(answerOf)).toEqual(['503 INVITE']);
    expect(stage.control.state(stage.now).shed).toBe(1);
  });

  it('what belongs to no dialog of the house is told so when all others are served, or refused', () => {
    const stage = new Stage();
    stage.crowd();
    expect([stage.put('x'), stage.put('y'), stage.put('i')]).toEqual(['wait', 'wait', 'wait']);
    expect(stage.control.state(stage.now).waiting).toEqual([0, 0, 1, 0, 2]);
  });
});

describe('a retransmission', () => {
  it('of an INVITE that the house knows goes first, and is never refused', () => {
    const stage = new Stage({ trusts: isProxy });
    const { address } = flowOf(1).remote;
    stage.keys.add(`INVITE ${address}:5060 z9hG4bKi00009000`);
    stage.crowd();
    for (let number = 0; number < 1_500; number += 1) stage.put('i', number);
    expect(stage.put('i', 9_000)).toBe('wait');
    expect(stage.control.state(stage.now).waiting[0]).toBe(1);
  });

  it('of one that waits itself is dropped, and its CANCEL comes behind it', () => {
    const stage = new Stage();
    stage.crowd();
    expect(stage.put('i', 5)).toBe('wait');
    expect(stage.put('i', 5)).toBe('drop');
    expect(stage.put('c', 5)).toBe('wait');
    expect(stage.put('c', 5)).toBe('drop');
    expect(stage.takeAll()).toEqual(['INVITE', 'CANCEL']);
  });

  it('passes even while hardly anything new may be begun', () => {
    const stage = new Stage();
    for (stage.now = 0; stage.now < 60_000; stage.now += 1_000) stage.control.sample(stage.now, 99);
    const { address } = flowOf(1).remote;
    stage.keys.add(`INVITE ${address}:5060 z9hG4bKi00000500`);
    const verdicts = Array.from({ length: 50 }, (_, number) => stage.put('i', number));
    expect(answerOf(verdicts.at(-1))).toBe('503 INVITE');
    expect(stage.put('i', 500)).toBe('pass');
  });
});

describe('the ACK to a refusal', () => {
  it('is dropped unread, as nobody knows of it', () => {
    const stage = new Stage({ trusts: isProxy });
    stage.crowd();
    for (let number = 0; number < 1_500; number += 1) stage.put('i', number);
    stage.takeAll();
    expect(stage.put('r', 1_499)).toBe('drop');
    expect(stage.put('a', 1_499)).toBe('pass');
  });
});

describe('the ACK to an acceptance', () => {
  it('shows that its source is there: it no longer stands with the strangers', () => {
    const stage = new Stage();
    stage.tags.add('d00000007');
    expect(stage.put('a', 7, 7)).toBe('pass');
    expect(stage.put('a', 8, 8)).toBe('pass');
    stage.crowd();
    stage.put('i', 80, 8);
    stage.put('i', 70, 7);
    const sources = stage.take().work.map(({ flow }) => flow);
    expect(sources).toEqual([flowOf(7), flowOf(8)]);
  });

  it('is not the only proof: the house may have one of its own', () => {
    const stage = new Stage();
    stage.control.settle(flowOf(7), 0);
    stage.crowd();
    stage.put('i', 80, 8);
    stage.put('i', 70, 7);
    expect(stage.take().work.map(({ flow }) => flow)).toEqual([flowOf(7), flowOf(8)]);
  });
});

describe('the event loop that is late', () => {
  it('lets less begin, whoever waits or not, but all that has begun go on', () => {
    const stage = new Stage();
    for (stage.now = 0; stage.now < 20_000; stage.now += 1_000) stage.control.sample(stage.now, 60);
    expect(stage.control.state(stage.now).admission).toBeCloseTo(0.02);
    const verdicts = Array.from({ length: 50 }, (_, number) => stage.put('i', number));
    expect(verdicts.filter((verdict) => verdict === 'pass').length).toBeLessThanOrEqual(3);
    for (const kind of ['a', 'm', 'b', 'o'] as const) expect(stage.put(kind)).toBe('pass');
  });

  it('but has time to spare lets all begin: it had to wait for others on this machine', () => {
    const stage = new Stage();
    for (stage.now = 0; stage.now < 20_000; stage.now += 1_000)
      stage.control.sample(stage.now, 200, 0.7);
    expect(stage.control.state(stage.now).admission).toBe(1);
  });

  it('lets all begin again three seconds after it is in time', () => {
    const stage = new Stage();
    for (stage.now = 0; stage.now < 20_000; stage.now += 1_000) stage.control.sample(stage.now, 60);
    const since = stage.now;
    for (; stage.now <= since + 3_000; stage.now += 100) {
      stage.control.sample(stage.now, 10);
      stage.put('m');
    }
    expect(stage.control.state(stage.now).admission).toBe(1);
  });
});

describe('an emergency', () => {
  it('goes before other invitations', () => {
    const stage = new Stage();
    stage.crowd();
    stage.put('i', 1);
    stage.put('e', 2, 2);
    expect(stage.control.state(stage.now).waiting).toEqual([0, 1, 1, 0, 0]);
  });

  it('does not where the house does not believe in them', () => {
    const stage = new Stage({ emergencies: false });
    stage.crowd();
    stage.put('i', 1);
    stage.put('e', 2, 2);
    expect(stage.control.state(stage.now).waiting).toEqual([0, 0, 2, 0, 0]);
  });
});

describe('clients that take part in overload control', () => {
  it('are told how much was refused in the last second, looked at every tenth of one', () => {
    const stage = new Stage({ trusts: isProxy });
    stage.now = 1_000_000;
    expect(stage.control.feedback(stage.now)).toContain(';oc=0;oc-algo="loss";oc-validity=0;');
    stage.crowd();
    for (let number = 0; number < 1_500; number += 1) stage.put('i', number);
    stage.now += 100;
    const percent = Math.round(stage.control.state(stage.now).shed * 100);
    expect(stage.control.feedback(stage.now)).toBe(
      `;oc=${percent};oc-algo="loss";oc-validity=500;oc-seq=1000.109`,
    );
  });
});

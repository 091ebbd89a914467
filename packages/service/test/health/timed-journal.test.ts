import { describe, expect, it } from '@jest/globals';
import { Address, plainText } from '@usher/core';
import type { Entry, Journal } from '@usher/core/adapter';
import { VirtualClock } from '@usher/core/testing';

import { TimedJournal } from '../../src/health/timed-journal.js';

const ENTRY: Entry = {
  type: 'received',
  session: 's1',
  bot: 'echo',
  message: Address.parse('sip:m@example.com').toString(),
  content: plainText('hello'),
  at: 0,
};

/** A journal whose commits are done, or fail, when told to. */
function journal(record?: Journal['record']) {
  const clock = new VirtualClock();
  const commits: { done: () => void; fail: (error: Error) => void }[] = [];
  const timed = new TimedJournal(
    {
      durability: 'fsync',
      record:
        record ??
        (() => new Promise((done, fail) => void commits.push({ done: () => done(), fail }))),
    },
    clock,
  );
  return { clock, timed, commits };
}

describe('a journal whose commits are timed', () => {
  it('is as durable as the journal', () => {
    expect(journal().timed.durability).toBe('fsync');
  });

  it('takes as long as the oldest commit that is still under way', async () => {
    const { clock, timed, commits } = journal();
    expect(timed.delay).toBe(0);
    void timed.record(ENTRY);
    clock.elapse(100);
    void timed.record(ENTRY);
    clock.elapse(50);
    expect(timed.delay).toBe(150);
    commits[0]?.done();
    await clock.settle();
    // What the last one took is the longest that is known now.
    expect(timed.delay).toBe(150);
    clock.elapse(200);
    expect(timed.delay).toBe(250);
  });

  it('remembers what the last commit took for ten seconds', async () => {
    const { clock, timed, commits } = journal();
    void timed.record(ENTRY);
    clock.elapse(300);
    commits[0]?.done();
    await clock.settle();
    clock.elapse(9_999);
    expect(timed.delay).toBe(300);
    clock.elapse(1);
    expect(timed.delay).toBe(0);
  });

  it('is well again with the first commit that is quick', async () => {
    const { clock, timed, commits } = journal();
    void timed.record(ENTRY);
    clock.elapse(300);
    commits[0]?.done();
    await clock.settle();
    void timed.record(ENTRY);
    commits[1]?.done();
    await clock.settle();
    expect(timed.delay).toBe(0);
    expect(timed.commits).toMatchObject({ count: 2, sum: 300 });
  });

  it('fails where the last commit did, and what failed is told as before', async () => {
    const { clock, timed, commits } = journal();
    const recording = timed.record(ENTRY);
    commits[0]?.fail(new Error('disk full'));
    await expect(recording).rejects.toThrow('disk full');
    expect(timed.failing).toBe(true);
    clock.elapse(10_000);
    expect(timed.failing).toBe(false);
  });

  it('times a journal that is done at once, or throws at once, as well', () => {
    const clock = new VirtualClock();
    let slow = 250;
    const timed = new TimedJournal(
      {
        durability: 'process',
        record() {
          clock.leap(slow);
          if (slow === 0) throw new Error('disk full');
        },
      },
      clock,
    );
    expect(timed.record(ENTRY)).toBeUndefined();
    expect(timed.delay).toBe(250);
    slow = 0;
    expect(() => timed.record(ENTRY)).toThrow('disk full');
    expect(timed.failing).toBe(true);
  });
});

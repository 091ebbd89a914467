/** A user agent with more to do than there is time for, and what it tells of how it is doing. */
import { describe, expect, it } from '@jest/globals';

import type { EventLoop, SipUserAgentOptions } from '../../src/index.js';
import { readResponse, UDP } from '../endpoint/bench.js';
import { invite, request } from '../endpoint/peer.js';
import { Stage } from './stage.js';

/** An event loop whose turns come when a test lets them. */
class Loop implements EventLoop {
  readonly turns: (() => void)[] = [];
  tell: ((delay: number, busy: number) => void) | undefined;

  turn(task: () => void): void {
    this.turns.push(task);
  }

  watch(tell: (delay: number, busy: number) => void): () => void {
    this.tell = tell;
    return () => {
      this.tell = undefined;
    };
  }

  go(): void {
    for (const turn of this.turns.splice(0)) turn();
  }
}

/** A user agent on that loop, before which there was nothing to do. */
async function opened(eventLoop: Loop, options: Partial<SipUserAgentOptions> = {}): Promise<Stage> {
  const stage = await Stage.open({ eventLoop, ...options });
  for (const left of [5, 5]) {
    eventLoop.go();
    stage.clock.elapse(left);
  }
  return stage;
}

/** So many invitations arrive at one moment, each of somebody else. */
function inviteOften(stage: Stage, count: number): void {
  const encoder = new TextEncoder();
  for (let number = 0; number < count; number += 1) {
    const wish = { callId: `${number}`, from: `<sip:a${number}@b>;tag=peer` };
    stage.network.events?.receive(encoder.encode(invite(wish)), UDP);
  }
}

describe('the event loop', () => {
  it('is asked for a turn when something comes, and what comes long before it waits for it', async () => {
    const eventLoop = new Loop();
    const stage = await opened(eventLoop);
    await stage.receive(request('OPTIONS', { callId: 'first' }));
    expect(stage.response().status).toBe(200);
    expect(eventLoop.turns).toHaveLength(1);
    stage.clock.elapse(9);
    await stage.receive(request('OPTIONS', { callId: 'second' }));
    expect(stage.take()).toEqual([]);
    eventLoop.go();
    expect(stage.response().status).toBe(200);
  });

  it('that is late lets little that is new begin, and is listened to until the user agent closes', async () => {
    const eventLoop = new Loop();
    const stage = await opened(eventLoop);
    for (let second = 0; second < 20; second += 1) {
      stage.clock.elapse(1_000);
      eventLoop.tell?.(99, 1);
    }
    stage.house.refusal = { status: 486 };
    inviteOften(stage, 30);
    const statuses = stage.take().map((sent) => readResponse(sent).status);
    expect(statuses.filter((status) => status === 503).length).toBeGreaterThan(20);
    await stage.userAgent.close();
    expect(eventLoop.tell).toBeUndefined();
  });

  it('is the clock where none is given', async () => {
    const stage = await Stage.open();
    for (let number = 0; number < 200; number += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other is what is meant
      await stage.receive(request('OPTIONS', { callId: `${number}` }));
      stage.clock.elapse(1);
    }
    const statuses = stage.take().map((sent) => readResponse(sent).status);
    expect(statuses).toEqual(Array.from({ length: 200 }, () => 200));
  });
});

describe('where overload is not controlled', () => {
  it('all that comes is dealt with at once', async () => {
    const eventLoop = new Loop();
    const stage = await opened(eventLoop, { overload: 'off' });
    for (let number = 0; number < 100; number += 1) {
      stage.clock.elapse(9);
      // oxlint-disable-next-line no-await-in-loop -- one after the other is what is meant
      await stage.receive(request('OPTIONS', { callId: `${number}` }));
    }
    expect(stage.take()).toHaveLength(100);
    expect(eventLoop.turns).toEqual([]);
    expect(stage.userAgent.state?.gauges.has('waiting-invitations')).toBe(false);
  });
});

describe('how a user agent is doing', () => {
  it('is told while it is open', async () => {
    const stage = await Stage.open();
    expect(stage.userAgent.state?.sheddingFor).toBe(0);
    await stage.userAgent.close();
    expect(stage.userAgent.state).toBeUndefined();
  });

  it('is told in what there is, and in how much of it there may be', async () => {
    const stage = await Stage.open({ transactions: { open: 7 }, pager: { sessions: 9 } });
    await stage.session();
    const { gauges } = stage.userAgent.state ?? { gauges: new Map() };
    expect(Object.fromEntries(gauges)).toMatchObject({
      dialogs: { used: 1 },
      pending: { used: 0 },
      'open-transactions': { used: 0, limit: 7 },
      'lingering-transactions': { used: 1, limit: 200_000 },
      'client-transactions': { used: 0 },
      connections: { used: 0 },
      'pager-sessions': { used: 0, limit: 9 },
      deliveries: { used: 0 },
      'waiting-talk': { used: 0, limit: 10_000 },
      'waiting-invitations': { used: 0, limit: 1_000 },
      admission: { used: 1, limit: 1 },
      shed: { used: 0, limit: 1 },
    });
  });

  it('is told in what has happened, which only grows', async () => {
    const eventLoop = new Loop();
    const stage = await opened(eventLoop);
    await stage.receive(request('OPTIONS'));
    stage.clock.elapse(9);
    inviteOften(stage, 3_000);
    const before = stage.userAgent.state?.counters;
    expect(before?.get('refused-invitations')).toBeGreaterThan(10);
    expect(before?.get('waited')).toBeGreaterThan(10);
    expect(before?.get('refused-talk')).toBe(0);
    for (let turn = 0; turn < 50; turn += 1) eventLoop.go();
    expect(stage.userAgent.state?.counters.get('refused-invitations')).toBe(
      before?.get('refused-invitations'),
    );
  });
});

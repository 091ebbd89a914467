import { describe, expect, it } from '@jest/globals';
import { LocalProtocolError } from '@usher/core';
import type { Journal } from '@usher/core/adapter';

import { ECHO, running } from './stage.js';

const WATCHED = ECHO.replace('drain: 10s', 'drain: 10s\nhealth: http://127.0.0.1:9080');

/** A house that others can look at. */
async function open(text = WATCHED, journal?: Journal) {
  const house = running(text, false, {}, undefined, {
    ...(journal !== undefined && { surroundings: { journal } }),
  });
  await house.clock.settle();
  return house;
}

describe('a house without `health`', () => {
  it('can be looked at nowhere', async () => {
    const { http, stop, done } = await open(ECHO);
    expect(http.pages).toBeUndefined();
    stop();
    await done;
  });
});

describe('a house with `health`', () => {
  it('says that it lives, and that it is ready, and what is kept', async () => {
    const { http, stop, done } = await open();
    expect(await http.json('/livez')).toEqual({ status: 200, data: { alive: true, still: 0 } });
    expect(await http.json('/readyz')).toEqual({
      status: 200,
      data: { ready: true, failing: {}, sessions: 0, durability: 'none' },
    });
    stop();
    await done;
  });

  it('tells where that can be seen', async () => {
    const { records, stop, done } = await open();
    expect(records().filter(({ event }) => event === 'listening')).toMatchObject([
      { transport: 'memory' },
      { transport: 'http', address: '127.0.0.1', port: 9080 },
    ]);
    stop();
    await done;
    const { shown, clock, ...house } = running(WATCHED, true);
    await clock.settle();
    expect(shown.text).toContain('Health    http://127.0.0.1:9080/readyz, /livez, /metrics\n');
    house.stop();
    await house.done;
  });

  it('is seen before it is open, and is not ready then', async () => {
    const { caller, http, clock, stop, done } = running(WATCHED, false);
    let goOn: () => void = () => undefined;
    const listen = caller.open.bind(caller);
    caller.open = async (door) => {
      await new Promise<void>((resolve) => (goOn = resolve));
      await listen(door);
    };
    await clock.settle();
    expect(await http.json('/readyz')).toMatchObject({
      status: 503,
      data: { ready: false, failing: { listening: 'the house is not open yet' } },
    });
    expect(await http.json('/livez')).toMatchObject({ status: 200 });
    goOn();
    await clock.settle();
    expect(await http.json('/readyz')).toMatchObject({ status: 200 });
    stop();
    await done;
  });

  it('counts what happens in it', async () => {
    const { http, knock, stop, done } = await open();
    const visitor = knock('sip:echo@example.com');
    await visitor.answer;
    await visitor.say('hello');
    await visitor.hears(1);
    const { status, body } = await http.get('/metrics');
    expect(status).toBe(200);
    for (const line of [
      'usher_info{version="1.2.3",durability="none"} 1',
      'usher_ready 1',
      'usher_sessions{bot="echo"} 1',
      'usher_messages_received_total{bot="echo"} 1',
      'usher_messages_delivered_total{bot="echo"} 1',
      'usher_decisions_total{bot="echo",decision="accept",status="200"} 1',
    ])
      expect(body).toContain(`\n${line}\n`);
    await visitor.hangUp();
    stop();
    await done;
  });

  it('does not start where that place cannot be had, and holds nothing then', async () => {
    const { caller, http, done } = running(WATCHED, false, {}, undefined, {
      http: () =>
        Promise.reject(
          new LocalProtocolError('port-in-use', 'http 127.0.0.1:9080 is in use already; …'),
        ),
    });
    await expect(done).rejects.toMatchObject({
      message: 'usher.yaml:3:1: http 127.0.0.1:9080 is in use already; … [port-in-use]',
    });
    expect(caller.listening).toEqual([]);
    expect(http.pages).toBeUndefined();
  });

  it('is seen no more where it could not listen', async () => {
    const { caller, http, clock, done } = running(WATCHED, false);
    caller.open = () =>
      Promise.reject(new LocalProtocolError('port-in-use', 'udp 127.0.0.1:5060 is in use already'));
    await expect(done).rejects.toThrow('usher.yaml:1:1: udp 127.0.0.1:5060');
    expect(http.pages).toBeUndefined();
    expect(clock.waiting).toBe(0);
  });
});

describe('closing a house with `health`', () => {
  it('makes it unready at once, while it lives and serves who is in', async () => {
    const { http, knock, clock, stop, done } = await open();
    const visitor = knock('sip:echo@example.com');
    await visitor.answer;
    stop();
    // Not a turn of the event loop later.
    expect(await http.json('/readyz')).toEqual({
      status: 503,
      data: {
        ready: false,
        failing: { draining: 'the house is closing; sessions that are left: 1' },
        sessions: 1,
        durability: 'none',
      },
    });
    await clock.advance(9_999);
    expect(await http.json('/livez')).toMatchObject({ status: 200 });
    expect(await knock('sip:echo@example.com').answer).toMatchObject({ status: 503 });
    await visitor.say('still there?');
    expect(await visitor.hears(1)).toEqual(['still there?']);
    await visitor.hangUp();
    expect(await done).toBe(true);
  });

  it('lets it be seen until nobody else listens any more, and no longer', async () => {
    const { caller, http, clock, stop, done } = await open();
    const seen: (number | undefined)[] = [];
    const close = caller.close.bind(caller);
    caller.close = async () => {
      await close();
      seen.push((await http.json('/livez')).status, (await http.json('/readyz')).status);
    };
    stop();
    expect(await done).toBe(true);
    expect(seen).toEqual([200, 503]);
    expect(http.pages).toBeUndefined();
    expect(clock.waiting).toBe(0);
  });

  it('gives sessions ten minutes unless it is told otherwise', async () => {
    const { knock, clock, stop, done } = await open(WATCHED.replace('drain: 10s\n', ''));
    const visitor = knock('sip:echo@example.com');
    await visitor.answer;
    stop();
    await clock.advance(599_999);
    expect(visitor.receiver.ends).toEqual([]);
    await clock.advance(1);
    await visitor.leftAlone();
    expect(await done).toBe(true);
  });

  it('ends it five seconds after the second wish, and nothing can be seen then', async () => {
    const { caller, http, knock, clock, stop, done } = await open();
    await knock('sip:echo@example.com').answer;
    caller.close = () => new Promise(() => undefined);
    stop();
    stop();
    await clock.advance(4_999);
    expect(await http.json('/livez')).toMatchObject({ status: 200 });
    await clock.advance(1);
    expect(await done).toBe(false);
    expect(http.pages).toBeUndefined();
  });
});

describe('a house whose journal is slow', () => {
  /** A journal whose commits are done when told to. */
  function slow() {
    const commits: (() => void)[] = [];
    const journal: Journal = {
      durability: 'fsync',
      record: ({ type }) =>
        type === 'sent' ? undefined : new Promise((done) => void commits.push(done)),
    };
    return { commits, journal };
  }

  it('is not ready while a message takes 200 ms or more to be recorded', async () => {
    const { commits, journal } = slow();
    const { http, knock, clock, stop, done } = await open(WATCHED, journal);
    const visitor = knock('sip:echo@example.com');
    await visitor.answer;
    void visitor.say('hello');
    await clock.advance(199);
    expect(await http.json('/readyz')).toMatchObject({
      status: 200,
      data: { durability: 'fsync' },
    });
    await clock.advance(1);
    expect(await http.json('/readyz')).toMatchObject({
      status: 503,
      data: { failing: { journal: 'to record a message takes 200 ms' } },
    });
    commits[0]?.();
    await clock.advance(10_000);
    expect(await http.json('/readyz')).toMatchObject({ status: 200 });
    expect((await http.get('/metrics')).body).toContain('usher_journal_commit_seconds_count 2');
    await visitor.hangUp();
    stop();
    await done;
  });

  it('is not ready where a message could not be recorded', async () => {
    const journal: Journal = {
      durability: 'fsync',
      record: () => Promise.reject(new Error('disk full')),
    };
    const { http, knock, clock, stop, done } = await open(WATCHED, journal);
    const visitor = knock('sip:echo@example.com');
    await visitor.answer;
    await visitor.say('hello');
    await clock.settle();
    expect(await http.json('/readyz')).toMatchObject({
      status: 503,
      data: { failing: { journal: 'the last message could not be recorded' } },
    });
    await visitor.hangUp();
    stop();
    await done;
  });
});

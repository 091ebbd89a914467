import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHost, type Host } from '@usher/core';
import { ScriptedCaller, type Visitor, VirtualClock } from '@usher/core/testing';

import { ask } from '../src/ask.js';
import { Desk } from '../src/desk.js';

describe('a person at a desk, asked by a bot', () => {
  let clock: VirtualClock;
  let caller: ScriptedCaller;
  let host: Host;
  let desk: Desk;
  let shown: string[];

  beforeEach(async () => {
    clock = new VirtualClock();
    caller = new ScriptedCaller({ clock });
    const bots = [{ id: 'ask', plugin: ask, order: 1 }];
    host = await createHost({ userAgents: [caller], bots, clock });
    shown = [];
    desk = new Desk(host, (line) => shown.push(line));
    await host.open();
  });

  afterEach(async () => {
    const closing = host.close();
    await clock.advance(60_000);
    await closing;
  });

  function arrive(): Visitor {
    return caller.knock({
      from: 'sip:alice@example.com',
      to: 'sip:desk@example.org',
      subject: 'a parcel',
    });
  }

  it('sees who is at the door, takes minutes, accepts, and talks', async () => {
    const alice = arrive();
    expect(shown).toEqual(['1. alice@example.com is at the door: a parcel']);
    await clock.advance(4 * 60_000);
    await desk.take('accept 1 Good morning!');
    expect(await alice.hears(1)).toEqual(['Good morning!']);
    await alice.say('I bring a parcel.');
    await clock.settle();
    expect(shown.at(-1)).toBe('alice@example.com: I bring a parcel.');
    expect(host.pending.size).toBe(0);
  });

  it('turns people away, or sends them on', async () => {
    const [alice, another] = [arrive(), arrive()];
    await desk.take('reject 1');
    await desk.take('forward 2 sip:colleague@example.com');
    expect(await alice.answer).toMatchObject({ type: 'rejected', status: 486 });
    expect(await another.answer).toMatchObject({ type: 'forwarded', status: 302 });
  });

  it('hears who has left, and that it is too late then', async () => {
    const [alice, another] = [arrive(), arrive()];
    alice.cancel();
    another.cancel('elsewhere');
    expect(shown.slice(2)).toEqual(['1. has left', '2. somebody else has taken it up']);
    await desk.take('accept 1');
    expect(shown.at(-1)).toMatch(/does not wait for a decision/);
    const before = shown.length;
    await desk.take('reject 1');
    expect(shown).toHaveLength(before);
  });

  it('is told how to say it, and what is wrong with an address', async () => {
    const alice = arrive();
    await desk.take('let them in');
    expect(shown.at(-1)).toMatch(/^say: accept 1/);
    await desk.take('forward 1 nowhere');
    expect(shown.at(-1)).toMatch(/is no address/);
    expect(host.pending.size).toBe(1);
    await desk.take('reject 1');
    expect(await alice.answer).toMatchObject({ status: 486 });
  });

  it('loses nobody by saying nothing: after five minutes the inviter hears 480', async () => {
    const alice = arrive();
    await clock.advance(5 * 60_000);
    expect(await alice.answer).toMatchObject({ type: 'rejected', status: 480 });
  });
});

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHost, type Host } from '@usher/core';
import { ScriptedCaller, type Visitor, VirtualClock } from '@usher/core/testing';

import { hello } from '../src/hello.js';

describe('the smallest bot', () => {
  let clock: VirtualClock;
  let caller: ScriptedCaller;
  let host: Host;

  beforeEach(async () => {
    clock = new VirtualClock();
    caller = new ScriptedCaller({ clock });
    const bots = [{ id: 'hello', plugin: hello, order: 1 }];
    host = await createHost({ userAgents: [caller], bots, clock });
    await host.open();
  });

  afterEach(async () => {
    const closing = host.close();
    await clock.advance(60_000);
    await closing;
  });

  function arrive(): Visitor {
    return caller.knock({ from: 'sip:alice@example.com', to: 'sip:hello@example.org' });
  }

  it('asks for a name, talks, and says goodbye', async () => {
    const alice = arrive();
    expect(await alice.hears(1)).toEqual(['Hello! What is your name?']);
    await alice.say('Alice');
    await alice.hears(2);
    await alice.say('What a day!');
    expect(await alice.hears(3)).toContain('You said: What a day!');
    await alice.say('Bye');
    await alice.leftAlone();
    await clock.settle();
    expect(alice.heard.at(-1)).toBe('Goodbye, Alice.');
    expect(host.sessions).toBe(0);
  });

  it('lets somebody go who does not answer', async () => {
    const alice = arrive();
    await alice.hears(1);
    await clock.advance(60_000);
    expect(alice.receiver.ends).toHaveLength(1);
    expect(host.sessions).toBe(0);
  });

  it('passes on what is no message session', async () => {
    const visitor = caller.knock({
      from: 'sip:alice@example.com',
      to: 'sip:hello@example.org',
      type: 'audio-video',
    });
    expect(await visitor.answer).toMatchObject({ type: 'rejected', status: 480 });
  });
});

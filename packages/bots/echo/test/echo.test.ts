import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHost, type Host } from '@usher/core';
import { ScriptedCaller, VirtualClock } from '@usher/core/testing';

import { echo } from '../src/index.js';

const from = 'sip:alice@example.com';
const to = 'sip:echo@example.org';

describe('the echo', () => {
  let clock: VirtualClock;
  let caller: ScriptedCaller;
  let host: Host;

  beforeEach(async () => {
    clock = new VirtualClock();
    caller = new ScriptedCaller({ clock });
    const bots = [{ id: 'echo', plugin: echo, order: 10 }];
    host = await createHost({ userAgents: [caller], bots, clock });
    await host.open();
  });

  afterEach(async () => {
    const closing = host.close();
    await clock.advance(60_000);
    await closing;
  });

  it('says each message back, in order', async () => {
    const alice = caller.knock({ from, to });
    const said = ['one', 'two', 'three', 'four', 'five'];
    for (const text of said) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other, as people speak
      expect(await alice.say(text)).toEqual({ type: 'taken' });
    }
    expect(await alice.hears(5)).toEqual(said);
  });

  it('changes neither octets nor media type', async () => {
    const alice = caller.knock({ from, to });
    const contentType = 'application/octet-stream;x="a b"';
    const body = Uint8Array.from({ length: 256 }, (_, octet) => octet);
    await alice.say({ contentType, body });
    await alice.receiver.until(({ messages }) => messages.length > 0);
    const [message] = alice.receiver.messages;
    expect(message?.contentType).toBe(contentType);
    expect(message?.body).toEqual(body);
  });

  it('says back the first message that an invitation carries', async () => {
    const alice = caller.knock({ from, to, firstMessage: 'hello?' });
    expect(await alice.hears(1)).toEqual(['hello?']);
  });

  it('passes on what is no message session', async () => {
    const alice = caller.knock({ from, to, type: 'audio-video' });
    expect(await alice.answer).toMatchObject({ type: 'rejected', status: 480 });
  });

  it('goes on when an echo is refused, and is unmoved when its peer hangs up', async () => {
    const alice = caller.knock({ from, to });
    alice.receiver.receipt = () => ({ type: 'refused', status: 415 });
    await alice.say('refuse this');
    alice.receiver.receipt = () => ({ type: 'taken' });
    await alice.say('take this');
    await alice.hears(2);
    void alice.say('and this?');
    await alice.hangUp();
    await clock.settle();
    expect(host.sessions).toBe(0);
    const bob = caller.knock({ from: 'sip:bob@example.com', to });
    await bob.say('still there?');
    expect(await bob.hears(1)).toEqual(['still there?']);
  });

  it('keeps up with somebody who does not wait for it', async () => {
    const alice = caller.knock({ from, to });
    await alice.answer;
    const said = Array.from({ length: 50 }, (_, number) => `number ${number}`);
    const receipts = await Promise.all(said.map((text) => alice.say(text)));
    expect(receipts.every(({ type }) => type === 'taken')).toBe(true);
    expect(await alice.hears(50)).toEqual(said);
  });
});

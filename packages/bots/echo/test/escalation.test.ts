import { expect, it } from '@jest/globals';
import { createHost } from '@usher/core';
import { ScriptedCaller, VirtualClock } from '@usher/core/testing';

import { echo } from '../src/index.js';

it('goes along where its peer takes the session to a conference', async () => {
  const clock = new VirtualClock();
  const caller = new ScriptedCaller({ clock });
  const bots = [{ id: 'echo', plugin: echo, order: 10 }];
  const host = await createHost({ userAgents: [caller], bots, clock });
  await host.open();
  const who = { from: 'sip:alice@example.com', to: 'sip:echo@example.org', conversationId: 'f=0' };
  const alice = caller.knock(who);
  await alice.say('here');
  const context = new Map([['conference', {}]]);
  const conference = caller.knock({ ...who, type: 'application', context });
  expect(await conference.answer).toMatchObject({ type: 'accepted' });
  await alice.leftAlone();
  await conference.say('there');
  expect(await conference.hears(1)).toEqual(['there']);
  expect(alice.heard).toEqual(['here']);
  expect(host.sessions).toBe(1);
  await conference.hangUp();
  await host.close();
});

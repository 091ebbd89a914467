/** The same as on paper, where the datagrams cross real sockets: the peer takes its session to a conference, or somebody else would. */
import { expect, it } from '@jest/globals';

import { Escalation } from './escalated.js';
import { SocketWire } from './socket-wire.js';

it('T8: an escalation joins, goes on there, and only then says BYE in the original', async () => {
  const sockets = new SocketWire();
  const scene = new Escalation(1, 0, sockets);
  await scene.begin();
  scene.say('here');
  await scene.clock.advance(1_000);
  void scene.invite('never');
  await scene.clock.advance(5_000);
  scene.say('there');
  await scene.clock.advance(1_000);
  expect(scene.here.map(({ text }) => text)).toEqual(['here']);
  expect(scene.there.map(({ text }) => text)).toEqual(['there']);
  expect(scene.byeAt).toBeGreaterThanOrEqual(scene.inAt ?? Infinity);
  expect(scene.host.sessions).toBe(1);
  expect(sockets.crossed).toBeGreaterThan(20);
  await scene.end();
  await scene.shut();
});

it('T9: a claim of somebody else, or of a conversation that there is none of, ends nothing', async () => {
  const scene = new Escalation(1, 0, new SocketWire());
  await scene.begin();
  scene.inviter.who = 'mallory';
  expect(await scene.until(scene.invite('never'))).toBe(480);
  scene.inviter.who = 'alice';
  scene.conversation = 'another';
  expect(await scene.until(scene.invite('never'))).toBe(480);
  await scene.clock.advance(5_000);
  expect(scene.byeAt).toBeUndefined();
  scene.say('still here');
  await scene.clock.advance(1_000);
  expect(scene.here.map(({ text }) => text)).toEqual(['still here']);
  await scene.end();
  await scene.shut();
});

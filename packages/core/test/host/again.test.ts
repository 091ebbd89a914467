import { describe, expect, test } from '@jest/globals';

import type { Identity } from '../../src/index.js';
import { ID, MALLORY, party, Scene } from './escalation.js';
import { ALICE } from './room.js';

const REPLACING = { placement: { session: { again: 'replace' } } } as const;
const DIGEST: Identity = { how: 'digest', address: ALICE };

describe('a peer that comes anew to the same conversation', () => {
  test('has a session of its own, unless the place of the bot says otherwise', async () => {
    const scene = await Scene.open();
    await scene.room.visit({ conversationId: ID });
    expect(scene.sessions).toHaveLength(2);
    expect(scene.guest.medium.ends).toEqual([]);
  });

  test('goes on where it was where the place says so, and the bot is not asked', async () => {
    const scene = await Scene.open(undefined, party(), REPLACING);
    const again = await scene.room.visit({ conversationId: ID });
    expect(again.answerText).toBe('accept');
    expect(scene.asked).toHaveLength(1);
    expect(scene.sessions).toHaveLength(1);
    expect(scene.guest.medium.ends).toEqual([{ by: 'host', why: 'moved' }]);
    await scene.session.send('welcome back');
    expect(again.medium.sent).toEqual(['welcome back']);
    expect(scene.room.told('moved')).toMatchObject([{ why: 'again', by: again.invitation.id }]);
    expect(scene.room.host.sessions).toBe(1);
  });

  test('hears at once what it has not confirmed, under the same id, and then what waited', async () => {
    const scene = await Scene.open(undefined, party(), REPLACING);
    scene.guest.medium.holds = true;
    const said = [scene.session.send('one'), scene.session.send('two')];
    const again = await scene.room.visit({ conversationId: ID });
    expect(again.medium.sent).toEqual(['one', 'two']);
    expect(again.medium.ids[0]).toBe(scene.guest.medium.ids[0]);
    scene.guest.medium.deliver({ type: 'failed', status: 408, reason: 'nobody' });
    await expect(Promise.all(said)).resolves.toMatchObject([
      { type: 'delivered' },
      { type: 'delivered' },
    ]);
    expect(scene.room.told('sent')).toHaveLength(2);
  });

  test.each([
    ['of another conversation', { conversationId: 'another' }],
    ['of somebody else', { conversationId: ID, inviter: party(MALLORY, DIGEST) }],
    ['of whom less is known', { conversationId: ID, inviter: party() }],
    ['of one message outside any session', { conversationId: ID, medium: 'pager' }],
  ] as const)('is not meant by an invitation %s', async (_what, facts) => {
    const scene = await Scene.open(undefined, party(ALICE, DIGEST), REPLACING);
    await scene.room.visit({ inviter: party(ALICE, DIGEST), ...facts });
    expect(scene.sessions).toHaveLength(2);
    expect(scene.guest.medium.ends).toEqual([]);
    expect(scene.room.told('noted')).toEqual([]);
  });

  test('may do so again and again', async () => {
    const scene = await Scene.open(undefined, party(), REPLACING);
    const heard: string[] = [];
    scene.session.messages.subscribe(({ text }) => heard.push(text));
    let last = scene.guest;
    for (let time = 0; time < 5; time += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const next = await scene.room.visit({ conversationId: ID });
      expect(last.medium.ends).toHaveLength(1);
      next.say(String(time));
      last = next;
    }
    expect(heard).toEqual(['0', '1', '2', '3', '4']);
    last.hangUp();
    await expect(scene.session.ended).resolves.toEqual({ by: 'peer', why: 'hung-up' });
    expect(scene.room.host.sessions).toBe(0);
  });
});

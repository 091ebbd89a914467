import { describe, expect, test } from '@jest/globals';

import { accept, type Identity, pass, reject, SessionEnded } from '../../src/index.js';
import { CONFERENCE, ID, MALLORY, party, Scene } from './escalation.js';
import { ALICE, Room } from './room.js';

describe('an invitation to a conference is matched to the session that it escalates', () => {
  test('which the bot that holds it is shown', async () => {
    const scene = await Scene.open();
    const { guest } = await scene.escalate();
    expect(scene.asked[1]?.escalates?.id).toBe(scene.session.id);
    expect(guest.answerText).toBe('accept');
  });

  test.each([
    ['of another conversation', { conversationId: 'another' }],
    ['of no conversation', { conversationId: undefined }],
    ['of the conversation in other letters', { conversationId: ID.toLowerCase() }],
    ['of somebody else', { inviter: party(MALLORY) }],
    ['to no conference', { context: new Map() }],
    ['of another type', { type: 'audio-video' }],
  ] as const)('but not one %s', async (_what, facts) => {
    const scene = await Scene.open(() => pass('no escalation'));
    const { guest } = await scene.escalate(facts as object);
    expect(scene.asked[1]?.escalates).toBeUndefined();
    expect(guest.answerText).toBe('reject 480');
    expect(scene.guest.medium.ends).toEqual([]);
    expect(scene.session.signal.aborted).toBe(false);
  });

  test('a conversation of somebody else is told of, and nothing ends by it', async () => {
    const scene = await Scene.open(() => pass('no escalation'));
    const { guest } = await scene.escalate({ inviter: party(MALLORY) });
    expect(scene.room.told('noted')).toMatchObject([
      { level: 'warn', invitation: guest.invitation.id },
    ]);
    expect(scene.room.host.sessions).toBe(1);
  });

  const proven = (how: Identity['how'], address = ALICE): Identity => ({ how, address });
  test.each([
    ['none', 'none', { how: 'none' }, { how: 'none' }, true],
    ['none', 'digest', { how: 'none' }, proven('digest'), true],
    ['none', 'digest of somebody else', { how: 'none' }, proven('digest', MALLORY), false],
    ['asserted', 'none', proven('asserted'), { how: 'none' }, false],
    ['asserted', 'asserted', proven('asserted'), proven('asserted'), true],
    ['digest', 'asserted', proven('digest'), proven('asserted'), false],
    ['digest', 'digest', proven('digest'), proven('digest'), true],
    ['digest', 'tls', proven('digest'), proven('tls'), true],
    ['passport', 'digest', proven('passport'), proven('digest'), true],
    ['digest', 'digest of somebody else', proven('digest'), proven('digest', MALLORY), false],
    ['passport of no address', 'none', { how: 'passport' }, { how: 'none' }, false],
  ] as const)('known by %s, then by %s', async (_before, _after, before, after, matches) => {
    const scene = await Scene.open(undefined, party(ALICE, before));
    await scene.escalate({ inviter: party(ALICE, after) });
    expect(scene.asked[1]?.escalates !== undefined).toBe(matches);
    const found = scene.room.host.find(ID, party(ALICE, after));
    expect(found !== undefined).toBe(matches);
  });

  test('the newest of several is meant, and the one before once that is over', async () => {
    const scene = await Scene.open();
    const second = await scene.room.visit({ conversationId: ID });
    const { host } = scene.room;
    expect(host.find(ID, party())?.id).toBe(second.invitation.id);
    second.hangUp();
    expect(host.find(ID, party())?.id).toBe(scene.session.id);
    scene.guest.hangUp();
    expect(host.find(ID, party())).toBeUndefined();
  });

  test('nobody but the bot that holds it is asked, whatever its place matches', async () => {
    const asked: string[] = [];
    const room = await Room.open([
      {
        id: 'first',
        order: 1,
        plugin: {
          decide: (invitation) => {
            if (invitation.type === 'im') return pass('not I');
            asked.push('first');
            return reject('decline');
          },
        },
      },
      {
        id: 'second',
        order: 2,
        match: ({ type }) => type === 'im',
        plugin: {
          decide: ({ type }) => {
            asked.push(`second ${type}`);
            return type === 'im' ? accept(() => undefined) : pass('not there');
          },
        },
      },
    ]);
    await room.visit({ conversationId: ID });
    const guest = await room.visit(CONFERENCE);
    expect(asked).toEqual(['second im', 'second application']);
    expect(guest.answerText).toBe('reject 480');
  });
});

describe('where the bot accepts, the session goes on in the conference', () => {
  test('and the original ends only after that', async () => {
    const scene = await Scene.open();
    const joining = await scene.escalate();
    expect(scene.guest.medium.ends).toEqual([]);
    await joining.joined();
    expect(scene.guest.medium.ends).toEqual([{ by: 'host', why: 'moved' }]);
    await scene.session.send('here now');
    expect(joining.guest.medium.sent).toEqual(['here now']);
    expect(scene.guest.medium.sent).toEqual([]);
    expect(scene.room.host.sessions).toBe(1);
    expect(scene.told).toEqual(['started', 'moved']);
    expect(scene.room.told('moved')).toMatchObject([
      { session: scene.session.id, bot: 'bot', by: joining.guest.invitation.id, why: 'escalated' },
    ]);
  });

  test('its conversation goes on, and the one of the acceptance does not begin', async () => {
    let begun = 0;
    const scene = await Scene.open(() => accept(() => void (begun += 1)));
    const joining = await scene.escalate();
    await joining.joined();
    expect(begun).toBe(0);
    expect(scene.sessions).toHaveLength(1);
    expect(scene.session.signal.aborted).toBe(false);
  });

  test('what the peer says is heard from both, in the order in which it comes', async () => {
    const scene = await Scene.open();
    const heard: string[] = [];
    scene.session.messages.subscribe(({ text }) => heard.push(text));
    scene.guest.say('one');
    const joining = await scene.escalate();
    scene.guest.say('two');
    joining.guest.say('three');
    scene.guest.say('four');
    await joining.joined();
    joining.guest.say('five');
    expect(heard).toEqual(['one', 'two', 'three', 'four', 'five']);
  });

  test('what is on its way is waited for, and what waits goes over after it', async () => {
    const scene = await Scene.open();
    scene.guest.medium.holds = true;
    const first = scene.session.send('one');
    const second = scene.session.send('two');
    const joining = await scene.escalate();
    await joining.joined();
    expect(joining.guest.medium.sent).toEqual([]);
    expect(scene.guest.medium.ends).toEqual([]);
    scene.guest.medium.deliver();
    await expect(Promise.all([first, second])).resolves.toMatchObject([
      { type: 'delivered' },
      { type: 'delivered' },
    ]);
    expect(scene.guest.medium.sent).toEqual(['one']);
    expect(joining.guest.medium.sent).toEqual(['two']);
    expect(scene.guest.medium.ends).toHaveLength(1);
  });

  test.each([408, 480, 481])(
    'what failed there by %d is said again under its id',
    async (status) => {
      const scene = await Scene.open();
      scene.guest.medium.holds = true;
      const first = scene.session.send('one');
      const second = scene.session.send('two');
      const joining = await scene.escalate();
      await joining.joined();
      scene.guest.medium.deliver({ type: 'failed', status, reason: 'gone' });
      await expect(Promise.all([first, second])).resolves.toMatchObject([
        { type: 'delivered' },
        { type: 'delivered' },
      ]);
      expect(joining.guest.medium.sent).toEqual(['one', 'two']);
      expect(joining.guest.medium.ids[0]).toBe(scene.guest.medium.ids[0]);
      expect(scene.room.told('sent').map(({ message }) => message)).toEqual(
        joining.guest.medium.ids,
      );
    },
  );

  test('what the peer refused is refused', async () => {
    const scene = await Scene.open();
    scene.guest.medium.holds = true;
    const first = scene.session.send('one');
    const joining = await scene.escalate();
    await joining.joined();
    scene.guest.medium.deliver({ type: 'failed', status: 415, reason: 'no' });
    await expect(first).resolves.toMatchObject({ status: 415 });
    expect(joining.guest.medium.sent).toEqual([]);
    expect(scene.guest.medium.ends).toHaveLength(1);
  });

  test('what has no fate within 33 seconds goes over all the same', async () => {
    const scene = await Scene.open();
    scene.guest.medium.holds = true;
    const first = scene.session.send('one');
    const joining = await scene.escalate();
    await joining.joined();
    await scene.room.clock.advance(33_000);
    expect(joining.guest.medium.sent).toEqual(['one']);
    expect(joining.guest.medium.ids).toEqual(scene.guest.medium.ids);
    scene.guest.medium.deliver({ type: 'failed', status: 408, reason: 'late' });
    await expect(first).resolves.toMatchObject({ type: 'delivered' });
    expect(scene.room.told('sent')).toHaveLength(1);
  });

  test('the peer may end the original as well, at any time', async () => {
    for (const when of ['before', 'after'] as const) {
      const scene = await Scene.open();
      const joining = await scene.escalate();
      if (when === 'before') scene.guest.hangUp();
      await joining.joined();
      if (when === 'after') scene.guest.hangUp();
      await expect(scene.session.send('hello')).resolves.toMatchObject({ type: 'delivered' });
      expect(joining.guest.medium.sent).toEqual(['hello']);
      expect(scene.session.signal.aborted).toBe(false);
      expect(scene.guest.medium.ends).toHaveLength(when === 'before' ? 0 : 1);
    }
  });

  test('the end of the conference is the end of the session', async () => {
    const scene = await Scene.open();
    const joining = await scene.escalate();
    await joining.joined();
    joining.guest.hangUp();
    await expect(scene.session.ended).resolves.toEqual({ by: 'peer', why: 'hung-up' });
    expect(scene.room.host.sessions).toBe(0);
  });

  test('the bot ends it there', async () => {
    const scene = await Scene.open();
    const joining = await scene.escalate();
    await joining.joined();
    await scene.session.end();
    expect(joining.guest.medium.ends).toHaveLength(1);
    expect(scene.guest.medium.ends).toHaveLength(1);
  });

  test('it can move once more', async () => {
    const scene = await Scene.open();
    const first = await scene.escalate();
    await first.joined();
    const second = await scene.escalate();
    await second.joined();
    await scene.session.send('third place');
    expect(second.guest.medium.sent).toEqual(['third place']);
    expect(first.guest.medium.ends).toHaveLength(1);
    first.guest.hangUp();
    scene.guest.hangUp();
    expect(scene.session.signal.aborted).toBe(false);
  });

  test('it takes no room of a house or a bot that is full, and waits for nobody', async () => {
    const scene = await Scene.open(undefined, party(), {
      placement: { limits: { sessions: 1 }, decide: { politely: '0s' } },
      host: { limits: { sessions: 1 } },
    });
    const joining = await scene.escalate();
    await joining.joined();
    expect(scene.told).toEqual(['started', 'moved']);
    expect(scene.room.host.state.sessions.used).toBe(1);
    expect(scene.room.host.state.pending.used).toBe(0);
  });

  test('who takes part is told by the conference from then on', async () => {
    const scene = await Scene.open();
    const told: number[] = [];
    scene.session.participants.subscribe(({ length }) => told.push(length));
    const joining = await scene.escalate();
    const carol = { address: MALLORY, local: false, roles: ['attendee'], connected: true };
    joining.guest.medium.participants = (tell) => {
      tell([carol, carol, carol]);
      return () => undefined;
    };
    await joining.joined();
    expect(told).toEqual([2, 3]);
  });

  test('that the bot is typing is shown there', async () => {
    const scene = await Scene.open();
    scene.session.compose();
    const joining = await scene.escalate();
    await joining.joined();
    expect(joining.guest.medium.composed).toEqual(['active']);
  });
});

describe('where it cannot be, the original stays as it was', () => {
  test('as the bot rejects', async () => {
    const scene = await Scene.open(() => reject('decline'));
    const { guest } = await scene.escalate();
    expect(guest.answerText).toBe('reject 603');
    await scene.session.send('still here');
    expect(scene.guest.medium.sent).toEqual(['still here']);
    expect(scene.guest.medium.ends).toEqual([]);
  });

  test('as nobody lets us in', async () => {
    const scene = await Scene.open();
    const joining = await scene.escalate();
    await scene.session.send('one');
    await joining.refused();
    await scene.session.send('two');
    scene.guest.say('three');
    expect(scene.guest.medium.sent).toEqual(['one', 'two']);
    expect(scene.guest.medium.ends).toEqual([]);
    expect(scene.told).toEqual(['started', 'noted']);
    scene.guest.hangUp();
    await expect(scene.session.ended).resolves.toEqual({ by: 'peer', why: 'hung-up' });
  });

  test('as the inviter took it back', async () => {
    const scene = await Scene.open();
    const guest = scene.room.knock(CONFERENCE, (one) => {
      one.answered = { type: 'gone', why: 'cancelled' };
    });
    await scene.room.clock.settle();
    expect(guest.medium.ends).toEqual([]);
    await scene.session.send('still here');
    expect(scene.guest.medium.sent).toEqual(['still here']);
    const again = await scene.escalate();
    await again.joined();
    expect(scene.guest.medium.ends).toHaveLength(1);
  });

  test('as the conference ends while something is still on its way here', async () => {
    const scene = await Scene.open();
    scene.guest.medium.holds = true;
    const first = scene.session.send('one');
    const joining = await scene.escalate();
    await joining.joined();
    joining.guest.hangUp();
    scene.guest.medium.deliver();
    await expect(first).resolves.toMatchObject({ type: 'delivered' });
    scene.guest.medium.holds = false;
    await scene.session.send('two');
    expect(scene.guest.medium.sent).toEqual(['one', 'two']);
    expect(joining.guest.medium.sent).toEqual([]);
    expect(scene.guest.medium.ends).toEqual([]);
    expect(scene.told).toEqual(['started', 'noted']);
  });

  test('a second invitation to a conference hears 480 while the first one is under way', async () => {
    const scene = await Scene.open();
    await scene.escalate();
    const second = await scene.escalate();
    expect(second.guest.answerText).toBe('reject 480');
    expect(scene.session.signal.aborted).toBe(false);
  });
});

describe('where the original ends while we join', () => {
  test('the session ends with it, once nobody has let us in', async () => {
    const scene = await Scene.open();
    const joining = await scene.escalate();
    scene.guest.hangUp();
    const said = scene.session.send('lost');
    expect(scene.session.signal.aborted).toBe(false);
    await joining.refused();
    await expect(scene.session.ended).resolves.toEqual({ by: 'peer', why: 'hung-up' });
    await expect(said).rejects.toBeInstanceOf(SessionEnded);
    expect(scene.room.host.sessions).toBe(0);
  });

  test('or within a minute; then the conference is left again', async () => {
    const scene = await Scene.open();
    const joining = await scene.escalate();
    scene.guest.hangUp();
    await scene.room.clock.advance(60_000);
    await expect(scene.session.ended).resolves.toEqual({ by: 'peer', why: 'hung-up' });
    await joining.joined();
    expect(joining.guest.medium.ends).toHaveLength(1);
  });

  test('what was on its way, and failed, goes over first', async () => {
    const scene = await Scene.open();
    scene.guest.medium.holds = true;
    const first = scene.session.send('one');
    const joining = await scene.escalate();
    scene.guest.hangUp();
    scene.guest.medium.deliver({ type: 'failed', status: 481, reason: 'over' });
    const second = scene.session.send('two');
    await joining.joined();
    await expect(Promise.all([first, second])).resolves.toHaveLength(2);
    expect(joining.guest.medium.sent).toEqual(['one', 'two']);
    expect(joining.guest.medium.ids[0]).toBe(scene.guest.medium.ids[0]);
  });

  test('a failed message is told as failed where the session stays', async () => {
    const scene = await Scene.open();
    scene.guest.medium.holds = true;
    const first = scene.session.send('one');
    const joining = await scene.escalate();
    scene.guest.medium.deliver({ type: 'failed', status: 480, reason: 'away' });
    await joining.refused();
    await expect(first).resolves.toMatchObject({ type: 'failed', status: 480 });
  });
});

describe('a house that closes, and a bot that ends', () => {
  test('the session that is about to move ends, and the conference is left', async () => {
    const scene = await Scene.open();
    const joining = await scene.escalate();
    const drained = scene.room.host.drain(0);
    await drained;
    await joining.joined();
    expect(scene.guest.medium.ends).toEqual([{ by: 'host', why: 'drain' }]);
    expect(joining.guest.medium.ends).toHaveLength(1);
  });

  test('what a bot said before it ended goes over where the peer has left the original', async () => {
    const scene = await Scene.open();
    const joining = await scene.escalate();
    scene.guest.hangUp();
    const said = scene.session.send('goodbye');
    const ended = scene.session.end();
    await joining.joined();
    await ended;
    await expect(said).resolves.toMatchObject({ type: 'delivered' });
    expect(joining.guest.medium.sent).toEqual(['goodbye']);
    expect(joining.guest.medium.ends).toHaveLength(1);
    expect(scene.room.host.sessions).toBe(0);
  });
});

describe('a bot may leave the original alone', () => {
  test('and talk in a session of its own, which counts', async () => {
    const begun: string[] = [];
    const scene = await Scene.open(() =>
      accept((session) => void begun.push(session.id), { apart: true }),
    );
    const joining = await scene.escalate();
    await joining.joined();
    expect(begun).toEqual([joining.guest.invitation.id]);
    expect(scene.guest.medium.ends).toEqual([]);
    expect(scene.room.host.sessions).toBe(2);
    await scene.session.end();
    expect(scene.room.host.sessions).toBe(1);
  });
});

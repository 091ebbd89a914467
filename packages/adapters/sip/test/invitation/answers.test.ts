/** The ways in which a bot answers an invitation, by a whole house: over a simulated wire, and over sockets. */
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  accept,
  type Activity,
  type Bot,
  type Decision,
  forward,
  type ForwardMode,
  type Invitation,
  reject,
  type Session,
  type SessionEnd,
} from '@usher/core';

import type { SipResponse } from '../../src/syntax/message.js';
import { ack, invite, request, type Wish, within } from '../endpoint/peer.js';
import { ScriptedAnswerer } from '../user-agent/scripted-media.js';
import { open, type Scene, type Setting, STAGES } from './scene.js';
import { AUDIO_VIDEO, fresh, further, IM, sdp } from './wishes.js';

const TEXT = ['Content-Type: text/plain;charset=UTF-8'];

describe.each(STAGES)('over %s', (stage) => {
  const scenes: Scene[] = [];
  afterEach(async () => {
    await Promise.all(scenes.splice(0).map(async (scene) => scene.close()));
  });

  const play = async (setting: Setting): Promise<Scene> => {
    const scene = await open(stage, setting);
    scenes.push(scene);
    return scene;
  };

  /** Begins a session; the 200 that it rests on. */
  const begin = async (scene: Scene, wish: Wish): Promise<SipResponse> => {
    const ok = await scene.ask(invite(wish));
    expect(ok.status).toBe(200);
    await scene.tell(ack(ok, further(wish, 'ack')));
    return ok;
  };

  /** Says something in a session; the answer. */
  const say = async (scene: Scene, ok: SipResponse, wish: Wish, body: string) =>
    scene.ask(within(ok, 'MESSAGE', 2, { ...further(wish, 'message'), extra: TEXT, body }));

  it('T1: the bot is told which address was invited, and by whom: user@host', async () => {
    const invitations: Invitation[] = [];
    const decide = (invitation: Invitation): Decision => {
      invitations.push(invitation);
      return reject('busy');
    };
    const scene = await play({ bot: { decide } });
    const from = (address: string): Wish =>
      fresh({
        from: `"Äl" <${address}>;tag=one`,
        to: '<sip:desk@example.com>',
        uri: 'sip:desk@example.com',
      });
    for (const address of [
      'sip:alice@example.com',
      'sips:Alice@EXAMPLE.com:5071;transport=tcp?subject=x',
      'sip:+15551234;phone-context=x@[2001:db8::1];user=phone',
    ]) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      expect((await scene.ask(invite(from(address)))).status).toBe(486);
    }
    expect(invitations.map(({ endpoint }) => endpoint.userAtHost)).toEqual(
      Array(3).fill('desk@example.com'),
    );
    expect(invitations.map(({ inviter }) => [inviter.userAtHost, inviter.displayName])).toEqual([
      ['alice@example.com', 'Äl'],
      ['Alice@example.com', 'Äl'],
      ['+15551234;phone-context=x@[2001:db8::1]', 'Äl'],
    ]);
  });

  it('T2: accepted is 200, and a session of the type that was invited to begins', async () => {
    const sessions: Session[] = [];
    const bot: Bot = { decide: () => accept((session) => void sessions.push(session)) };
    const media = [new ScriptedAnswerer()];
    const scene = await play({ bot, userAgents: [{ applications: ['application/*'], media }] });
    const application = fresh({ extra: ['Content-Type: application/x'], body: 'x' });
    const kinds: readonly [Invitation['type'], Wish][] = [
      ['im', fresh({ body: IM })],
      ['audio-video', fresh({ body: sdp('m=audio 4000 RTP/AVP 0', 'm=text 4002 RTP/AVP 98') })],
      ['conference', fresh({ contact: '<sip:focus@192.0.2.2;transport=tcp>;isfocus' })],
      ['application', application],
    ];
    for (const [type, wish] of kinds) {
      const text = wish === application ? request('INVITE', wish) : invite(wish);
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const ok = await scene.ask(text);
      expect([type, ok.status]).toEqual([type, 200]);
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await scene.tell(ack(ok, further(wish, 'ack')));
    }
    expect(sessions.map(({ invitation }) => invitation.type)).toEqual(kinds.map(([type]) => type));
    expect(sessions.map(({ direction }) => direction)).toEqual(kinds.map(() => 'incoming'));
    expect(scene.host.sessions).toBe(kinds.length);
  });

  describe('T6: forwarded is a redirection to all targets, the preferred one first, and no session begins here', () => {
    it.each<['im' | 'audio-video', ForwardMode, number]>([
      ['im', 'redirect', 302],
      ['im', 'server', 303],
      ['audio-video', 'redirect', 302],
      ['audio-video', 'server', 303],
    ])('%s (%s: %d)', async (type, mode, status) => {
      const body = type === 'im' ? IM : AUDIO_VIDEO;
      const asked: string[] = [];
      const targets = [
        'sip:desk@example.com',
        'sips:night@example.org',
        'sip:last@example.net:5070',
      ];
      const decide = ({ type: kind, endpoint }: Invitation): Decision => {
        asked.push(kind);
        return forward(endpoint.user === 'one' ? 'sip:desk@example.com' : targets, { mode });
      };
      const scene = await play({ bot: { decide } });
      const to = (user: string): Wish =>
        fresh({ body, to: `<sip:${user}@example.com>`, uri: `sip:${user}@example.com` });
      const one = await scene.ask(invite(to('one')));
      expect([one.status, one.contacts.map(({ uri }) => uri)]).toEqual([
        status,
        ['sip:desk@example.com'],
      ]);
      const many = await scene.ask(invite(to('many')));
      expect(many.status).toBe(status);
      expect(many.contacts.map(({ uri }) => uri)).toEqual(targets);
      // RFC 3261, 20.10: of those without a q, none is preferred to another.
      const preferences = many.contacts.map(({ params }) => Number(params.get('q')));
      expect(preferences).toEqual([...new Set(preferences)].toSorted((x, y) => y - x));
      expect(preferences.every((q) => q > 0 && q <= 1)).toBe(true);
      expect(asked).toEqual([type, type]);
      expect(scene.host.sessions).toBe(0);
    });
  });

  describe('T13: a bot that throws is its own affair', () => {
    it.each<[string, (error: Error) => Bot]>([
      [
        'while it decides',
        (error) => ({
          decide: () => {
            throw error;
          },
        }),
      ],
      ['by a promise', (error) => ({ decide: async () => Promise.reject(error) })],
    ])(
      '%s: the inviter hears 480 and nothing of the error, and the other session goes on',
      async (_when, failing) => {
        const heard: string[] = [];
        const keep = accept((session) => {
          session.messages.subscribe((message) => heard.push(message.text));
        });
        const wrong = failing(new Error('very private'));
        const bot: Bot = {
          decide: (invitation) => (invitation.subject === 'fail' ? wrong.decide(invitation) : keep),
        };
        const scene = await play({ bot });
        const other = fresh();
        const ok = await begin(scene, other);
        const refused = await scene.ask(invite(fresh({ extra: ['Subject: fail'] })));
        expect(refused.status).toBe(480);
        expect(JSON.stringify([refused.reason, [...refused.fields]])).not.toContain('private');
        expect((await say(scene, ok, other, 'still there')).status).toBe(200);
        expect(heard).toEqual(['still there']);
        expect(scene.host.sessions).toBe(1);
      },
    );

    it.each<[string, (session: Session) => void]>([
      [
        'as its conversation begins',
        () => {
          throw new Error('very private');
        },
      ],
      [
        'at a message',
        (session) => {
          session.messages.subscribe(() => {
            throw new Error('very private');
          });
        },
      ],
    ])('%s: that session ends, and the other goes on', async (_when, failing) => {
      const heard: string[] = [];
      const ends: [string, SessionEnd][] = [];
      const converse = (session: Session): void => {
        const subject = session.invitation.subject ?? '';
        void session.ended.then((end) => ends.push([subject, end]));
        if (subject === 'fail') failing(session);
        else session.messages.subscribe((message) => heard.push(message.text));
      };
      const scene = await play({ bot: { decide: () => accept(converse) } });
      const activity: Activity[] = [];
      scene.host.activity.subscribe((one) => activity.push(one));
      const other = fresh({ extra: ['Subject: keep'] });
      const ok = await begin(scene, other);
      const wrong = fresh({ extra: ['Subject: fail'] });
      const failed = await begin(scene, wrong);
      await say(scene, failed, wrong, 'now');
      expect((await say(scene, ok, other, 'still there')).status).toBe(200);
      expect(heard).toEqual(['still there']);
      await scene.until(() => ends.length > 0);
      expect(ends).toEqual([['fail', expect.objectContaining({ by: 'bot', why: 'failed' })]]);
      expect(activity.filter(({ type }) => type === 'ended')).toHaveLength(1);
      expect(scene.host.sessions).toBe(1);
    });
  });
});

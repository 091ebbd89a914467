/** What bots are told of an invitation, by a whole house: over a simulated wire, and over sockets. */
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  accept,
  type Bot,
  type Invitation,
  type Message,
  reject,
  type SessionType,
} from '@usher/core';

import { ack, invite, request, within } from '../endpoint/peer.js';
import { open, type Scene, type Setting, STAGES } from './scene.js';
import { fresh, further, sdp } from './wishes.js';

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

  /** A bot that keeps what it is asked about, and takes none of it up. */
  const asked = (): { invitations: Invitation[]; bot: Bot } => {
    const invitations: Invitation[] = [];
    const decide = (invitation: Invitation) => {
      invitations.push(invitation);
      return reject('busy');
    };
    return { invitations, bot: { decide } };
  };

  it('T7: property 10000 of the context is the conversation ID where there is one, and absent where there is none', async () => {
    const { invitations, bot } = asked();
    const scene = await play({ bot });
    await scene.ask(invite(fresh({ extra: ['Ms-Conversation-ID: AdKjt1Xy9lDJ'] })));
    await scene.ask(invite(fresh({ extra: ['Conversation-ID: f81d4fae-7dec'] })));
    await scene.ask(invite(fresh()));
    expect(invitations.map(({ context }) => [context.has('10000'), context.get('10000')])).toEqual([
      [true, 'AdKjt1Xy9lDJ'],
      [true, 'f81d4fae-7dec'],
      [false, undefined],
    ]);
    expect(invitations.map(({ conversationId }) => conversationId)).toEqual([
      'AdKjt1Xy9lDJ',
      'f81d4fae-7dec',
      undefined,
    ]);
  });

  it('T10: without a matcher there is no event, and the inviter hears 415 with Accept', async () => {
    const { invitations, bot } = asked();
    const contentType = 'application/vnd.example.game';
    const only = { contentType, matches: (body: Uint8Array) => body[0] === 0x78 };
    const scene = await play({ bot, userAgents: [{}, { applications: [only] }] });
    const wish = (body: string) => fresh({ extra: [`Content-Type: ${contentType}`], body });
    const unknown = await scene.ask(request('INVITE', wish('x')));
    expect([unknown.status, unknown.list('Accept')[0]]).toEqual([415, 'application/sdp']);
    expect((await scene.ask(request('INVITE', wish('y')), 1)).status).toBe(415);
    expect(invitations).toEqual([]);
    expect((await scene.ask(request('INVITE', wish('x')), 1)).status).toBe(486);
    expect(invitations.map(({ type }) => type)).toEqual(['application']);
  });

  it('T11: every kind of session is told by its type, and any can be decided', async () => {
    const { invitations, bot } = asked();
    const scene = await play({ bot, userAgents: [{ applications: ['application/*'] }] });
    const kinds: readonly [SessionType, string][] = [
      ['im', invite(fresh())],
      ['audio-video', invite(fresh({ body: sdp('m=audio 4000 RTP/AVP 0') }))],
      ['audio-video', invite(fresh({ body: sdp('m=video 4000 RTP/AVP 31') }))],
      [
        'conference',
        invite(fresh({ contact: '<sip:focus@192.0.2.2:5080;transport=tcp>;isfocus' })),
      ],
      [
        'application',
        request('INVITE', fresh({ extra: ['Content-Type: application/x'], body: 'x' })),
      ],
      ['unknown', invite(fresh({ body: sdp('m=image 4000 udptl t38') }))],
    ];
    for (const [, text] of kinds) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      expect((await scene.ask(text)).status).toBe(486);
    }
    expect(invitations.map(({ type }) => type)).toEqual(kinds.map(([type]) => type));
  });

  it('T11: sound and pictures that nobody answers for are 488 where a bot accepts them all the same', async () => {
    const scene = await play({ bot: { decide: () => accept(() => {}) } });
    const answer = await scene.ask(invite(fresh({ body: sdp('m=audio 4000 RTP/AVP 0') })));
    expect(answer.status).toBe(488);
    const unknown = await scene.ask(invite(fresh({ body: sdp('m=image 4000 udptl t38') })));
    expect(unknown.status).toBe(488);
  });

  it('T12: each invitation names the address that was invited, at whichever user agent', async () => {
    const { invitations, bot } = asked();
    const scene = await play({ bot, userAgents: [{}, {}] });
    await scene.ask(
      invite(fresh({ to: '<sip:desk@example.com>', uri: 'sip:desk@example.com' })),
      0,
    );
    await scene.ask(
      invite(fresh({ to: '<sip:help@example.org>', uri: 'sip:help@example.org' })),
      1,
    );
    await scene.ask(
      invite(fresh({ to: '<sip:desk@example.org>', uri: 'sip:desk@example.org' })),
      0,
    );
    expect(invitations.map(({ endpoint }) => endpoint.toString())).toEqual([
      'sip:desk@example.com',
      'sip:help@example.org',
      'sip:desk@example.org',
    ]);
  });

  it('a first message in the INVITE is heard by the bot once, before anything else', async () => {
    const heard: Message[] = [];
    const known: (string | undefined)[] = [];
    const bot: Bot = {
      decide: (invitation) => {
        known.push(invitation.firstMessage?.text);
        return accept(
          (session) => void session.messages.subscribe((message) => heard.push(message)),
        );
      },
    };
    const scene = await play({ bot });
    const wish = fresh({ extra: ['ms-text-format: text/plain; charset=UTF-8; ms-body=aGVsbG8='] });
    const ok = await scene.ask(invite(wish));
    expect([ok.status, ok.supported.includes('ms-text-format')]).toEqual([200, true]);
    await scene.tell(ack(ok, further(wish, 'ack')));
    const said = (sequence: number, body: string): string =>
      within(ok, 'MESSAGE', sequence, {
        ...further(wish, `message${sequence}`),
        extra: TEXT,
        body,
      });
    expect((await scene.ask(said(2, 'hello'))).status).toBe(200);
    expect((await scene.ask(said(3, 'and more'))).status).toBe(200);
    expect(known).toEqual(['hello']);
    expect(heard.map(({ text }) => text)).toEqual(['hello', 'and more']);
    expect(new Set(heard.map(({ id }) => id)).size).toBe(2);
  });

  it('how urgent it is, who referred the inviter, and which network it comes from', async () => {
    const { invitations, bot } = asked();
    const trusting = { trust: { networks: ['127.0.0.1', '192.0.2.0/24'] } };
    const scene = await play({ bot, userAgents: [trusting, {}] });
    const from = (rest: string): string =>
      `ms-edge-proxy-message-trust: ms-source-type=${rest};ms-ep-fqdn=edge.example.com;ms-source-verified-user=verified`;
    const said = [
      'AutoFederation;ms-source-network=federation',
      'DirectPartner;ms-source-network=publiccloud',
      'InternetUser',
      'EdgeProxyGenerated',
    ];
    for (const rest of said) {
      const extra = ['Priority: urgent', 'b: "Bob" <sip:bob@example.com>', from(rest)];
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await scene.ask(invite(fresh({ extra })));
    }
    await scene.ask(invite(fresh({ extra: [from('InternetUser'), 'Referred-By: <<>>'] })), 1);
    expect(
      invitations.map((one) => [one.priority, one.referredBy?.toString(), one.sourceNetwork]),
    ).toEqual([
      ['urgent', 'sip:bob@example.com', 'federated-enterprise'],
      ['urgent', 'sip:bob@example.com', 'federated-public'],
      ['urgent', 'sip:bob@example.com', 'company'],
      ['urgent', 'sip:bob@example.com', undefined],
      // Anybody can say that: only trusted peers are believed.
      [undefined, undefined, undefined],
    ]);
    expect(invitations.at(-1)?.headers.get('ms-edge-proxy-message-trust')).toBeUndefined();
  });
});

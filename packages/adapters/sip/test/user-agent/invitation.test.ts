import { describe, expect, it } from '@jest/globals';
import type { Answer, Knock } from '@usher/core/adapter';
import { RecordingReceiver } from '@usher/core/testing';

import { bytesOf } from '../syntax/corpora.js';
import { invite, request } from '../endpoint/peer.js';
import { Stage } from './stage.js';

const sdp = (...media: readonly string[]): string =>
  ['v=0', 'o=- 1 1 IN IP4 192.0.2.2', 's=-', 'c=IN IP4 192.0.2.2', 't=0 0', ...media, ''].join(
    '\r\n',
  );

/** A stage whose house thinks about it. */
async function thoughtful(options = {}): Promise<Stage> {
  const stage = await Stage.open(options);
  stage.house.decide = () => {};
  return stage;
}

/** The invitation that this INVITE becomes. */
async function invited(message: string | Uint8Array, options = {}): Promise<Knock['invitation']> {
  const stage = await thoughtful(options);
  await stage.receive(message);
  const [knock] = stage.house.knocks;
  if (knock === undefined) throw new Error('nobody knocked');
  return knock.invitation;
}

const accept = (): Answer => ({ type: 'accept', receiver: new RecordingReceiver() });

describe('the facts of an invitation', () => {
  it('say who invites, who is invited, and about what', async () => {
    const invitation = await invited(
      invite({
        from: '"Alice \\"A\\" Ä" <sip:Alice@EXAMPLE.com:5080;x=y>;tag=1',
        to: '<sip:bot@example.org>',
        extra: ['Subject: the door'],
      }),
    );
    expect(invitation.inviter.address.toString()).toBe('sip:Alice@example.com:5080');
    expect(invitation.inviter.displayName).toBe('Alice "A" Ä');
    expect(invitation.inviter.userAtHost).toBe('Alice@example.com');
    expect(invitation.inviter.identity).toEqual({ how: 'none' });
    expect(invitation.endpoint.toString()).toBe('sip:bot@example.org');
    expect(invitation.subject).toBe('the door');
    expect(invitation.medium).toBe('message');
    expect(invitation.id).toMatch(/^[a-z2-7]{26}$/);
    expect(invitation.history).toEqual([]);
  });

  it('take an assertion of who invites for no proof', async () => {
    const invitation = await invited(bytesOf('sip-attacks/pai-untrusted.sip'));
    expect(invitation.inviter.identity).toEqual({ how: 'none' });
  });

  it.each([
    ['im', sdp('m=message 5060 sip null')],
    ['im', sdp('m=x-ms-message 5060 sip null')],
    ['im', sdp('m=audio 4000 RTP/AVP 0', 'm=message 5060 sip null')],
    ['im', sdp('m=message 7394 TCP/MSRP *')],
    ['audio-video', sdp('m=audio 4000 RTP/AVP 0')],
    ['audio-video', sdp('m=video 4000 RTP/AVP 31')],
    ['application', sdp('m=application 9 UDP/DTLS/SCTP webrtc-datachannel')],
    ['unknown', sdp('m=image 4000 udptl t38')],
  ] as const)('say %s of what is offered', async (type, body) => {
    expect((await invited(invite({ body }))).type).toBe(type);
  });

  it('say im where nothing is offered, conference where the inviter is a focus, application where it is something else', async () => {
    expect((await invited(request('INVITE'))).type).toBe('im');
    const focus = '<sip:room@192.0.2.2>;isfocus';
    expect((await invited(invite({ contact: focus }))).type).toBe('conference');
    const applications = ['application/ms-conf-invite+xml'];
    const escalation = await invited(bytesOf('examples/06-escalation-conf-invite.sip'), {
      applications,
    });
    expect(escalation.type).toBe('application');
    expect(escalation.conversationId).toBe('AdKjt1Xy9lDJ8KRjRYaBRsRaq4N/vw==');
  });

  it('tell whom the invitation was for before us', async () => {
    const history = await invited(
      invite({
        extra: [
          'History-Info: <sip:first@example.com?Reason=SIP%3Bcause%3D302%3Btext%3D%22Moved%22>;index=1, <sip:second@example.com>;index=1.1',
          'History-Info: <sip:bot@192.0.2.1>;index=1.1.1',
        ],
      }),
    );
    expect(history.history.map(({ address, ...rest }) => [address.toString(), rest])).toEqual([
      ['sip:first@example.com', { status: 302, reason: 'Moved' }],
      ['sip:second@example.com', {}],
    ]);
    const diverted = await invited(
      invite({
        extra: ['Diversion: <sip:later@example.com>;reason=no-answer, <sip:earlier@example.com>'],
      }),
    );
    expect(diverted.history.map(({ address, reason }) => [address.user, reason])).toEqual([
      ['earlier', undefined],
      ['later', 'no-answer'],
    ]);
    const broken = await invited(invite({ extra: ['History-Info: "x <sip:y', 'Diversion: <<>>'] }));
    expect(broken.history).toEqual([]);
  });

  it('have their header fields at hand, before the answer and after it', async () => {
    const stage = await thoughtful();
    await stage.receive(
      invite({
        extra: ['s: short', 'X-Thing: one', 'x-thing: two', '__proto__: three', 'X-Long: a,\r\n b'],
      }),
    );
    const knock = stage.house.knocks[0];
    const look = () => [
      knock?.invitation.headers.get('subject'),
      knock?.invitation.headers.get('S'),
      knock?.invitation.headers.all('X-THING'),
      knock?.invitation.headers.get('__proto__'),
      knock?.invitation.headers.get('x-long'),
      knock?.invitation.headers.get('Call-ID'),
      knock?.invitation.headers.get('constructor'),
      knock?.invitation.headers.all('nothing'),
    ];
    const before = look();
    expect(before).toEqual([
      'short',
      'short',
      ['one', 'two'],
      'three',
      'a, b',
      'call-1',
      undefined,
      [],
    ]);
    await knock?.answer(accept());
    expect(look()).toEqual(before);
  });

  it('are never told of an INVITE whose description cannot be read: 400, and the house hears why', async () => {
    const stage = await thoughtful();
    await stage.receive(invite({ body: 'this is no description' }));
    expect(stage.response().status).toBe(400);
    expect(stage.house.knocks).toEqual([]);
    expect(stage.house.violations[0]).toMatchObject({ peer: 'udp 192.0.2.2:5080', status: 400 });
  });
});

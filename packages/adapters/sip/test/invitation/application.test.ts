/** Sessions about something else than talk: who claims them, and what is said where nobody does. */
import { describe, expect, it } from '@jest/globals';
import type { Knock } from '@usher/core/adapter';

import { parseConferenceInvitation, type SipUserAgentOptions } from '../../src/index.js';
import { readRequest } from '../endpoint/bench.js';
import { ack, request, within } from '../endpoint/peer.js';
import { bytesOf } from '../syntax/corpora.js';
import { Stage } from '../user-agent/stage.js';

const CONFERENCE = 'application/ms-conf-invite+xml';
const GAME = 'application/vnd.example.game';
const escalation = bytesOf('examples/06-escalation-conf-invite.sip');
const game = (body = 'chess'): string =>
  request('INVITE', { extra: [`Content-Type: ${GAME};level=3`], body });

async function play(
  message: string | Uint8Array,
  applications: SipUserAgentOptions['applications'],
): Promise<{ stage: Stage; invitation: Knock['invitation'] | undefined }> {
  const stage = await Stage.open(applications === undefined ? {} : { applications });
  await stage.receive(message);
  return { stage, invitation: stage.house.knocks[0]?.invitation };
}

describe('content of an INVITE that somebody claims', () => {
  it('is an invitation of the type application, with its content as it came', async () => {
    const { invitation } = await play(game(), [GAME]);
    expect(invitation?.type).toBe('application');
    expect(invitation?.application?.contentType).toBe(`${GAME};level=3`);
    expect(new TextDecoder().decode(invitation?.application?.body)).toBe('chess');
  });

  it('is looked at by its matchers alone, of which one is enough', async () => {
    const seen: string[] = [];
    const looking = (answer: boolean) => ({
      contentType: GAME,
      matches: (body: Uint8Array) => {
        seen.push(new TextDecoder().decode(body));
        return answer;
      },
    });
    const { invitation } = await play(game(), [looking(false), looking(true)]);
    expect(invitation?.type).toBe('application');
    expect(seen).toEqual(['chess', 'chess']);
  });

  it('may be a range of types', async () => {
    expect((await play(game(), ['application/*'])).invitation?.type).toBe('application');
  });

  it('is accepted without a description, and lives in its dialog until its BYE', async () => {
    const { stage } = await play(game(), [GAME]);
    const ok = stage.response();
    expect([ok.status, ok.body.length, ok.contentType]).toEqual([200, 0, undefined]);
    await stage.receive(ack(ok));
    await stage.receive(within(ok, 'BYE', 2));
    expect(stage.response().status).toBe(200);
    expect(stage.talk.heard.ends).toEqual([{ by: 'peer', why: 'hung-up' }]);
  });
});

describe('content of an INVITE that nobody claims', () => {
  it.each([
    ['there is no matcher', undefined],
    ['no matcher is of its type', [CONFERENCE]],
    ['its matcher says no', [{ contentType: GAME, matches: () => false }]],
    [
      'its matcher throws',
      [
        {
          contentType: GAME,
          matches: () => {
            throw new Error('not me');
          },
        },
      ],
    ],
  ])(
    'is answered 415 with Accept, and no bot hears of it, where %s',
    async (_why, applications) => {
      const { stage } = await play(game(), applications);
      const answer = stage.response();
      expect(answer.status).toBe(415);
      expect(answer.list('Accept')[0]).toBe('application/sdp');
      expect(stage.house.knocks).toEqual([]);
      expect(stage.house.violations).toMatchObject([{ code: 'unknown-content-type', status: 415 }]);
      expect(stage.userAgent.counts).toMatchObject({ dialogs: 0, pending: 0, parties: 0 });
    },
  );
});

describe('an invitation to a conference', () => {
  it('is an application, whose content is told under `conference`', async () => {
    const { invitation, stage } = await play(escalation, [CONFERENCE]);
    expect(invitation?.type).toBe('application');
    expect(invitation?.context.get('conference')).toEqual({
      focusUri:
        'sip:alice@contoso.com;gruu;opaque=app:conf:focus:id:7ECB5F9BFFB1F343B36775DBA09E8038',
      subject: 'build status',
      im: true,
      audio: false,
    });
    // The same conversation as before: what is to be joined is known by that.
    expect(invitation?.context.get('10000')).toBe('AdKjt1Xy9lDJ8KRjRYaBRsRaq4N/vw==');
    const [ok] = stage.take();
    expect(ok?.text).toContain('Supported: ms-text-format, ms-conf-invite\r\n');
  });

  it('is not looked into before it is claimed', async () => {
    const bomb = request('INVITE', {
      extra: [`Content-Type: ${CONFERENCE}`],
      body: '<!DOCTYPE x [<!ENTITY a "aaaa">]><Conferencing>&a;</Conferencing>',
    });
    expect((await play(bomb, undefined)).stage.response().status).toBe(415);
    const { invitation } = await play(bomb, [CONFERENCE]);
    expect(invitation?.type).toBe('application');
    expect(invitation?.context.get('conference')).toBeUndefined();
  });

  const read = (xml: string) => parseConferenceInvitation(new TextEncoder().encode(xml));
  const FOCUS = '<focus-uri>sip:a@b;focus</focus-uri>';

  it.each([
    ['<im available="true"/>', true, false],
    ['<im available="false"/>', false, false],
    ['<im/>', true, false],
    ['<im><available>false</available></im>', false, false],
    ['<im><available>true</available></im><audio available="true"/>', true, true],
    ['<unknown><deep/></unknown><video available="1"/>', false, true],
    ['', false, false],
  ])('with %s: text %s, sound %s', (xml, im, audio) => {
    expect(read(`<Conferencing version="2.0">${FOCUS}${xml}</Conferencing>`)).toEqual({
      focusUri: 'sip:a@b;focus',
      im,
      audio,
    });
  });

  it('may greet whoever joins', () => {
    const xml = `<c:Conferencing xmlns:c="urn:x">${FOCUS}<subject> a &amp; b </subject><im available="true"><first-im>hello</first-im></im></c:Conferencing>`;
    expect(read(xml)).toMatchObject({ subject: 'a & b', firstMessage: 'hello' });
  });

  it.each([
    ['', 'nothing'],
    ['<Conferencing/>', 'no focus'],
    [`<Other>${FOCUS}</Other>`, 'another root'],
    [`<Conferencing>${FOCUS}${FOCUS}</Conferencing>`, 'two focuses'],
    ['<Conferencing><focus-uri>http://a</focus-uri></Conferencing>', 'a focus that is no SIP URI'],
    [`<Conferencing>${FOCUS}`, 'no end'],
    [
      `<Conferencing><focus-uri>sip:${'a'.repeat(2_000)}</focus-uri></Conferencing>`,
      'too long a focus',
    ],
    [`<Conferencing>${FOCUS}<x>${'y'.repeat(20_000)}</x></Conferencing>`, 'too much'],
  ])('is none: %s (%s)', (xml) => {
    expect(read(xml)).toBeUndefined();
  });
});

it('a session that was accepted by its content may still be talked in', async () => {
  const { stage } = await play(game(), [GAME]);
  const ok = stage.response();
  await stage.receive(ack(ok));
  void stage.talk.medium?.send({ contentType: 'text/plain', body: new Uint8Array([104]) }, '1');
  const [said] = stage.take();
  expect(said && readRequest(said).method).toBe('MESSAGE');
});

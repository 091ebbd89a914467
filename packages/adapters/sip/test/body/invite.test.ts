/** INVITEs and messages whose bodies are made of parts (RFC 5621). */
import { describe, expect, it } from '@jest/globals';
import type { Knock } from '@usher/core/adapter';

import type { SipUserAgentOptions } from '../../src/index.js';
import type { SipResponse } from '../../src/syntax/message.js';
import { OFFER, request, within } from '../endpoint/peer.js';
import { Stage } from '../user-agent/stage.js';

const AUDIO = OFFER.replace(/m=[^]*/, 'm=audio 4000 RTP/AVP 0\r\n');

/** One part: its header fields, and its content. */
type Piece = readonly [head: string, body: string];

const SDP: Piece = ['Content-Type: application/sdp', OFFER];
const of = (...parts: readonly Piece[]): string =>
  [...parts.map(([head, body]) => `--b\r\n${head}\r\n\r\n${body}\r\n`), '--b--\r\n'].join('');
const typed = (kind: string): { extra: readonly string[] } => ({
  extra: [`Content-Type: multipart/${kind};boundary=b`],
});

async function invited(
  kind: string,
  parts: readonly Piece[],
  options: Partial<SipUserAgentOptions> = {},
): Promise<{ stage: Stage; response: SipResponse; knock: Knock | undefined }> {
  const stage = await Stage.open(options);
  await stage.receive(request('INVITE', { ...typed(kind), body: of(...parts) }));
  return { stage, response: stage.response(), knock: stage.house.knocks[0] };
}

describe('an INVITE of several things together', () => {
  it('brings a description and the first message', async () => {
    const { response, knock } = await invited('mixed', [
      SDP,
      ['Content-Type: text/plain', 'hello'],
    ]);
    expect(response.status).toBe(200);
    expect(response.mediaType).toBe('application/sdp');
    expect(knock?.invitation.type).toBe('im');
    expect(knock?.invitation.firstMessage?.text).toBe('hello');
  });

  it('shows what says that it is to be shown, and not what is for something else', async () => {
    const render: Piece = ['Content-Disposition: render\r\nContent-Type: text/plain', 'shown'];
    const icon: Piece = [
      'Content-Disposition: icon;handling=optional\r\nContent-Type: text/plain',
      'not',
    ];
    const { knock } = await invited('mixed', [icon, render, SDP]);
    expect(knock?.invitation.firstMessage?.text).toBe('shown');
  });

  it('has a message in two forms', async () => {
    const forms = `--c\r\n\r\nplain\r\n--c\r\nContent-Type: text/html\r\n\r\n<b>rich</b>\r\n--c--`;
    const { knock } = await invited('mixed', [
      SDP,
      ['Content-Type: multipart/alternative; boundary=c', forms],
    ]);
    const first = knock?.invitation.firstMessage;
    expect([first?.text, first?.alternatives.map(({ contentType }) => contentType)]).toEqual([
      'plain',
      ['text/html'],
    ]);
  });

  it('is refused by 415 with Accept where a part is missed that has to be understood, and no bot hears of it', async () => {
    const { stage, response } = await invited('mixed', [
      SDP,
      ['Content-Type: application/isup', 'x'],
    ]);
    expect(response.status).toBe(415);
    expect(response.list('Accept')).toEqual([
      'application/sdp',
      'multipart/mixed',
      'multipart/alternative',
    ]);
    expect(stage.house.knocks).toEqual([]);
    expect(stage.house.violations).toMatchObject([{ code: 'unknown-content-type', status: 415 }]);
  });

  it('may have parts that nobody has to understand', async () => {
    const optional =
      'Content-Type: application/isup\r\nContent-Disposition: signal;handling=optional';
    const { response } = await invited('mixed', [[optional, 'x'], SDP]);
    expect(response.status).toBe(200);
  });

  it('without a description gets one of ours', async () => {
    const { response, knock } = await invited('mixed', [['Content-Type: text/plain', 'hello']]);
    expect(response.status).toBe(200);
    expect(new TextDecoder().decode(response.body)).toContain('m=message 5060 sip null');
    expect(knock?.invitation.firstMessage?.text).toBe('hello');
  });

  it('that cannot be cut is refused by 400, as is one too deep, or with a description that is none', async () => {
    const stage = await Stage.open();
    await stage.receive(request('INVITE', { ...typed('mixed'), body: '--x\r\n' }));
    expect(stage.response().status).toBe(400);
    let deep = of(SDP);
    for (const boundary of ['c', 'd', 'e']) {
      const inner = deep.replaceAll('--b', `--${boundary}`);
      deep = of([`Content-Type: multipart/mixed;boundary=${boundary}`, inner]);
    }
    await stage.receive(request('INVITE', { ...typed('mixed'), callId: 'deep', body: deep }));
    expect(stage.response().status).toBe(400);
    const { response } = await invited('mixed', [['Content-Type: application/sdp', 'none']]);
    expect(response.status).toBe(400);
    expect(stage.house.violations.map(({ code }) => code)).toEqual([
      'bad-multipart',
      'bad-multipart',
    ]);
  });
});

describe('an INVITE of one thing in several forms', () => {
  it('is taken by the last description that is about messages', async () => {
    const { response, knock } = await invited('alternative', [
      SDP,
      ['Content-Type: application/sdp', AUDIO],
      ['Content-Type: application/sdpng', '<x/>'],
    ]);
    expect(knock?.invitation.type).toBe('im');
    expect(response.status).toBe(200);
  });

  it('is taken by the last description that can be read, where none is about messages', async () => {
    const { knock } = await invited('alternative', [
      ['Content-Type: application/sdp', AUDIO],
      ['Content-Type: application/sdp', 'none'],
    ]);
    expect(knock?.invitation.type).toBe('audio-video');
  });

  it('is refused by 415 where none of them is understood', async () => {
    const { response } = await invited('alternative', [
      ['Content-Type: application/sdpng', '<x/>'],
    ]);
    expect(response.status).toBe(415);
  });
});

describe('a message in several forms', () => {
  const FORMS = of(
    ['Content-Type: text/plain;charset=UTF-8', 'plain'],
    ['Content-Type: text/html', '<b>rich</b>'],
  );

  it('is its plain text, and the others are beside it', async () => {
    const stage = await Stage.open();
    const ok = await stage.session();
    await stage.receive(within(ok, 'MESSAGE', 2, { ...typed('alternative'), body: FORMS }));
    expect(stage.response().status).toBe(200);
    const [message] = stage.talk.heard.messages;
    expect([message?.text, message?.contentType]).toEqual(['plain', 'text/plain;charset=UTF-8']);
    expect(message?.alternatives.map(({ body }) => new TextDecoder().decode(body))).toEqual([
      '<b>rich</b>',
    ]);
  });

  it('is the same outside any dialog', async () => {
    const stage = await Stage.open();
    await stage.receive(request('MESSAGE', { ...typed('alternative'), body: FORMS }));
    expect(stage.response().status).toBe(200);
    expect(stage.house.knocks[0]?.invitation.firstMessage?.text).toBe('plain');
  });

  it.each([
    ['is refused by 415 where none of them is text', of(['Content-Type: image/gif', 'x']), 415],
    ['is refused by 400 where it cannot be cut', 'nothing', 400],
  ])('%s', async (_what, body, status) => {
    const stage = await Stage.open();
    const ok = await stage.session();
    await stage.receive(within(ok, 'MESSAGE', 2, { ...typed('alternative'), body }));
    expect(stage.response().status).toBe(status);
    expect(stage.talk.heard.messages).toEqual([]);
  });
});

import { describe, expect, it } from '@jest/globals';
import { Address, Message } from '@usher/core';
import type { MediaOutcome } from '@usher/core/adapter';

import type { SipResponse } from '../../src/syntax/message.js';
import { ack, invite, OFFER, request, within } from '../endpoint/peer.js';
import { ScriptedAnswerer } from './scripted-media.js';
import { Stage } from './stage.js';

const decoder = new TextDecoder();

const sdp = (...media: readonly string[]): string =>
  ['v=0', 'o=- 1 1 IN IP4 192.0.2.2', 's=-', 'c=IN IP4 192.0.2.2', 't=0 0', ...media, ''].join(
    '\r\n',
  );

const AUDIO = ['m=audio 4002 RTP/AVP 0', 'a=rtpmap:0 PCMU/8000'];
const TEXT = ['m=text 4000 RTP/AVP 98', 'a=rtpmap:98 t140/1000'];

function bodyOf(response: SipResponse): string {
  return decoder.decode(response.body);
}

/** A stage at which text is answered for. */
async function answering(): Promise<{ stage: Stage; answerer: ScriptedAnswerer }> {
  const answerer = new ScriptedAnswerer();
  return { stage: await Stage.open({ media: [answerer] }), answerer };
}

/** A session in text; the 200 that it rests on. */
async function inText(): Promise<{ stage: Stage; answerer: ScriptedAnswerer; ok: SipResponse }> {
  const { stage, answerer } = await answering();
  await stage.receive(invite({ body: sdp(...TEXT) }));
  const ok = stage.response();
  await stage.receive(ack(ok));
  return { stage, answerer, ok };
}

const message = (text: string): Message =>
  new Message(
    '1',
    Address.parse('sip:alice@example.com'),
    'text/plain',
    new TextEncoder().encode(text),
    0,
  );

describe('an invitation to talk by other media than messages', () => {
  it.each([
    ['im', 'text', sdp(...TEXT)],
    ['audio-video', 'text', sdp(...AUDIO, ...TEXT)],
    ['im', 'message', sdp('m=message 5060 sip null', ...TEXT)],
    ['audio-video', 'message', sdp(...AUDIO)],
    ['unknown', 'message', sdp('m=text 4000 RTP/AVP 98', 'a=rtpmap:98 parityfec/8000')],
    ['audio-video', 'message', sdp(...AUDIO, 'm=text 0 RTP/AVP 98', 'a=rtpmap:98 t140/1000')],
  ])('is of type %s and medium %s by what is offered', async (type, medium, body) => {
    const { stage } = await answering();
    stage.house.decide = () => {};
    await stage.receive(invite({ body }));
    expect(stage.house.knocks[0]?.invitation).toMatchObject({ type, medium });
  });

  it.each([
    ['audio', AUDIO],
    ['text', TEXT],
  ])('hears 488 with the warning 304 where nobody answers for %s', async (_kind, media) => {
    const stage = await Stage.open();
    await stage.receive(invite({ body: sdp(...media) }));
    const response = stage.response();
    expect(response.status).toBe(488);
    expect(response.get('Warning')).toMatch(/^304 /);
  });

  it('hears 488 as well where somebody answers, but not for what is offered', async () => {
    const { stage, answerer } = await answering();
    await stage.receive(invite({ body: sdp(...AUDIO) }));
    expect(stage.response().status).toBe(488);
    expect(answerer.offers).toEqual([]);
  });

  it('can be rejected and forwarded before anybody has answered for it', async () => {
    const { stage, answerer } = await answering();
    stage.house.decide = (knock) => void knock.answer({ type: 'reject', status: 486 });
    await stage.receive(invite({ body: sdp(...AUDIO, ...TEXT) }));
    expect(stage.response().status).toBe(486);
    await stage.receive(request('ACK'));
    const targets = [Address.parse('sip:desk@example.com')];
    stage.house.decide = (knock) => void knock.answer({ type: 'forward', status: 302, targets });
    await stage.receive(invite({ callId: 'second', body: sdp(...AUDIO, ...TEXT) }));
    expect(stage.response().get('Contact')).toContain('sip:desk@example.com');
    expect(answerer.offers).toEqual([]);
  });

  it('is answered line by line, each of those refused that nobody takes', async () => {
    const { stage } = await answering();
    await stage.receive(invite({ body: sdp(...AUDIO, ...TEXT) }));
    const ok = stage.response();
    expect(ok.status).toBe(200);
    const lines = bodyOf(ok).split('\r\n');
    expect(lines.filter((line) => line.startsWith('m='))).toEqual([
      'm=audio 0 RTP/AVP 0',
      'm=text 30000 RTP/AVP 98',
    ]);
    expect(lines).toContain('c=IN IP4 192.0.2.99');
    expect(lines).toContain('b=RS:0');
  });

  it('tells who answers what is offered, and from where it came', async () => {
    const { answerer } = await inText();
    expect(answerer.offers).toEqual([
      [
        {
          kind: 'text',
          port: 4_000,
          protocol: 'RTP/AVP',
          formats: ['98'],
          address: '192.0.2.2',
          attributes: [{ name: 'rtpmap', value: '98 t140/1000' }],
        },
      ],
    ]);
    expect(answerer.party?.host).toBe('192.0.2.2');
    expect(answerer.party?.peer.toString()).toBe('sip:alice@example.com');
  });

  it('is talk by messages where it offers these as well', async () => {
    const { stage, answerer } = await answering();
    await stage.receive(invite({ body: sdp('m=message 5060 sip null', ...TEXT) }));
    expect(bodyOf(stage.response())).toContain('m=text 0 RTP/AVP 98');
    expect(answerer.offers).toEqual([]);
  });

  it('hears the status and the warning of whoever refuses the media', async () => {
    const { stage, answerer } = await answering();
    answerer.outcome = async () => ({ type: 'refused', status: 488, warning: 301, text: 'no' });
    await stage.receive(invite({ body: sdp(...TEXT) }));
    const refused = stage.response();
    expect(refused.status).toBe(488);
    expect(refused.get('Warning')).toMatch(/^301 /);
    answerer.outcome = async () => ({ type: 'refused', status: 503, warning: 399, text: 'full' });
    await stage.receive(invite({ callId: 'second', body: sdp(...TEXT) }));
    const full = stage.response();
    expect(full.status).toBe(503);
    expect(full.get('Retry-After')).toBe('5');
  });

  it('hears 488 where the answerer fails', async () => {
    const { stage, answerer } = await answering();
    answerer.outcome = () => Promise.reject(new Error('out of order'));
    await stage.receive(invite({ body: sdp(...TEXT) }));
    expect(stage.response().status).toBe(488);
    expect(stage.userAgent.counts?.parties).toBe(0);
  });

  it('takes the media down again where the inviter has left meanwhile', async () => {
    const { stage, answerer } = await answering();
    let answer: (outcome: MediaOutcome) => void = () => {};
    answerer.outcome = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    const branch = 'z9hG4bKleaves';
    await stage.receive(invite({ branch, body: sdp(...TEXT) }));
    stage.take();
    await stage.receive(request('CANCEL', { branch }));
    expect(stage.take().map(({ text }) => text.slice(8, 11))).toEqual(['200', '487']);
    answer({ type: 'answered', answer: [undefined], media: answerer.media });
    await stage.clock.settle();
    expect(answerer.media.closed).toBe(1);
    expect(stage.take()).toEqual([]);
    expect(stage.house.talks).toEqual([]);
    expect(stage.userAgent.counts?.parties).toBe(0);
  });
});

describe('a session in other media than messages', () => {
  it('carries what is said both ways, under the name of its media', async () => {
    const { stage, answerer } = await inText();
    await answerer.party?.receiver.receive(message('hello'));
    expect(stage.talk.heard.texts).toEqual(['hello']);
    const { medium } = stage.talk;
    expect(medium?.name).toBe('text');
    expect(medium?.limit).toBe(100);
    await medium?.send(message('hello yourself'), 'a');
    expect(answerer.media.said).toEqual(['hello yourself']);
    expect(stage.take()).toEqual([]);
  });

  it('tells the media when the peer has confirmed it, and not before', async () => {
    const { stage, answerer } = await answering();
    await stage.receive(invite({ body: sdp(...TEXT) }));
    const ok = stage.response();
    expect(answerer.media.confirmations).toBe(0);
    await stage.receive(ack(ok));
    expect(answerer.media.confirmations).toBe(1);
  });

  it('ends with the BYE of the peer, and takes the media down', async () => {
    const { stage, answerer, ok } = await inText();
    await stage.receive(within(ok, 'BYE', 2));
    expect(stage.response().status).toBe(200);
    expect(answerer.media.closed).toBe(1);
    expect(stage.talk.heard.ends).toEqual([{ by: 'peer', why: 'hung-up' }]);
  });

  it('ends by a BYE of ours where the bot is done', async () => {
    const { stage, answerer } = await inText();
    const ended = stage.talk.medium?.end({ by: 'bot', why: 'completed' });
    await stage.respond(stage.request());
    await ended;
    expect(answerer.media.closed).toBe(1);
    expect(stage.talk.heard.ends).toEqual([]);
    expect(stage.userAgent.counts?.parties).toBe(0);
  });

  it('ends where the media are dead: the house is told once, and the peer', async () => {
    const { stage, answerer } = await inText();
    answerer.party?.lost();
    answerer.party?.lost();
    const bye = stage.request();
    expect(bye.method).toBe('BYE');
    await stage.respond(bye);
    expect(stage.talk.heard.ends).toEqual([{ by: 'network', why: 'lost' }]);
  });

  it('takes a message within its dialog as one of the session', async () => {
    const { stage, ok } = await inText();
    const wish = { body: 'hello', extra: ['Content-Type: text/plain'] };
    await stage.receive(within(ok, 'MESSAGE', 2, wish));
    expect(stage.response().status).toBe(200);
    expect(stage.talk.heard.messages.map(({ text }) => text)).toEqual(['hello']);
  });

  it('answers a further offer as the media say, under the next version', async () => {
    const { stage, answerer, ok } = await inText();
    const held = sdp('m=text 4000 RTP/AVP 98', 'a=rtpmap:98 t140/1000', 'a=sendonly');
    const extra = ['Content-Type: application/sdp'];
    const contact = '<sip:alice@192.0.2.2:5080>';
    await stage.receive(within(ok, 'INVITE', 2, { body: held, extra, contact }));
    const again = stage.response();
    expect(again.status).toBe(200);
    expect(answerer.media.offers[0]?.[0]?.attributes.at(-1)).toEqual({ name: 'sendonly' });
    const versionOf = (response: SipResponse): number =>
      Number(/^o=\S+ \S+ (\d+)/m.exec(bodyOf(response))?.[1]);
    expect(versionOf(again)).toBe(versionOf(ok) + 1);
    await stage.receive(ack(again));
    answerer.media.again = () => undefined;
    await stage.receive(within(ok, 'INVITE', 3, { body: held, extra, contact }));
    expect(stage.response().status).toBe(488);
    await stage.receive(request('ACK', { callId: ok.callId, toTag: ok.toTag, sequence: 3 }));
    expect(stage.talk.heard.ends).toEqual([]);
  });

  it('offers what was agreed on where the peer asks for an offer', async () => {
    const { stage, ok } = await inText();
    const contact = '<sip:alice@192.0.2.2:5080>';
    await stage.receive(within(ok, 'INVITE', 2, { contact }));
    const again = stage.response();
    expect(again.status).toBe(200);
    expect(bodyOf(again)).toContain('m=text 30000 RTP/AVP 98');
  });

  it('refuses to become a session of messages', async () => {
    const { stage, answerer, ok } = await inText();
    answerer.media.again = () => undefined;
    const wish = { body: OFFER, extra: ['Content-Type: application/sdp'] };
    const contact = '<sip:alice@192.0.2.2:5080>';
    await stage.receive(within(ok, 'INVITE', 2, { ...wish, contact }));
    expect(stage.response().status).toBe(488);
  });

  it('ends with the user agent, and so do those who answer', async () => {
    const { stage, answerer } = await inText();
    const closing = stage.userAgent.close();
    await stage.clock.settle();
    await stage.respond(stage.request());
    await closing;
    expect(answerer.media.closed).toBe(1);
    expect(answerer.closed).toBe(1);
    expect(stage.talk.heard.ends).toEqual([{ by: 'host', why: 'drain' }]);
  });
});

import { describe, expect, it } from '@jest/globals';
import { Address } from '@usher/core';
import type { Answer, Answered } from '@usher/core/adapter';
import { RecordingReceiver } from '@usher/core/testing';

import { bytesOf } from '../syntax/corpora.js';
import { TCP } from '../endpoint/bench.js';
import { invite, OFFER, request } from '../endpoint/peer.js';
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

/** What an INVITE comes to that the house answers so. */
async function answered(answer: Answer, message = invite()) {
  const stage = await thoughtful();
  await stage.receive(message);
  const outcome = await stage.house.knocks[0]?.answer(answer);
  return { stage, outcome, response: stage.response() };
}

const accept = (): Answer => ({ type: 'accept', receiver: new RecordingReceiver() });

describe('the answer to an invitation', () => {
  it('accept: 200 with our description, which answers the offer', async () => {
    const { outcome, response } = await answered(accept());
    expect(outcome?.type).toBe('accepted');
    expect(response.status).toBe(200);
    const body = new TextDecoder().decode(response.body);
    expect(body).toContain('m=message 5060 sip sip:bot@example.com\r\n');
    expect(body).toMatch(/a=accept-types:text\/plain text\/html application\/im-iscomposing\+xml/);
    expect(response.mediaType).toBe('application/sdp');
  });

  it('accept, where nothing was offered: 200 with an offer of ours', async () => {
    const { response } = await answered(accept(), request('INVITE'));
    expect(response.status).toBe(200);
    expect(new TextDecoder().decode(response.body)).toContain('m=message 5060 sip null\r\n');
  });

  it('accept, where other media are offered besides: they are refused in their places', async () => {
    const body = sdp('m=audio 4000 RTP/AVP 0', 'm=message 5060 sip null');
    const { response } = await answered(accept(), invite({ body }));
    expect(new TextDecoder().decode(response.body)).toMatch(
      /m=audio 0 RTP\/AVP 0\r\nm=message 5060 sip/,
    );
  });

  it.each([
    ['audio', sdp('m=audio 4000 RTP/AVP 0')],
    ['messages by a way that we do not have', sdp('m=message 7394 TCP/MSRP *')],
  ])(
    'accept, where %s is all that is offered: 488 with a Warning, and no session',
    async (_what, body) => {
      const { stage, outcome, response } = await answered(accept(), invite({ body }));
      expect(response.status).toBe(488);
      expect(response.get('Warning')).toMatch(/^30[24] usher "/);
      expect(outcome).toEqual({ type: 'answered' });
      expect(stage.userAgent.counts?.dialogs).toBe(0);
    },
  );

  it('reject and forward work for audio and video as well', async () => {
    const message = invite({ body: sdp('m=audio 4000 RTP/AVP 0') });
    expect((await answered({ type: 'reject', status: 603 }, message)).response.status).toBe(603);
    const targets = [Address.parse('sip:desk@example.com')];
    const forwarded = await answered({ type: 'forward', status: 302, targets }, message);
    expect(forwarded.response.status).toBe(302);
  });

  it.each([404, 408, 480, 486, 488, 600, 603])('reject: %d', async (status) => {
    const { response, outcome } = await answered({ type: 'reject', status });
    expect(response.status).toBe(status);
    expect(outcome).toEqual({ type: 'answered' });
  });

  it('reject with a text, a time and a reason for whoever reads the wire', async () => {
    const { response } = await answered({
      type: 'reject',
      status: 486,
      text: 'At lunch',
      retryAfter: 1_500,
      diagnostic: 'bot "desk"\r\nEvil: \\ yes',
    });
    expect(response.reason).toBe('At lunch');
    expect(response.get('Retry-After')).toBe('2');
    expect(response.get('Warning')).toBe('399 usher "bot \\"desk\\" Evil: \\\\ yes"');
    expect(response.get('Evil')).toBeUndefined();
  });

  it('with a text that no message may have leaves without it, and the house hears of that', async () => {
    const { stage, response } = await answered({
      type: 'reject',
      status: 486,
      text: 'No\r\nEvil: yes',
      retryAfter: 1_000,
    });
    expect([response.status, response.reason]).toEqual([486, 'Busy Here']);
    expect(response.get('Evil')).toBeUndefined();
    expect(response.get('Retry-After')).toBe('1');
    expect(stage.house.violations).toMatchObject([{ code: 'unprintable' }]);
  });

  it('forward: the targets in their order, the first one preferred', async () => {
    const targets = ['sip:a@example.com', 'sip:b@example.com', 'tel:+15551234'].map((text) =>
      Address.parse(text),
    );
    const { response, outcome } = await answered({ type: 'forward', status: 303, targets });
    expect(response.status).toBe(303);
    expect(response.contacts.map(({ uri, params }) => [uri, params.get('q')])).toEqual([
      ['sip:a@example.com', '1.000'],
      ['sip:b@example.com', '0.667'],
      ['tel:+15551234', '0.333'],
    ]);
    expect(outcome).toEqual({ type: 'answered' });
  });

  it('that the door gives at once leaves at once', async () => {
    const stage = await Stage.open();
    stage.house.refusal = { status: 503, retryAfter: 4_000 };
    await stage.receive(invite());
    const response = stage.response();
    expect([response.status, response.get('Retry-After')]).toEqual([503, '4']);
    expect(stage.userAgent.counts).toMatchObject({ dialogs: 0, pending: 0 });
  });

  it('comes too late after a CANCEL: gone, the signal has aborted, and nothing more is sent', async () => {
    const stage = await thoughtful();
    await stage.receive(invite({ branch: 'z9hG4bKgone' }));
    const knock = stage.house.knocks[0];
    const { signal } = knock?.invitation ?? {};
    await stage.receive(
      request('CANCEL', { branch: 'z9hG4bKgone', extra: ['Reason: SIP;cause=200'] }),
    );
    expect(stage.take()).toHaveLength(2);
    expect(signal?.aborted).toBe(true);
    expect(String(signal?.reason)).toContain('somebody else');
    expect(await knock?.answer(accept())).toEqual({
      type: 'gone',
      why: 'elsewhere',
    } satisfies Answered);
    expect(stage.take()).toEqual([]);
  });

  it('comes once: a second one is refused as already-answered', async () => {
    const stage = await thoughtful();
    await stage.receive(invite());
    const knock = stage.house.knocks[0];
    await knock?.answer({ type: 'reject', status: 480 });
    await expect(knock?.answer(accept())).rejects.toMatchObject({ code: 'already-answered' });
    expect(stage.take()).toHaveLength(1);
  });
});

describe('a talk with a client of the Microsoft kind, over its one connection', () => {
  it('goes from its INVITE to its BYE, none of which has a branch', async () => {
    const stage = await Stage.open();
    const capture = (name: string, tag: string): string =>
      new TextDecoder('latin1')
        .decode(bytesOf(`captures/${name}.sip`))
        .replace('stub0874dd7e8452', tag);
    await stage.receive(capture('02-sipe-invite-ocs2007-m-message', ''), TCP);
    const ok = stage.response();
    expect(ok.status).toBe(200);
    const tag = ok.toTag ?? '';
    await stage.receive(capture('04-sipe-ack-no-via-branch', tag), TCP);
    await stage.receive(capture('05-sipe-in-dialog-message', tag), TCP);
    expect(stage.response().status).toBe(200);
    // It came with the INVITE already, and was taken then: this is the same once more.
    expect(stage.talk.knock.invitation.firstMessage?.text).toBe('hello world');
    expect(stage.talk.heard.texts).toEqual([]);
    await stage.receive(capture('06-sipe-info-keyboardactivity-typing', tag), TCP);
    expect(stage.response().status).toBe(200);
    expect(stage.talk.heard.composing).toEqual(['active']);
    void stage.talk.medium?.send(
      { contentType: 'text/plain', body: new TextEncoder().encode('hi') },
      '1',
    );
    const [said] = stage.take();
    expect(said?.to).toBe(TCP);
    expect(said?.text).toContain(
      'MESSAGE sip:alice@example.test:38612;maddr=127.0.0.1;transport=tcp SIP/2.0',
    );
    await stage.receive(capture('07-sipe-bye', tag), TCP);
    expect(stage.response().status).toBe(200);
    expect(stage.talk.heard.ends).toEqual([{ by: 'peer', why: 'hung-up' }]);
  });

  it('that closes its window too early says BYE in the place of CANCEL', async () => {
    const stage = await thoughtful();
    const bye = new TextDecoder('latin1').decode(
      bytesOf('captures/09-sipe-bye-without-totag-instead-of-CANCEL.sip'),
    );
    const callId = /Call-ID: (\S+)/.exec(bye)?.[1] ?? '';
    const from = /From: (.*)\r\n/.exec(bye)?.[1] ?? '';
    await stage.receive(
      invite({ callId, from, body: OFFER, via: 'SIP/2.0/tcp 127.0.0.1:51960' }),
      TCP,
    );
    await stage.receive(bye, TCP);
    expect(stage.take().map(({ text }) => text.slice(8, 11))).toEqual(['200', '487']);
    expect(stage.house.knocks[0]?.invitation.signal.aborted).toBe(true);
  });
});

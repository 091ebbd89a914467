/** A talk with a Microsoft peer, from its INVITE with the first message in it to its BYE. */
import { describe, expect, it } from '@jest/globals';
import { Address } from '@usher/core';
import type { Answer } from '@usher/core/adapter';
import { RecordingReceiver } from '@usher/core/testing';

import type { SipUserAgentOptions } from '../../src/index.js';
import type { SipResponse } from '../../src/syntax/message.js';
import { readRequest, readResponse, TCP } from '../endpoint/bench.js';
import { invite, OFFER, response, within } from '../endpoint/peer.js';
import { bytesOf } from '../syntax/corpora.js';
import { Stage } from '../user-agent/stage.js';

const SIGNED = ['Ms-Conversation-ID: AdKjt1Xy9lDJ8KRj', 'Supported: ms-sender'];
const HELLO = 'ms-text-format: text/plain; charset=UTF-8; ms-body=aGVsbG8gd29ybGQ=';
const TEXT = ['Content-Type: text/plain; charset=UTF-8'];
const XML = ['Content-Type: application/xml'];
const typing = (status: string): string =>
  `<?xml version="1.0"?><KeyboardActivity> <status status="${status}" /></KeyboardActivity>`;
const accepting = (types: string): string =>
  OFFER.replace('accept-types:text/plain', `accept-types:${types}`);
const text = (said: string, contentType = 'text/plain') => ({
  contentType,
  body: new TextEncoder().encode(said),
});

/** A session with a Microsoft peer. */
async function talk(
  extra: readonly string[] = [],
  options: Partial<SipUserAgentOptions> = {},
  body = OFFER,
): Promise<{ stage: Stage; ok: SipResponse }> {
  const stage = await Stage.open(options);
  const ok = await stage.session({ extra: [...SIGNED, ...extra], body });
  return { stage, ok };
}

describe('a first message in the INVITE', () => {
  it('is known before the decision, and the 200 says that it was taken', async () => {
    const { stage, ok } = await talk([HELLO]);
    expect(stage.talk.knock.invitation.firstMessage?.text).toBe('hello world');
    expect(ok.supported).toContain('ms-text-format');
  });

  it('has its other forms beside it', async () => {
    const stage = await Stage.open();
    await stage.receive(bytesOf('examples/01-lync-im-invite.sip'));
    const first = stage.house.knocks[0]?.invitation.firstMessage;
    expect(first?.text).toBe('hello bot, is the build green?\r\n');
    expect(first?.contentType).toBe('text/plain;charset=UTF-8');
    expect(first?.alternatives.map(({ contentType }) => contentType)).toEqual([
      'text/html;charset=UTF-8',
    ]);
  });

  it('in another character set is UTF-8 to the bot', async () => {
    const { stage } = await talk([
      'ms-text-format: text/plain; charset=iso-8859-1; ms-body=Z3L832U=',
    ]);
    expect(stage.talk.knock.invitation.firstMessage?.text).toBe('grüße');
  });

  it.each([
    'text/plain; charset=UTF-8; ms-body=%%%',
    'text/plain; charset=UTF-8; ms-body=/w==',
    'text/plain; charset=x-unknown; ms-body=aGk=',
    'image/gif; ms-body=aGk=',
    'text/plain',
    ';;;;',
  ])(
    'that cannot be read (%s) is not said to be taken: the peer sends it as a message',
    async (value) => {
      const { stage, ok } = await talk([`ms-text-format: ${value}`]);
      expect(stage.talk.knock.invitation.firstMessage).toBeUndefined();
      expect(ok.supported).not.toContain('ms-text-format');
      await stage.receive(within(ok, 'MESSAGE', 2, { extra: TEXT, body: 'hi' }));
      expect(stage.talk.heard.texts).toEqual(['hi']);
    },
  );

  it('of a peer that never said that it knows of that is not delivered again when it comes again', async () => {
    const { stage, ok } = await talk([HELLO]);
    await stage.receive(within(ok, 'MESSAGE', 2, { extra: TEXT, body: 'hello world\r\n' }));
    expect(stage.response().status).toBe(200);
    expect(stage.talk.heard.texts).toEqual([]);
    // The next one is somebody repeating himself.
    await stage.receive(within(ok, 'MESSAGE', 3, { extra: TEXT, body: 'hello world' }));
    expect(stage.talk.heard.texts).toEqual(['hello world']);
  });

  it.each([
    [
      'of a peer that knows not to send it again',
      ['Supported: ms-embedded-first-message'],
      0,
      'hello world',
    ],
    ['that differs', [], 0, 'hello worlds'],
    ['that comes later than the client would send it', [], 10_001, 'hello world'],
  ])(
    'is another one where the same text comes as a message %s',
    async (_why, extra, after, body) => {
      const { stage, ok } = await talk([HELLO, ...extra]);
      await stage.clock.advance(after);
      await stage.receive(within(ok, 'MESSAGE', 2, { extra: TEXT, body }));
      expect(stage.talk.heard.texts).toEqual([body]);
    },
  );
});

describe('news of typing', () => {
  it('comes by INFO, is answered 200, and holds ten seconds', async () => {
    const { stage, ok } = await talk();
    await stage.receive(within(ok, 'INFO', 2, { extra: XML, body: typing('type') }));
    expect(stage.response().status).toBe(200);
    expect(stage.talk.heard.composing).toEqual(['active']);
    await stage.clock.advance(9_999);
    expect(stage.talk.heard.composing).toEqual(['active']);
    await stage.clock.advance(1);
    expect(stage.talk.heard.composing).toEqual(['active', 'idle']);
  });

  it('ends with idle, and with the message', async () => {
    const { stage, ok } = await talk();
    await stage.receive(within(ok, 'INFO', 2, { extra: XML, body: typing('type') }));
    await stage.receive(within(ok, 'INFO', 3, { extra: XML, body: typing('idle') }));
    await stage.receive(within(ok, 'INFO', 4, { extra: XML, body: typing('type') }));
    await stage.receive(within(ok, 'MESSAGE', 5, { extra: TEXT, body: 'there' }));
    expect(stage.talk.heard.composing).toEqual(['active', 'idle', 'active', 'idle']);
  });

  it('goes out by INFO, to the letter as those clients say it, every four seconds while it lasts', async () => {
    const { stage } = await talk();
    stage.talk.medium?.compose('active');
    const info = stage.request();
    expect([info.method, info.mediaType]).toEqual(['INFO', 'application/xml']);
    expect(new TextDecoder().decode(info.body)).toBe(typing('type'));
    await stage.respond(info);
    await stage.clock.advance(4_000);
    await stage.respond(stage.request());
    stage.talk.medium?.compose('idle');
    expect(new TextDecoder().decode(stage.request().body)).toBe(typing('idle'));
  });

  it('stops by itself fifteen seconds after the last touch', async () => {
    const { stage } = await talk();
    stage.talk.medium?.compose('active');
    const said: [number, string][] = [];
    for (let second = 0; second < 40; second += 1) {
      for (const sent of stage.take()) {
        said.push([sent.at, sent.text.includes('"type"') ? 'type' : 'idle']);
        await stage.respond(readRequest(sent));
      }
      await stage.clock.advance(1_000);
    }
    expect(said).toEqual([
      [0, 'type'],
      [4_000, 'type'],
      [8_000, 'type'],
      [12_000, 'type'],
      [15_000, 'idle'],
    ]);
  });

  it('is said no more to a peer that does not know INFO after all', async () => {
    const { stage } = await talk();
    stage.talk.medium?.compose('active');
    await stage.respond(stage.request(), 415, 'No');
    await stage.clock.advance(20_000);
    stage.talk.medium?.compose('active');
    expect(stage.take().filter(({ text: sent }) => sent.startsWith('INFO'))).toEqual([]);
  });
});

describe('INFO', () => {
  it('is announced to Microsoft peers alone, and refused by 405 in any other dialog', async () => {
    const { ok } = await talk();
    expect(ok.list('Allow')).toContain('INFO');
    const stage = await Stage.open();
    const plain = await stage.session();
    expect(plain.list('Allow')).not.toContain('INFO');
    await stage.receive(within(plain, 'INFO', 2, { extra: XML, body: typing('type') }));
    expect(stage.response().status).toBe(405);
  });

  it.each([
    ['application/xml+conversationinfo', '<x/>', 200, undefined],
    ['application/x-ms-mim', 'x', 415, 'unknown-info'],
    ['application/cccp+xml', '<request/>', 415, 'unknown-info'],
    ['application/csta+xml', '<x/>', 415, 'unknown-info'],
    ['application/xml', '<Other/>', 415, 'unknown-info'],
    ['application/xml', '<!DOCTYPE x [<!ENTITY a "b">]><KeyboardActivity/>', 415, 'unknown-info'],
    ['text/plain', '', 200, undefined],
  ])('with %s (%s) is answered %d, and nothing is shown', async (type, body, status, code) => {
    const { stage, ok } = await talk();
    await stage.receive(within(ok, 'INFO', 2, { extra: [`Content-Type: ${type}`], body }));
    expect(stage.response().status).toBe(status);
    expect(stage.house.violations.map((one) => one.code)).toEqual(code === undefined ? [] : [code]);
    expect(stage.talk.heard.composing).toEqual([]);
  });

  it('of a package is answered 469 (RFC 6086, 5.3)', async () => {
    const { stage, ok } = await talk();
    await stage.receive(within(ok, 'INFO', 2, { extra: ['Info-Package: dtmf'] }));
    const answer = stage.response();
    expect([answer.status, answer.get('Recv-Info')]).toEqual([469, '']);
  });
});

describe('what a Microsoft peer takes', () => {
  it('is what is sent to it: anything else fails at once by 415', async () => {
    const { stage } = await talk([], {}, accepting('text/plain image/gif '));
    await expect(
      stage.talk.medium?.send(text('<b>hi</b>', 'text/html'), '1'),
    ).resolves.toMatchObject({
      type: 'failed',
      status: 415,
    });
    expect(stage.take()).toEqual([]);
    void stage.talk.medium?.send(text('hi', 'text/plain;charset=UTF-8'), '2');
    expect(stage.request().method).toBe('MESSAGE');
  });

  it('is anything where it does not say', async () => {
    const { stage } = await talk([], {}, OFFER.replace('a=accept-types:text/plain\r\n', ''));
    void stage.talk.medium?.send(text('<b>hi</b>', 'text/html'), '1');
    expect(stage.request().mediaType).toBe('text/html');
  });
});

describe('who is taken for a Microsoft peer', () => {
  const sender = async (
    wish: Parameters<typeof invite>[0],
    microsoft?: 'detect' | 'always' | 'never',
  ): Promise<boolean> => {
    const stage = await Stage.open(microsoft === undefined ? {} : { dialects: { microsoft } });
    const ok = await stage.session(wish);
    return ok.list('Allow').includes('INFO');
  };

  it.each([
    [{ extra: ['Ms-Conversation-ID: f=0'] }, true],
    [{ extra: ['Ms-Conversation-ID: f=0', 'Conversation-ID: f=0'] }, false],
    [{ extra: ['Supported: timer, ms-delayed-accept'] }, true],
    [{ extra: ['k: com.microsoft.rtc-multiparty'] }, true],
    [{ body: OFFER.replace('m=message', 'm=x-ms-message') }, true],
    [{ extra: [HELLO] }, true],
    [{}, false],
    [{ extra: ['Supported: timer, replaces', 'User-Agent: UCCAPI/16.0 lookalike'] }, false],
    [{ extra: ['Supported: x-ms-thing, terms-of'] }, false],
  ])('%j: %s', async (wish, is) => {
    expect(await sender(wish)).toBe(is);
  });

  it('is everybody or nobody, where that is set', async () => {
    expect(await sender({}, 'always')).toBe(true);
    expect(await sender({ extra: SIGNED }, 'never')).toBe(false);
  });
});

describe('a refusal', () => {
  const refused = async (
    answer: Answer,
    extra: readonly string[] = SIGNED,
  ): Promise<SipResponse> => {
    const stage = await Stage.open();
    stage.house.decide = (knock) => void knock.answer(answer);
    await stage.receive(invite({ extra }));
    return stage.response();
  };

  it('says why in ms-diagnostics, by numbers of our own, and never what a bot said', async () => {
    const busy = await refused({ type: 'reject', status: 486, diagnostic: 'secret' });
    expect(busy.get('ms-diagnostics')).toBe('90005;reason="Busy";source="example.com"');
    const odd = await refused({ type: 'reject', status: 404 });
    expect(odd.get('ms-diagnostics')).toMatch(/^90000;/);
    const forwarded = await refused({ type: 'forward', status: 303, targets: [] });
    expect(forwarded.get('ms-diagnostics')).toMatch(
      /^90001;reason="Call forwarded by application"/,
    );
  });

  it('by a house that is full says so as well', async () => {
    const stage = await Stage.open();
    stage.house.refusal = { status: 503, retryAfter: 4_000 };
    await stage.receive(invite({ extra: SIGNED }));
    const full = stage.response();
    expect([full.status, full.get('Retry-After')]).toEqual([503, '4']);
    expect(full.get('ms-diagnostics')).toMatch(/^90008;/);
  });

  it('says nothing of the kind to others', async () => {
    const plain = await refused({ type: 'reject', status: 486 }, []);
    expect(plain.get('ms-diagnostics')).toBeUndefined();
  });

  it('of everybody at the address is 605 to them, and 603 to others', async () => {
    const answer = { type: 'reject', status: 603, reason: 'decline-everywhere' } as const;
    expect((await refused(answer)).status).toBe(605);
    expect((await refused(answer, [])).status).toBe(603);
  });
});

describe('several at once', () => {
  it('are not meant where EndPoints names the two who talk', async () => {
    const { ok } = await talk([
      'Roster-Manager: sip:alice@contoso.com',
      'EndPoints: <sip:alice@contoso.com>, <sip:helpbot@contoso.com>',
    ]);
    expect(ok.status).toBe(200);
  });

  it.each(['13-sipe-multiparty-invite-roster-manager', '14-sipe-multiparty-triggered-invite'])(
    'are required (%s): 420, and no invitation',
    async (name) => {
      const stage = await Stage.open();
      await stage.receive(bytesOf(`captures/${name}.sip`), TCP);
      const answer = stage.response();
      expect([answer.status, answer.get('Unsupported')]).toEqual([
        420,
        'com.microsoft.rtc-multiparty',
      ]);
      expect(stage.house.knocks).toEqual([]);
    },
  );
});

it('a session that we asked for is with a Microsoft peer where its answer shows that', async () => {
  const stage = await Stage.open({ proxy: 'sip:192.0.2.2:5080' });
  const target = Address.parse('sip:alice@example.com');
  const asked = stage.userAgent.invite(target, new RecordingReceiver());
  await stage.clock.settle();
  const ok = bytesOf('captures/08-sipe-200-to-invite-answer-sdp.sip');
  const { body } = readResponse({ bytes: ok });
  const extra = ['Supported: com.microsoft.rtc-multiparty', 'Content-Type: application/sdp'];
  const contact = '<sip:alice@192.0.2.2:5080>';
  const said = { extra, contact, body: new TextDecoder().decode(body) };
  await stage.receive(response(stage.request(), 200, 'OK', said));
  const invited = await asked;
  if (invited.type !== 'accepted') throw new Error(invited.type);
  stage.take();
  invited.medium.compose('active');
  expect(stage.request().method).toBe('INFO');
});

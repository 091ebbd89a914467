import { describe, expect, it } from '@jest/globals';
import type { Content } from '@usher/core';
import type { Receipt } from '@usher/core/adapter';

import {
  IS_COMPOSING,
  parseIsComposing,
  printIsComposing,
} from '../../src/composing/is-composing.js';
import type { SipRequest, SipResponse } from '../../src/syntax/message.js';
import { readRequest } from '../endpoint/bench.js';
import { invite, OFFER, request, response, within } from '../endpoint/peer.js';
import { Stage } from './stage.js';

const TEXT = ['Content-Type: text/plain'];
const TYPING = [`Content-Type: ${IS_COMPOSING}`];
const COMPOSING_OFFER = OFFER.replace('text/plain', `text/plain ${IS_COMPOSING}`);

const text = (said: string): Content => ({
  contentType: 'text/plain',
  body: new TextEncoder().encode(said),
});

const typing = (ok: SipResponse, sequence: number, body: string): string =>
  within(ok, 'MESSAGE', sequence, { extra: TYPING, body });

const active = (refresh?: number): string =>
  new TextDecoder().decode(
    printIsComposing({ state: 'active', ...(refresh !== undefined && { refresh }) }),
  );

const news = (sent: SipRequest) => [sent.mediaType, parseIsComposing(sent.body)?.state];

describe('a message of the peer', () => {
  it('is answered 200 in the same breath where the house takes it at once', async () => {
    const stage = await Stage.open();
    const ok = await stage.session();
    stage.network.events?.receive(
      new TextEncoder().encode(within(ok, 'MESSAGE', 2, { extra: TEXT, body: 'hello' })),
      { transport: 'udp', remote: { address: '192.0.2.2', port: 5080 } },
    );
    // No promise has had its turn.
    expect(stage.response().status).toBe(200);
    const [message] = stage.talk.heard.messages;
    expect(message?.text).toBe('hello');
    expect(message?.contentType).toBe('text/plain');
    expect(message?.from.toString()).toBe('sip:alice@example.com');
    expect(message?.id).toBe(`${ok.toTag}.2`);
  });

  it('is answered when the receipt is there, and not before', async () => {
    const stage = await Stage.open();
    const ok = await stage.session();
    let take: (receipt: Receipt) => void = () => {};
    stage.talk.heard.receipt = () =>
      new Promise((resolve) => {
        take = resolve;
      });
    await stage.receive(within(ok, 'MESSAGE', 2, { extra: TEXT, body: 'hello' }));
    expect(stage.take()).toEqual([]);
    take({ type: 'taken' });
    await stage.clock.settle();
    expect(stage.response().status).toBe(200);
  });

  it.each([
    [{ type: 'refused', status: 486, retryAfter: 1_000 }, 486, '1'],
    [{ type: 'refused', status: 413, text: 'Too much' }, 413, undefined],
    [{ type: 'refused', status: 200 }, 500, undefined],
  ] as const)('that is %j is answered %d', async (receipt, status, retryAfter) => {
    const stage = await Stage.open();
    const ok = await stage.session();
    stage.talk.heard.receipt = () => receipt;
    await stage.receive(within(ok, 'MESSAGE', 2, { extra: TEXT, body: 'hello' }));
    const answered = stage.response();
    expect([answered.status, answered.get('Retry-After')]).toEqual([status, retryAfter]);
  });

  it('that the house fails to take is answered 500', async () => {
    const stage = await Stage.open();
    const ok = await stage.session();
    for (const [index, receipt] of [
      () => {
        throw new Error('out of paper');
      },
      async () => {
        await Promise.reject(new Error('out of ink'));
        return { type: 'taken' } as const;
      },
    ].entries()) {
      stage.talk.heard.receipt = receipt;
      await stage.receive(within(ok, 'MESSAGE', 2 + index, { extra: TEXT, body: 'hello' }));
      expect(stage.response().status).toBe(500);
    }
  });

  it('said to be text that is not UTF-8 is answered 400, and not heard', async () => {
    const stage = await Stage.open();
    const ok = await stage.session();
    const bytes = new TextEncoder().encode(within(ok, 'MESSAGE', 2, { extra: TEXT, body: 'x' }));
    bytes[bytes.length - 1] = 0xff;
    await stage.receive(bytes);
    expect(stage.response().status).toBe(400);
    expect(stage.talk.heard.messages).toEqual([]);
  });

  it('of a type that we do not take is answered 415; of one that the options name it is heard', async () => {
    const stage = await Stage.open({ messages: ['text/plain', 'application/json'] });
    const ok = await stage.session();
    const said = (sequence: number, type: string) =>
      stage.receive(
        within(ok, 'MESSAGE', sequence, { extra: [`Content-Type: ${type}`], body: '{}' }),
      );
    await said(2, 'image/gif');
    const refused = stage.response();
    expect([refused.status, refused.get('Accept')]).toEqual([
      415,
      `text/plain, application/json, ${IS_COMPOSING}`,
    ]);
    await said(3, 'application/JSON; charset=utf-8');
    expect(stage.response().status).toBe(200);
    expect(stage.talk.heard.messages[0]?.contentType).toBe('application/JSON; charset=utf-8');
  });

  it('after the end on our side is answered 481', async () => {
    const stage = await Stage.open();
    const ok = await stage.session();
    void stage.talk.medium?.end({ by: 'bot', why: 'ended' });
    expect(stage.request().method).toBe('BYE');
    await stage.receive(within(ok, 'MESSAGE', 2, { extra: TEXT, body: 'hello' }));
    expect(stage.response().status).toBe(481);
    expect(stage.talk.heard.messages).toEqual([]);
  });
});

describe('a message of ours', () => {
  it('waits for the ACK where the house speaks at once', async () => {
    const stage = await Stage.open();
    await stage.receive(invite());
    const ok = stage.response();
    const delivery = stage.talk.medium?.send(text('welcome'), '1');
    expect(stage.take()).toEqual([]);
    await stage.receive(request('ACK', { toTag: ok.toTag }));
    const sent = stage.request();
    expect(new TextDecoder().decode(sent.body)).toBe('welcome');
    await stage.respond(sent);
    expect(await delivery).toEqual({ type: 'delivered', status: 200 });
  });

  it('comes to what the peer answers', async () => {
    const stage = await Stage.open();
    await stage.session();
    const delivery = stage.talk.medium?.send(text('x'), '1');
    await stage.respond(stage.request(), 415, 'Never heard of it');
    expect(await delivery).toEqual({ type: 'failed', status: 415, reason: 'Never heard of it' });
  });

  it('after the end fails at once', async () => {
    const stage = await Stage.open();
    const ok = await stage.session();
    await stage.receive(within(ok, 'BYE', 2));
    stage.take();
    const delivery = await stage.talk.medium?.send(text('x'), '1');
    expect(delivery).toMatchObject({ type: 'failed', status: 481 });
    expect(stage.take()).toEqual([]);
  });

  it('that is under way as the user agent closes is told to have failed', async () => {
    const stage = await Stage.open();
    await stage.session();
    const delivery = stage.talk.medium?.send(text('x'), '1');
    const closing = stage.userAgent.close();
    await stage.clock.advance(2_000);
    await closing;
    expect(await delivery).toMatchObject({ type: 'failed', status: 503 });
  });
});

describe('the end of a session', () => {
  it('by us is done when the peer has answered our BYE', async () => {
    const stage = await Stage.open();
    await stage.session();
    const seen: string[] = [];
    void stage.talk.medium?.end({ by: 'bot', why: 'completed' }).then(() => seen.push('ended'));
    const bye = stage.request();
    await stage.clock.settle();
    expect(seen).toEqual([]);
    await stage.respond(bye);
    expect(seen).toEqual(['ended']);
    expect(stage.talk.heard.ends).toEqual([]);
  });

  it('by us is done after 64*T1 where the peer is silent', async () => {
    const stage = await Stage.open();
    await stage.session();
    const seen: number[] = [];
    void stage.talk.medium
      ?.end({ by: 'bot', why: 'completed' })
      .then(() => seen.push(stage.clock.now()));
    await stage.clock.advance(40_000);
    expect(seen).toEqual([32_000]);
  });

  it('by a peer that is lost is told to the house once', async () => {
    const stage = await Stage.open();
    await stage.session();
    void stage.talk.medium?.send(text('x'), '1');
    await stage.clock.advance(100_000);
    expect(stage.talk.heard.ends).toEqual([{ by: 'network', why: 'lost', status: 408 }]);
    expect(stage.userAgent.counts).toMatchObject({ dialogs: 0, client: 0, server: 0 });
  });

  it('by an ACK that never comes is told to the house after 64*T1', async () => {
    const stage = await Stage.open();
    await stage.receive(invite());
    await stage.clock.advance(32_000);
    expect(stage.talk.heard.ends).toEqual([{ by: 'network', why: 'lost', status: 408 }]);
  });
});

describe('a further INVITE within a session', () => {
  it('is answered by our description, of the same id and a higher version', async () => {
    const stage = await Stage.open();
    const ok = await stage.session();
    const origin = (answered: SipResponse) =>
      /o=- (\d+) (\d+) /.exec(new TextDecoder().decode(answered.body))?.slice(1) ?? [];
    const extra = ['Content-Type: application/sdp'];
    const contact = '<sip:alice@192.0.2.2:5080>';
    await stage.receive(within(ok, 'INVITE', 2, { contact, extra, body: OFFER }));
    const again = stage.response();
    expect(again.status).toBe(200);
    expect(origin(again)).toEqual([origin(ok)[0], String(Number(origin(ok)[1]) + 1)]);
    await stage.receive(request('ACK', { toTag: ok.toTag, sequence: 2 }));
    await stage.receive(within(ok, 'INVITE', 3, { contact }));
    const offered = stage.response();
    expect(new TextDecoder().decode(offered.body)).toContain('m=message');
  });

  it('that would make something else of it is answered 488, and the talk goes on', async () => {
    const stage = await Stage.open();
    const ok = await stage.session();
    const body = OFFER.replace('m=message 5080 sip null', 'm=audio 4000 RTP/AVP 0');
    const extra = ['Content-Type: application/sdp'];
    await stage.receive(
      within(ok, 'INVITE', 2, { contact: '<sip:alice@192.0.2.2:5080>', extra, body }),
    );
    expect(stage.response().status).toBe(488);
    await stage.receive(within(ok, 'MESSAGE', 3, { extra: TEXT, body: 'still here' }));
    expect(stage.response().status).toBe(200);
  });
});

describe('news that the peer is typing', () => {
  it('is answered 200 and shown, once, and not as a message', async () => {
    const stage = await Stage.open();
    const ok = await stage.session();
    for (const sequence of [2, 3]) {
      await stage.receive(typing(ok, sequence, active()));
      expect(stage.response().status).toBe(200);
    }
    expect(stage.talk.heard.composing).toEqual(['active']);
    expect(stage.talk.heard.messages).toEqual([]);
  });

  it('ends with its message', async () => {
    const stage = await Stage.open();
    const ok = await stage.session();
    await stage.receive(typing(ok, 2, active()));
    await stage.receive(within(ok, 'MESSAGE', 3, { extra: TEXT, body: 'there' }));
    expect(stage.talk.heard.order).toEqual(['composing', 'composing', 'message']);
    expect(stage.talk.heard.composing).toEqual(['active', 'idle']);
  });

  it.each([
    [undefined, 120],
    [90, 90],
    [60, 60],
    [1_000_000_000, 600],
    [0, 30],
  ])('holds, asked for %s, for %d seconds', async (refresh, seconds) => {
    const stage = await Stage.open();
    const ok = await stage.session();
    await stage.receive(typing(ok, 2, active(refresh)));
    await stage.clock.advance(seconds * 1_000 - 1);
    expect(stage.talk.heard.composing).toEqual(['active']);
    await stage.clock.advance(1);
    expect(stage.talk.heard.composing).toEqual(['active', 'idle']);
  });

  it('that cannot be read is answered 400', async () => {
    const stage = await Stage.open();
    const ok = await stage.session();
    await stage.receive(typing(ok, 2, '<!DOCTYPE x><isComposing/>'));
    expect(stage.response().status).toBe(400);
    expect(stage.talk.heard.composing).toEqual([]);
  });

  it('leaves no timer behind when the session ends', async () => {
    const stage = await Stage.open();
    const ok = await stage.session();
    await stage.receive(typing(ok, 2, active()));
    await stage.receive(within(ok, 'BYE', 3));
    await stage.clock.advance(200_000);
    expect(stage.clock.waiting).toBe(0);
    expect(stage.talk.heard.composing).toEqual(['active']);
  });
});

describe('news that we are typing', () => {
  const begun = async (): Promise<Stage> => {
    const stage = await Stage.open();
    await stage.session({ body: COMPOSING_OFFER });
    return stage;
  };

  it('goes to a peer that takes it, and to no other', async () => {
    const stage = await begun();
    stage.talk.medium?.compose('active');
    expect(news(stage.request())).toEqual([IS_COMPOSING, 'active']);
    const other = await Stage.open();
    await other.session();
    other.talk.medium?.compose('active');
    expect(other.take()).toEqual([]);
  });

  it('goes to a peer that has sent some itself', async () => {
    const stage = await Stage.open();
    const ok = await stage.session();
    await stage.receive(typing(ok, 2, active()));
    stage.take();
    stage.talk.medium?.compose('active');
    expect(news(stage.request())).toEqual([IS_COMPOSING, 'active']);
  });

  it('is said once a minute while it lasts, and idle 15 seconds after the last touch', async () => {
    const stage = await begun();
    for (let touch = 0; touch < 13; touch += 1) {
      stage.talk.medium?.compose('active');
      for (const sent of stage.network.sent.slice(-1)) {
        await stage.receive(response(readRequest(sent), 200));
      }
      await stage.clock.advance(10_000);
    }
    await stage.clock.advance(60_000);
    const said = stage.take().filter(({ text: sent }) => sent.startsWith('MESSAGE'));
    const seen = said.map((sent) => [sent.at, news(readRequest(sent))[1]]);
    expect(seen.slice(0, 4)).toEqual([
      [0, 'active'],
      [60_000, 'active'],
      [120_000, 'active'],
      [135_000, 'idle'],
    ]);
  });

  it('ends with our message, without a word of its own', async () => {
    const stage = await begun();
    stage.talk.medium?.compose('active');
    await stage.respond(stage.request());
    void stage.talk.medium?.send(text('there'), '1');
    await stage.respond(stage.request());
    await stage.clock.advance(60_000);
    expect(stage.take()).toEqual([]);
  });

  it('waits while a message of ours has no answer yet, and then only the last word counts', async () => {
    const stage = await begun();
    void stage.talk.medium?.send(text('first'), '1');
    const message = stage.request();
    stage.talk.medium?.compose('active');
    stage.talk.medium?.compose('idle');
    stage.talk.medium?.compose('active');
    expect(stage.take()).toEqual([]);
    await stage.respond(message);
    expect(news(stage.request())).toEqual([IS_COMPOSING, 'active']);
  });

  it('is not said again to a peer that does not understand it after all', async () => {
    const stage = await begun();
    stage.talk.medium?.compose('active');
    await stage.respond(stage.request(), 415, 'No');
    stage.talk.medium?.compose('idle');
    stage.talk.medium?.compose('active');
    expect(stage.take()).toEqual([]);
  });
});

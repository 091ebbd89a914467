import { describe, expect, it } from '@jest/globals';
import type { Content } from '@usher/core';

import {
  IS_COMPOSING,
  parseIsComposing,
  printIsComposing,
} from '../../src/composing/is-composing.js';
import type { SipRequest, SipResponse } from '../../src/syntax/message.js';
import { readRequest } from '../endpoint/bench.js';
import { OFFER, response, within } from '../endpoint/peer.js';
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

import { describe, expect, it } from '@jest/globals';
import type { Content } from '@usher/core';
import type { Receipt } from '@usher/core/adapter';

import { IS_COMPOSING } from '../../src/composing/is-composing.js';
import { invite, request, within } from '../endpoint/peer.js';
import { Stage } from './stage.js';

const TEXT = ['Content-Type: text/plain'];
const text = (said: string): Content => ({
  contentType: 'text/plain',
  body: new TextEncoder().encode(said),
});

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
      `text/plain, application/json, ${IS_COMPOSING}, multipart/alternative`,
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

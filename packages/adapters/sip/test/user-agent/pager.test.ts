import { describe, expect, it } from '@jest/globals';
import type { Content } from '@usher/core';
import { Address } from '@usher/core';

import { IS_COMPOSING, printIsComposing } from '../../src/composing/is-composing.js';
import { readRequest, readResponse, TCP } from '../endpoint/bench.js';
import { request } from '../endpoint/peer.js';
import { Stage } from './stage.js';

const TEXT = ['Content-Type: text/plain'];
const MINUTE = 60_000;

let sequence = 0;

/** A message outside any dialog; each is a new one. */
function page(body: string, wish: Parameters<typeof request>[1] = {}): string {
  sequence += 1;
  return request('MESSAGE', { callId: `page-${sequence}`, extra: TEXT, body, ...wish });
}

const text = (said: string): Content => ({
  contentType: 'text/plain',
  body: new TextEncoder().encode(said),
});

describe('a message outside any dialog', () => {
  it('is an invitation that carries it, and answered 200 without Contact once the house has taken it', async () => {
    const stage = await Stage.open();
    await stage.receive(page('hello', { callId: 'abc', sequence: 7 }));
    const response = stage.response();
    expect([response.status, response.get('Contact'), response.body.length]).toEqual([
      200,
      undefined,
      0,
    ]);
    expect(response.toTag).toMatch(/^[a-z2-7]{26}$/);
    const { invitation } = stage.talk.knock;
    expect([invitation.type, invitation.medium]).toEqual(['im', 'pager']);
    expect(invitation.firstMessage?.text).toBe('hello');
    expect(invitation.firstMessage?.id).toBe('abc 7 peer sip:alice@example.com');
    expect(stage.talk.heard.messages).toEqual([invitation.firstMessage]);
  });

  it('is heard once, however often it is sent, and answered alike each time', async () => {
    const stage = await Stage.open();
    const bytes = page('once');
    for (let time = 0; time < 3; time += 1) await stage.receive(bytes);
    expect(stage.talk.heard.texts).toEqual(['once']);
    const sent = stage.take().map(({ text: one }) => one);
    expect(sent).toHaveLength(3);
    expect(new Set(sent).size).toBe(1);
  });

  it('waits for the house to decide, and so do those that follow it', async () => {
    const stage = await Stage.open();
    stage.house.decide = () => {};
    for (const said of ['one', 'two', 'three']) await stage.receive(page(said));
    expect(stage.take()).toEqual([]);
    expect(stage.house.knocks).toHaveLength(1);
    const [knock] = stage.house.knocks;
    if (knock !== undefined) await stage.house.accept(knock);
    expect(stage.talk.heard.texts).toEqual(['one', 'two', 'three']);
    expect(stage.take().map((sent) => readResponse(sent).status)).toEqual([200, 200, 200]);
  });

  it.each([
    [{ type: 'reject', status: 603 } as const, 603],
    [
      { type: 'forward', status: 302, targets: [Address.parse('sip:desk@example.com')] } as const,
      302,
    ],
  ])(
    'that the house answers by %j is answered so, as are those that follow it',
    async (answer, status) => {
      const stage = await Stage.open();
      stage.house.decide = () => {};
      for (const said of ['one', 'two']) await stage.receive(page(said));
      await stage.house.knocks[0]?.answer(answer);
      const responses = stage.take().map(readResponse);
      expect(responses.map((response) => response.status)).toEqual([status, status]);
      if (status === 302) expect(responses[0]?.contacts[0]?.uri).toBe('sip:desk@example.com');
      await stage.receive(page('again'));
      expect(stage.house.knocks).toHaveLength(2);
    },
  );

  it('that the house never decides on is too late after 64*T1: gone, and nothing is sent', async () => {
    const stage = await Stage.open();
    stage.house.decide = () => {};
    await stage.receive(page('hello'));
    const [knock] = stage.house.knocks;
    const signal = knock?.invitation.signal;
    await stage.clock.advance(33_000);
    expect(signal?.aborted).toBe(true);
    const answered = await knock?.answer({ type: 'reject', status: 480 });
    expect(answered).toEqual({ type: 'gone', why: 'lost' });
    // RFC 4320, 4.2: no final answer is any use now.
    expect(stage.take().filter((sent) => readResponse(sent).status >= 200)).toEqual([]);
    await stage.clock.advance(100_000);
    expect(stage.userAgent.counts).toMatchObject({ server: 0, client: 0, dialogs: 0 });
  });

  it('that the door refuses is answered so', async () => {
    const stage = await Stage.open();
    stage.house.refusal = { status: 503, retryAfter: 3_000 };
    await stage.receive(page('hello'));
    const response = stage.response();
    expect([response.status, response.get('Retry-After')]).toEqual([503, '3']);
  });

  it('that is not UTF-8 is answered 400, and nobody knocks', async () => {
    const stage = await Stage.open();
    const bytes = new TextEncoder().encode(page('x'));
    bytes[bytes.length - 1] = 0xc0;
    await stage.receive(bytes);
    expect(stage.response().status).toBe(400);
    expect(stage.house.knocks).toEqual([]);
  });
});

describe('a session of messages outside any dialog', () => {
  it('is one for each pair of addresses', async () => {
    const stage = await Stage.open();
    const bob = '<sip:bob@example.com>;tag=b';
    await stage.receive(page('one'));
    await stage.receive(page('two', { from: 'sip:alice@EXAMPLE.com;tag=other' }));
    await stage.receive(page('three', { from: bob }));
    await stage.receive(page('four', { to: '<sip:other@example.com>' }));
    expect(stage.house.talks.map(({ heard }) => heard.texts)).toEqual([
      ['one', 'two'],
      ['three'],
      ['four'],
    ]);
  });

  it('is answered by messages outside any dialog, to the address of the peer, on the way that its last one came', async () => {
    const stage = await Stage.open();
    await stage.receive(page('hello'));
    await stage.receive(page('from elsewhere'), TCP);
    stage.take();
    const delivery = stage.talk.medium?.send(text('hello yourself'), 'id-1');
    const [sent] = stage.take();
    const reply = readRequest(sent ?? { bytes: new Uint8Array() });
    expect(sent?.to).toBe(TCP);
    expect(reply.uri).toBe('sip:alice@example.com');
    expect([reply.from.uri, reply.to.uri, reply.toTag]).toEqual([
      'sip:bot@example.com',
      'sip:alice@example.com',
      undefined,
    ]);
    expect([reply.callId, reply.contacts.length]).toEqual(['id-1', 0]);
    await stage.respond(reply, 202);
    expect(await delivery).toEqual({ type: 'delivered', status: 202 });
  });

  it('says the same message under the same name, each time that it is sent', async () => {
    const stage = await Stage.open();
    await stage.receive(page('hello'));
    stage.take();
    const names = [];
    for (const id of ['a.1', 'a.1', 'not a word']) {
      void stage.talk.medium?.send(text('x'), id);
      const sent = stage.request();
      names.push([sent.callId, sent.cseq.number, sent.fromTag]);
    }
    expect(names[0]).toEqual(names[1]);
    expect(names[2]?.[0]).toMatch(/^[a-z2-7]{26}$/);
  });

  it('refuses by itself to send what is too large for a datagram, and sends it on a connection', async () => {
    const stage = await Stage.open();
    await stage.receive(page('hello'));
    stage.take();
    const { medium } = stage.talk;
    const limit = medium?.limit ?? 0;
    expect(limit).toBeGreaterThan(500);
    const large = text('x'.repeat(1_300));
    expect(await medium?.send(large, '1')).toMatchObject({ type: 'failed', status: 413 });
    expect(stage.take()).toEqual([]);
    void medium?.send(text('x'.repeat(limit)), '2');
    expect(stage.take()[0]?.bytes.length).toBeLessThanOrEqual(1_300);
    await stage.receive(page('by another way'), TCP);
    stage.take();
    expect(medium?.limit).toBeGreaterThan(60_000);
    void medium?.send(large, '3');
    expect(stage.request().body).toHaveLength(1_300);
  });

  it('ends when nothing came or went for half an hour', async () => {
    const stage = await Stage.open();
    await stage.receive(page('hello'));
    const { heard, medium } = stage.talk;
    await stage.clock.advance(29 * MINUTE);
    void medium?.send(text('still there?'), '1');
    await stage.clock.advance(30 * MINUTE - 1);
    expect(heard.ends).toEqual([]);
    await stage.clock.advance(1);
    expect(heard.ends).toEqual([{ by: 'host', why: 'idle' }]);
    await stage.receive(page('back again'));
    expect(stage.house.knocks).toHaveLength(2);
  });

  it('ends in the order in which sessions fell silent, each at its own time', async () => {
    const stage = await Stage.open({ pager: { idle: '1m' } });
    const people = ['a', 'b', 'c'].map((name) => `<sip:${name}@example.com>;tag=${name}`);
    for (const from of people) {
      await stage.receive(page('hello', { from }));
      await stage.clock.advance(10_000);
    }
    await stage.receive(page('again', { from: people[0] ?? '' }));
    const ended = () => stage.house.talks.map(({ heard }) => heard.ends.length);
    await stage.clock.advance(40_000);
    expect(ended()).toEqual([0, 1, 0]);
    await stage.clock.advance(10_000);
    expect(ended()).toEqual([0, 1, 1]);
    await stage.clock.advance(10_000);
    expect(ended()).toEqual([1, 1, 1]);
    await stage.clock.advance(MINUTE);
    expect(stage.clock.waiting).toBe(0);
  });

  it('ends on our side without a word: the next message is a new invitation', async () => {
    const stage = await Stage.open();
    await stage.receive(page('hello'));
    stage.take();
    await stage.talk.medium?.end({ by: 'bot', why: 'ended' });
    expect(stage.take()).toEqual([]);
    // No alarm of ours is left; the transaction of the message has its own.
    await stage.clock.advance(32_000);
    expect(stage.clock.waiting).toBe(0);
    expect(await stage.talk.medium?.send(text('x'), '1')).toMatchObject({ status: 481 });
    await stage.receive(page('hello again'));
    expect(stage.house.knocks).toHaveLength(2);
  });

  it('does not begin beyond the number that there may be', async () => {
    const stage = await Stage.open({ pager: { sessions: 2 } });
    const statuses = [];
    for (const name of ['a', 'b', 'c', 'a']) {
      await stage.receive(page('hello', { from: `<sip:${name}@example.com>;tag=${name}` }));
      statuses.push(stage.response().status);
    }
    expect(statuses).toEqual([200, 200, 503, 200]);
  });

  it('does not begin while we drain; what has begun goes on', async () => {
    const stage = await Stage.open();
    await stage.receive(page('hello'));
    stage.take();
    stage.userAgent.drain();
    await stage.receive(page('more'));
    expect(stage.response().status).toBe(200);
    await stage.receive(page('new', { from: '<sip:bob@example.com>;tag=b' }));
    const refused = stage.response();
    expect([refused.status, refused.get('Retry-After')]).toEqual([503, undefined]);
  });

  it('is shown that the peer is typing, and tells nobody that we are', async () => {
    const stage = await Stage.open();
    const body = new TextDecoder().decode(printIsComposing({ state: 'active' }));
    const typing = () => page(body, { extra: [`Content-Type: ${IS_COMPOSING}`] });
    await stage.receive(typing());
    expect(stage.response().status).toBe(200);
    expect(stage.house.knocks).toEqual([]);
    await stage.receive(page('hello'));
    await stage.receive(typing());
    expect(stage.talk.heard.composing).toEqual(['active']);
    stage.take();
    stage.talk.medium?.compose('active');
    expect(stage.take()).toEqual([]);
  });

  it('keeps no more than a few messages for a house that has yet to decide', async () => {
    const stage = await Stage.open();
    stage.house.decide = () => {};
    for (let count = 0; count < 17; count += 1) await stage.receive(page(`${count}`));
    expect(stage.response().status).toBe(503);
  });
});

import { describe, expect, it } from '@jest/globals';
import type { Content } from '@usher/core';

import type { SipResponse } from '../../src/syntax/message.js';
import { invite, OFFER, request, within } from '../endpoint/peer.js';
import { Stage } from './stage.js';

const TEXT = ['Content-Type: text/plain'];
const text = (said: string): Content => ({
  contentType: 'text/plain',
  body: new TextEncoder().encode(said),
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

/** Dialogues of real programs, played again with what these were heard to send: each comes to the end that it came to then. */
import { describe, expect, it } from '@jest/globals';
import { Address } from '@usher/core';
import type { AskedReferral, Receiver } from '@usher/core/adapter';
import { RecordingReceiver } from '@usher/core/testing';

import { readRequest, readResponse, TCP, UDP } from '../endpoint/bench.js';
import { ack, invite, response, within } from '../endpoint/peer.js';
import { Stage } from '../user-agent/stage.js';
import { answering, captured, fieldOf } from './captured.js';
import { left, NONE, NOTHING, sent, text } from './replay.js';

/** The tag of ours in an answer, put into a captured message of the same dialogue. */
const to = (tag: string | undefined): string => `<sip:bot@example.test>;tag=${tag}`;

describe('pidgin-sipe', () => {
  it('in the dialect of Live Communications Server 2005: the first message once, typing, and its BYE', async () => {
    const first = '03-sipe-invite-lcs2005-m-x-ms-message';
    const stage = await Stage.open();
    await stage.receive(captured(first), TCP);
    const ok = stage.response();
    expect(new TextDecoder().decode(ok.body)).toContain('m=x-ms-message 5060 sip ');
    const dialogue = {
      From: fieldOf(first, 'From'),
      'Call-ID': fieldOf(first, 'Call-ID'),
      Via: fieldOf(first, 'Via'),
      To: to(ok.toTag),
    };
    await stage.receive(captured('04-sipe-ack-no-via-branch', dialogue), TCP);
    // It saw that we know how to take its first message, and does not repeat that.
    await stage.receive(captured('06-sipe-info-keyboardactivity-typing', dialogue), TCP);
    const { talk } = stage;
    expect(talk.knock.invitation.firstMessage?.text).toBe('hello world');
    const said = talk.medium?.send(text('welcome'), '1');
    const message = readRequest(stage.take().at(-1) ?? NONE);
    expect(message.method).toBe('MESSAGE');
    await stage.respond(message);
    expect(await said).toMatchObject({ type: 'delivered' });
    await stage.receive(captured('07-sipe-bye', dialogue), TCP);
    expect(talk.heard.composing).toContain('active');
    expect(talk.heard.ends).toEqual([{ by: 'peer', why: 'hung-up' }]);
    expect(await left(stage)).toEqual(NOTHING);
  });

  it.each(['13-sipe-multiparty-invite-roster-manager', '14-sipe-multiparty-triggered-invite'])(
    'that wants three at a table (%s) hears 420, confirms it, and nothing is left',
    async (name) => {
      const stage = await Stage.open();
      await stage.receive(captured(name), TCP);
      const refusal = stage.response();
      expect(refusal.status).toBe(420);
      await stage.receive(
        captured('04-sipe-ack-no-via-branch', {
          Via: fieldOf(name, 'Via'),
          From: fieldOf(name, 'From'),
          To: refusal.to.raw,
          'Call-ID': fieldOf(name, 'Call-ID'),
        }),
        TCP,
      );
      expect(sent(stage)).toEqual([]);
      expect(stage.house.knocks).toEqual([]);
      expect(await left(stage)).toEqual(NOTHING);
    },
  );

  it('is invited by us: refuses a type with 415 and REFER with 500, and the session goes on until our BYE', async () => {
    const stage = await Stage.open({ transports: ['tcp'] });
    const heard = new RecordingReceiver();
    const alice = Address.parse('sip:alice@192.0.2.2:40604');
    const invited = stage.userAgent.invite(alice, heard);
    await stage.receive(answering('08-sipe-200-to-invite-answer-sdp', stage.request()), TCP);
    const outcome = await invited;
    if (outcome.type !== 'accepted') throw new Error(outcome.type);
    const { medium } = outcome;
    const [acknowledged] = stage.take();
    expect(acknowledged?.text).toMatch(
      /^ACK sip:alice@example\.test:40604;maddr=127\.0\.0\.1;transport=tcp SIP\/2\.0\r\n/,
    );
    // By the connection on which it has answered: whatever its Contact says, nobody else is reached.
    expect(acknowledged?.to).toEqual(TCP);

    // What it has not announced is not even tried; it refuses some of what it has.
    const unheard = await medium.send(text('<x/>', 'application/x-unheard-of'), '1');
    expect(unheard).toMatchObject({ type: 'failed', status: 415 });
    const refused = medium.send(text('GIF89a', 'image/gif'), '2');
    await stage.receive(answering('10-sipe-415-unknown-content-type', stage.request()), TCP);
    expect(await refused).toMatchObject({ type: 'failed', status: 415 });
    const transferred = medium.transfer?.(Address.parse('sip:carol@example.test'), {
      timeout: 60_000,
    });
    const refer = stage.request();
    expect(refer.method).toBe('REFER');
    await stage.receive(answering('11-sipe-500-to-refer-in-1to1', refer), TCP);
    expect(await transferred).toMatchObject({ type: 'failed', status: 500 });
    expect(heard.ends).toEqual([]);

    const delivered = medium.send(text('still here'), '3');
    await stage.respond(stage.request());
    expect(await delivered).toMatchObject({ type: 'delivered' });
    const ended = medium.end({ by: 'bot', why: 'completed' });
    await stage.respond(stage.request());
    await ended;
    expect(await left(stage)).toEqual(NOTHING);
  });

  it('answers an offer with its own kind of messages, through a proxy on two transports: our ACK goes back through both', async () => {
    const stage = await Stage.open();
    const alice = Address.parse('sip:alice@192.0.2.2:5080');
    const invited = stage.userAgent.invite(alice, new RecordingReceiver());
    const name = '47-sipe-200-answers-msrp-offer-with-sip-proto';
    await stage.receive(answering(name, stage.request()), UDP);
    expect((await invited).type).toBe('accepted');
    const acknowledged = readRequest(stage.take()[0] ?? NONE);
    expect(acknowledged.method).toBe('ACK');
    // RFC 3261, 12.1.2: in reverse order.
    expect(acknowledged.routes.map(({ uri }) => uri)).toEqual([
      'sip:127.0.0.1:45060;r2=on;lr;ftag=5812fb12-1665-4a91-b8fa-7623255faa11',
      'sip:127.0.0.1:45060;transport=tcp;r2=on;lr;ftag=5812fb12-1665-4a91-b8fa-7623255faa11',
    ]);
  });
});

describe('an offer of MSRP alone', () => {
  it.each([
    ['40-sipsimple-invite-msrp', undefined],
    ['44-sipsimple-invite-referred-by', 'sip:bob@example.test'],
    ['46-doubango-invite-msrp', undefined],
  ])(
    '%s is told to bots, is 488 where one accepts, and the ACK ends it',
    async (name, referredBy) => {
      const stage = await Stage.open();
      await stage.receive(captured(name));
      const refusal = stage.response();
      expect(refusal.status).toBe(488);
      // RFC 3261, 17.1.1.3: the branch of the INVITE.
      const via = fieldOf(name, 'Via');
      const from = fieldOf(name, 'From');
      const uri = /^INVITE (\S+)/.exec(captured(name))?.[1] ?? '';
      const wish = { via, from, uri, to: refusal.to.raw, toTag: undefined };
      const sequence = Number.parseInt(fieldOf(name, 'CSeq'), 10);
      await stage.receive(ack(refusal, { ...wish, callId: refusal.callId, sequence }));
      await stage.clock.advance(10_000);
      expect(sent(stage)).toEqual([]);
      expect(stage.house.talks).toEqual([]);
      const [knock] = stage.house.knocks;
      expect(knock?.invitation.referredBy?.toString()).toBe(referredBy);
      expect(await left(stage)).toEqual(NOTHING);
    },
  );

  it('and an answer of it, to an offer that was another: ACK and BYE', async () => {
    const stage = await Stage.open();
    const bob = Address.parse('sip:bob@192.0.2.2:5080');
    const invited = stage.userAgent.invite(bob, new RecordingReceiver());
    await stage.receive(answering('41-sipsimple-200-invite-msrp-answer', stage.request()));
    expect(await invited).toMatchObject({ type: 'rejected', status: 488 });
    const [, bye] = stage.take().map(readRequest);
    expect(bye?.method).toBe('BYE');
    if (bye !== undefined) await stage.respond(bye);
    expect(await left(stage)).toEqual(NOTHING);
  });
});

describe('sipsimple', () => {
  /** A session that it began with us, as the party that wrote this. */
  const begun = async (stage: Stage, name: string): Promise<{ To: string }> => {
    const from = fieldOf(name, 'From');
    const callId = fieldOf(name, 'Call-ID');
    const via = 'SIP/2.0/UDP 192.0.2.2:5080;rport;branch=z9hG4bKPjbegun';
    const peer = fieldOf(name, 'To').replace(/;tag=.*/, '');
    const wish = { from, callId, via, to: peer };
    await stage.receive(invite(wish));
    const ok = stage.response();
    await stage.receive(ack(ok, { ...wish, to: ok.to.raw, toTag: undefined }));
    return { To: ok.to.raw };
  };

  it('says something within the dialog, although that carries no messages for it: it is heard', async () => {
    const stage = await Stage.open();
    const name = '45-sipsimple-in-dialog-sip-message';
    const dialogue = await begun(stage, name);
    await stage.receive(captured(name, dialogue));
    expect(stage.response().status).toBe(200);
    expect(stage.talk.heard.texts).toEqual(['in-dialog-SIP-MESSAGE']);
  });

  it('sends us to somebody else, and hears how that goes', async () => {
    const stage = await Stage.open();
    const referrals: AskedReferral[] = [];
    stage.house.begin = ({ heard }) => {
      const receiver: Receiver = heard;
      receiver.refer = (referral) => void referrals.push(referral);
    };
    const name = '42-sipsimple-refer';
    const dialogue = await begun(stage, name);
    const by = { from: fieldOf(name, 'From'), to: dialogue.To, toTag: undefined };
    await stage.receive(captured(name, dialogue));
    const [referral] = referrals;
    expect(referral?.target.toString()).toBe('sip:carol@example.test');
    expect(referral?.introduction.referredBy).toContain('sip:bob@example.test');
    referral?.accept();
    await stage.clock.settle();
    const [accepted, trying] = stage.take();
    expect(accepted?.text).toMatch(/^SIP\/2\.0 202 /);
    const notify = readRequest(trying ?? NONE);
    expect(notify.method).toBe('NOTIFY');
    await stage.respond(notify);
    referral?.conclude(200);
    await stage.clock.settle();
    const done = stage.request();
    expect(done.get('Subscription-State')).toMatch(/^terminated/);
    expect(new TextDecoder().decode(done.body)).toMatch(/^SIP\/2\.0 200 /);
    await stage.respond(done);
    // Whoever has sent us there hangs up then.
    await stage.receive(within(readResponse(accepted ?? NONE), 'BYE', 30_000, by));
    expect(stage.talk.heard.ends).toEqual([{ by: 'peer', why: 'hung-up' }]);
    expect(await left(stage)).toEqual(NOTHING);
  });

  it('goes where we send it: its NOTIFY is the first and the last one, and our session with it ends', async () => {
    const stage = await Stage.open();
    const name = '43-sipsimple-notify-sipfrag-200';
    const dialogue = await begun(stage, name);
    const { talk } = stage;
    const outcome = talk.medium?.transfer?.(Address.parse('sip:carol@example.test'), {
      timeout: 60_000,
    });
    const refer = stage.request();
    expect(refer.get('Refer-To')).toContain('sip:carol@example.test');
    await stage.receive(response(refer, 202, 'Accepted'));
    await stage.receive(captured(name, dialogue));
    expect(sent(stage)).toContain('200');
    expect(await outcome).toEqual({ type: 'transferred' });
    const ended = talk.medium?.end({ by: 'bot', why: 'transferred' });
    const bye = stage.request();
    expect(bye.method).toBe('BYE');
    await stage.respond(bye);
    await ended;
    expect(await left(stage)).toEqual(NOTHING);
  });
});

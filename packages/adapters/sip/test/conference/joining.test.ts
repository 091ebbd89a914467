/** Joining a conference to which a Microsoft peer invites: in at the focus, talk by way of who relays, and out again. */
import { describe, expect, it } from '@jest/globals';
import type { Answered } from '@usher/core/adapter';
import { RecordingReceiver } from '@usher/core/testing';

import { CONFERENCE_INVITATION } from '../../src/index.js';
import type { SipRequest } from '../../src/syntax/message.js';
import { readRequest, UDP } from '../endpoint/bench.js';
import { request, response } from '../endpoint/peer.js';
import { Stage } from '../user-agent/stage.js';
import {
  Conference,
  conferenceInfo,
  ENTERED,
  FOCUS,
  NOTHING,
  RELAYING,
  text,
  XML,
} from './conference.js';
import { FAULTS } from './faults.js';

/** One that is joined. */
async function joined(): Promise<Conference> {
  const conference = new Conference();
  const answered = await conference.until(conference.join());
  if (answered.type !== 'accepted') throw new Error(JSON.stringify(answered));
  await conference.clock.advance(1_000);
  return conference;
}

describe('a conference', () => {
  it('is joined: the inviter hears 200 without a body, then focus, roster and who relays are asked in turn', async () => {
    const conference = await joined();
    const [enter, subscribe] = conference.focus.heard;
    expect(conference.focus.methods).toEqual(['INVITE', 'SUBSCRIBE']);
    expect([enter?.uri, enter?.mediaType]).toEqual([FOCUS, 'application/cccp+xml']);
    expect(new TextDecoder().decode(enter?.body)).toMatch(
      /<addUser>.*attendee.*<ci:endpoint entity="\{[0-9a-f-]{36}\}"/,
    );
    expect([subscribe?.get('Event'), subscribe?.callId]).toEqual(['conference', enter?.callId]);
    const [talk] = conference.mcu.heard;
    expect(talk?.get('Ms-Conversation-ID')).toBe('AdKjt1Xy');
    expect(talk?.supported).toContain('ms-sender');
    expect(conference.inviter.accepted?.body.length).toBe(0);
  });

  it('carries what is said, both ways: 202 says that it is on its way', async () => {
    const conference = await joined();
    const { medium, heard } = conference.talk;
    const sent = medium?.send(text('hello all'), '1') ?? Promise.reject(new Error('no medium'));
    expect(await conference.until(sent)).toEqual({ type: 'delivered', status: 202 });
    expect(conference.mcu.texts).toEqual(['hello all']);
    const [line] = conference.mcu.lines.values();
    if (line === undefined) throw new Error('no line');
    const fields = ['Content-Type: text/plain', 'Ms-Sender: <sip:carol@example.com>'];
    expect(await conference.until(conference.mcu.ask(line, 'MESSAGE', fields, 'hi bot'))).toBe(200);
    expect(heard.texts).toEqual(['hi bot']);
    expect(heard.messages[0]?.from.toString()).toBe('sip:carol@example.com');
  });

  it('is left when the session ends: who relays, the roster and the focus hear of it', async () => {
    const conference = await joined();
    void conference.talk.medium?.end({ by: 'bot', why: 'ended' });
    await conference.clock.advance(1_000);
    expect(conference.mcu.methods.slice(1)).toEqual(['BYE']);
    expect(conference.focus.methods.slice(2)).toEqual(['SUBSCRIBE', 'BYE']);
    expect(conference.focus.heard[2]?.expires).toBe(0);
    expect(conference.subscriptions).toBe(0);
    expect(await conference.left()).toEqual(NOTHING);
  });

  it('is over when who relays hangs up: told once, and the focus is left', async () => {
    const conference = await joined();
    for (const line of conference.mcu.lines.values()) void conference.mcu.ask(line, 'BYE');
    await conference.clock.advance(1_000);
    expect(conference.talk.heard.ends).toEqual([{ by: 'peer', why: 'hung-up' }]);
    expect(await conference.left()).toEqual(NOTHING);
  });

  it('is over when the focus sends us away: who relays is left', async () => {
    const conference = await joined();
    for (const line of conference.focus.lines.values()) void conference.focus.ask(line, 'BYE');
    await conference.clock.advance(1_000);
    expect(conference.talk.heard.ends).toEqual([{ by: 'peer', why: 'ejected' }]);
    expect(await conference.left()).toEqual(NOTHING);
  });

  it('may be hung up by everybody at once', async () => {
    const conference = await joined();
    for (const party of [conference.mcu, conference.focus]) {
      for (const line of party.lines.values()) void party.ask(line, 'BYE');
    }
    void conference.talk.medium?.end({ by: 'bot', why: 'ended' });
    await conference.clock.advance(1_000);
    expect(conference.talk.heard.ends.length).toBeLessThanOrEqual(1);
    expect(await conference.left()).toEqual(NOTHING);
  });

  it.each(['at-once', 'never', 1, 20, 5_000] as const)(
    'may have its invitation hung up by the inviter: %s',
    async (bye) => {
      const conference = new Conference();
      const answered = await conference.until(conference.join(bye));
      expect(answered.type).toBe('accepted');
      void conference.talk.medium?.end({ by: 'bot', why: 'ended' });
      expect(await conference.left()).toEqual(NOTHING);
    },
  );

  it('that is cancelled before the decision is never joined: 487', async () => {
    const conference = new Conference();
    await conference.open();
    conference.house.decide = () => {};
    const invited = conference.invite();
    await conference.clock.advance(100);
    conference.inviter.cancel();
    expect(await conference.until(invited)).toBe(487);
    expect(conference.focus.heard).toEqual([]);
    const answer = conference.house.knocks[0]?.answer({
      type: 'accept',
      receiver: conference.receiver,
    });
    expect(await answer).toEqual({ type: 'gone', why: 'cancelled' });
    expect(await conference.left()).toEqual(NOTHING);
  });

  it.each([
    [8, 'failed'],
    [13, 'failed'],
    [18, 'failed'],
    [23, 'failed'],
    [28, 'failed'],
    [33, 'failed'],
    [60, 'accepted'],
  ])('is let go of where the user agent closes %d ms after the invitation', async (after, type) => {
    const conference = new Conference();
    let answered: Answered | undefined;
    void conference.join().then((answer) => (answered = answer));
    await conference.clock.advance(after);
    const closing = conference.userAgent.close();
    await conference.clock.advance(100_000);
    await closing;
    expect(answered?.type).toBe(type);
    expect(conference.receiver.ends).toHaveLength(type === 'accepted' ? 1 : 0);
    expect(conference.focus.unended + conference.mcu.unended).toBe(0);
  });
});

describe('where', () => {
  it.each(FAULTS)('$name, joining comes to $outcome', async (fault) => {
    const { outcome } = fault;
    const conference = new Conference();
    fault.lay(conference);
    const answered: Answered = await conference.until(conference.join());
    const came = answered.type === 'failed' ? answered.status : answered.type;
    expect(came).toBe(outcome);
    if (answered.type === 'accepted') void answered.medium.end({ by: 'bot', why: 'ended' });
    else expect(conference.receiver.ends).toEqual([]);
    expect(await conference.left()).toEqual(NOTHING);
    expect(conference.subscriptions).toBe(0);
  });

  it('what is told never makes sense, the peer is asked anew once in half a minute and no more often', async () => {
    const conference = new Conference();
    conference.first = '<conference-info';
    await conference.until(conference.join());
    expect(conference.focus.methods.filter((method) => method === 'SUBSCRIBE')).toHaveLength(3);
    expect(conference.house.violations.map(({ code }) => code)).toEqual([
      'bad-conference-info',
      'bad-conference-info',
    ]);
  });

  it('who relays hangs up at once, there is no session, or one that has ended', async () => {
    const conference = new Conference();
    const { mcu } = conference;
    mcu.answers.set('INVITE', (_request, line) => {
      conference.clock.at(conference.clock.now(), () => void mcu.ask(line, 'BYE'));
      return conference.relaying;
    });
    const answered = await conference.until(conference.join());
    await conference.clock.advance(1_000);
    expect(conference.receiver.ends).toHaveLength(answered.type === 'accepted' ? 1 : 0);
    expect(await conference.left()).toEqual(NOTHING);
  });

  it.each(['focus', 'mcu'] as const)(
    'the %s only rings, it is no longer asked after half a minute',
    async (one) => {
      const conference = new Conference();
      const party = conference[one];
      party.answers.set('INVITE', () => ({ status: 180 }));
      const before = conference.clock.now();
      await conference.until(conference.join());
      expect(conference.clock.now() - before).toBeLessThan(31_000);
      await conference.clock.advance(100);
      expect(party.methods.at(-1)).toBe('CANCEL');
    },
  );

  it('who relays accepts and hangs up in one breath, there was no session', async () => {
    const stage = await Stage.open({ applications: [CONFERENCE_INVITATION] });
    const receiver = new RecordingReceiver();
    let answered: Answered | undefined;
    stage.house.decide = (knock) =>
      void knock.answer({ type: 'accept', receiver }).then((one) => (answered = one));
    const body = `<Conferencing><focus-uri>${FOCUS}</focus-uri></Conferencing>`;
    const extra = ['Ms-Conversation-ID: 1', `Content-Type: ${CONFERENCE_INVITATION}`];
    await stage.receive(request('INVITE', { extra, body }));
    const [, entering] = stage.take().map(({ text: sent }) => sent);
    const enter = readRequest({ bytes: new TextEncoder().encode(entering) });
    const contact = '<sip:focus@192.0.2.2:5080>';
    await stage.receive(
      response(enter, 200, 'OK', { contact, extra: ENTERED.fields, body: ENTERED.body }),
    );
    const [, subscribing] = stage.take();
    if (subscribing === undefined) throw new Error('nothing was subscribed to');
    await stage.respond(readRequest(subscribing));
    const within = (to: SipRequest) => ({ callId: to.callId, toTag: to.fromTag });
    const notice = ['Event: conference', 'Subscription-State: active', XML];
    const told = { ...within(enter), extra: notice, body: conferenceInfo('') };
    await stage.receive(request('NOTIFY', told));
    const talking = readRequest(
      stage.take().find(({ text: sent }) => sent.startsWith('INVITE')) ?? subscribing,
    );
    const both = [
      response(talking, 200, 'OK', { contact, extra: RELAYING.fields, body: RELAYING.body }),
      request('BYE', { ...within(talking), sequence: 2 }),
    ];
    for (const one of both) stage.network.events?.receive(new TextEncoder().encode(one), UDP);
    await stage.clock.settle();
    expect(answered).toMatchObject({ type: 'failed', status: 487 });
    expect(receiver.ends).toEqual([]);
  });
});

/** Who takes part, as a session tells it: in a conference that was joined, and in one whose focus invites or is invited (RFC 4579). */
import { describe, expect, it } from '@jest/globals';
import { Address, type Participant } from '@usher/core';
import type { Medium } from '@usher/core/adapter';
import { RecordingReceiver } from '@usher/core/testing';

import { readRequest } from '../endpoint/bench.js';
import { response, within } from '../endpoint/peer.js';
import { Stage } from '../user-agent/stage.js';
import { Conference, conferenceInfo, NOTHING, user } from './conference.js';

const users = (...names: readonly string[]): string =>
  `<users state="full">${names.map((name) => user(name)).join('')}</users>`;

/** Keeps the names of who takes part, each time they are told. */
function watch(medium: Medium | undefined): { told: string[][]; cancel: () => void } {
  const told: string[][] = [];
  const note = (present: readonly Participant[]): void =>
    void told.push(present.map(({ address }) => address.user));
  return { told, cancel: medium?.participants?.(note) ?? ((): void => {}) };
}

describe('a conference that was joined', () => {
  it('tells who takes part at once, and then as that changes, for as long as somebody listens', async () => {
    const conference = new Conference();
    await conference.until(conference.join());
    const { told, cancel } = watch(conference.talk.medium);
    expect(told).toEqual([['alice']]);
    const [line] = conference.focus.lines.values();
    if (line === undefined) throw new Error('no line');
    const carol = conferenceInfo(`<users state="partial">${user('carol')}</users>`, {
      state: 'partial',
      version: 2,
    });
    expect(await conference.until(conference.tell(line, carol))).toBe(200);
    expect(told.at(-1)).toEqual(['alice', 'carol']);
    cancel();
    await conference.until(conference.tell(line, conferenceInfo(users('dave'), { version: 3 })));
    expect(told).toHaveLength(2);
  });

  it('where a change was missed, all is asked for anew', async () => {
    const conference = new Conference();
    await conference.until(conference.join());
    const { told } = watch(conference.talk.medium);
    const [line] = conference.focus.lines.values();
    if (line === undefined) throw new Error('no line');
    conference.first = conferenceInfo(users('erin'), { version: 9 });
    await conference.until(
      conference.tell(line, conferenceInfo('', { state: 'partial', version: 8 })),
    );
    await conference.clock.advance(100);
    expect(told).toEqual([['alice'], ['erin']]);
  });

  it.each([
    ['deactivated', 2],
    ['timeout', 2],
    ['noresource', 1],
  ])('whose subscription the focus ends (%s) is subscribed to %d times', async (reason, count) => {
    const conference = new Conference();
    await conference.until(conference.join());
    const { told } = watch(conference.talk.medium);
    const [line] = conference.focus.lines.values();
    if (line === undefined) throw new Error('no line');
    conference.first = conferenceInfo(users('frank'), { version: 0 });
    await conference.until(conference.tell(line, '', `terminated;reason=${reason}`));
    await conference.clock.advance(1_000);
    expect(conference.focus.methods.filter((one) => one === 'SUBSCRIBE')).toHaveLength(count);
    expect(told.at(-1)).toEqual(count === 2 ? ['frank'] : ['alice']);
    expect(conference.talk.heard.ends).toEqual([]);
  });

  it('keeps its subscription up: it is refreshed before it is over', async () => {
    const conference = new Conference();
    await conference.until(conference.join());
    await conference.clock.advance(2_700_000);
    expect(conference.focus.methods.filter((method) => method === 'SUBSCRIBE')).toHaveLength(2);
    void conference.talk.medium?.end({ by: 'bot', why: 'ended' });
    expect(await conference.left()).toEqual(NOTHING);
  });

  it.each(['NOTIFY', 'BENOTIFY'])('counts who has not got what we said, by %s', async (method) => {
    const conference = new Conference();
    await conference.until(conference.join());
    const { mcu, userAgent } = conference;
    const [line] = mcu.lines.values();
    if (line === undefined) throw new Error('no line');
    const report =
      '<imdn><message-id>17</message-id><recipient uri="sip:a@b"><status>408</status></recipient></imdn>';
    const answered = mcu.ask(line, method, ['Content-Type: application/ms-imdn+xml'], report);
    await conference.clock.advance(1_000);
    expect(userAgent.state?.counters.get('undelivered')).toBe(1);
    // BENOTIFY is never answered.
    expect(await conference.until(answered)).toBe(method === 'NOTIFY' ? 200 : 408);
    expect(conference.talk.heard.texts).toEqual([]);
  });
});

const FOCUS = '<sip:conf@192.0.2.2:5080>;isfocus';
const ALLOWING = 'Allow: INVITE, ACK, BYE, MESSAGE, SUBSCRIBE';
const NOTICE = [
  'Event: conference',
  'Subscription-State: active;expires=3600',
  'Content-Type: application/conference-info+xml',
];

describe('a focus that invites', () => {
  it('is asked who takes part as soon as somebody wants to know, in the same dialog', async () => {
    const stage = await Stage.open();
    const ok = await stage.session({ contact: FOCUS, extra: [ALLOWING] });
    expect(stage.talk.knock.invitation.type).toBe('conference');
    expect(stage.take()).toEqual([]);
    const { told } = watch(stage.talk.medium);
    const subscribe = stage.request();
    expect([subscribe.method, subscribe.get('Event'), subscribe.callId]).toEqual([
      'SUBSCRIBE',
      'conference',
      ok.callId,
    ]);
    await stage.respond(subscribe);
    const body = conferenceInfo(users('alice', 'bot'));
    await stage.receive(within(ok, 'NOTIFY', 2, { extra: NOTICE, body }));
    expect(stage.response().status).toBe(200);
    expect(told).toEqual([['alice', 'bot']]);
    void stage.talk.medium?.end({ by: 'bot', why: 'ended' });
    const left = stage.take().map((sent) => readRequest(sent));
    expect(left.map(({ method, expires }) => [method, expires])).toEqual([
      ['SUBSCRIBE', 0],
      ['BYE', undefined],
    ]);
  });

  it('is asked nothing where it does not take SUBSCRIBE', async () => {
    const stage = await Stage.open();
    await stage.session({ contact: FOCUS });
    expect('participants' in (stage.talk.medium ?? {})).toBe(false);
  });

  it('that does not tell leaves the session as it was', async () => {
    const stage = await Stage.open();
    await stage.session({ contact: FOCUS, extra: [ALLOWING] });
    watch(stage.talk.medium);
    await stage.respond(stage.request(), 481);
    expect(stage.talk.heard.ends).toEqual([]);
    stage.talk.medium?.compose('active');
    expect(stage.take()).toEqual([]);
  });

  it('that says nonsense is told of as who broke the protocol', async () => {
    const stage = await Stage.open();
    const ok = await stage.session({ contact: FOCUS, extra: [ALLOWING] });
    watch(stage.talk.medium);
    await stage.respond(stage.request());
    await stage.receive(within(ok, 'NOTIFY', 2, { extra: NOTICE, body: '<x' }));
    expect(stage.house.violations.map(({ code }) => code)).toEqual(['bad-conference-info']);
  });
});

it('a focus that we invite tells who takes part as well', async () => {
  const stage = await Stage.open({ proxy: 'sip:192.0.2.2:5080' });
  const asked = stage.userAgent.invite(
    Address.parse('sip:conf@example.com'),
    new RecordingReceiver(),
  );
  await stage.clock.settle();
  const sdp =
    'v=0\r\no=- 1 1 IN IP4 192.0.2.2\r\ns=-\r\nc=IN IP4 192.0.2.2\r\nt=0 0\r\nm=message 5080 sip null\r\n';
  const extra = [ALLOWING, 'Content-Type: application/sdp'];
  await stage.receive(response(stage.request(), 200, 'OK', { contact: FOCUS, extra, body: sdp }));
  const invited = await asked;
  if (invited.type !== 'accepted') throw new Error(invited.type);
  stage.take();
  watch(invited.medium);
  expect(stage.request().method).toBe('SUBSCRIBE');
});

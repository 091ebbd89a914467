/** Somebody who feigns the address of another, so that what we answer goes there: he gets no more sent than he sends himself. */
import { describe, expect, it } from '@jest/globals';
import type { Flow } from '@usher/core/adapter';

import { nodeDigestHash } from '../../src/node/node-digest-hash.js';
import type { SipUserAgentOptions } from '../../src/index.js';
import { readRequest, readResponse, type Sent, UDP } from '../endpoint/bench.js';
import { ack, invite, OFFER, request, response, type Wish, within } from '../endpoint/peer.js';
import { echo } from './house.js';
import { Stage } from './stage.js';

const NOTHING: Sent = { at: 0, to: undefined, bytes: new Uint8Array(), text: '' };
const VICTIM = '203.0.113.5';
const COUNT = 1_000;
const SECONDS = 40;
const TEXT = 'Content-Type: text/plain';
const SDP = 'Content-Type: application/sdp';

const at = (address: string, port = 5060): Flow => ({ ...UDP, remote: { address, port } });

/** A house in which everybody is let in and hears what he says. */
async function open(options: Partial<SipUserAgentOptions> = {}): Promise<Stage> {
  const stage = await Stage.open(options);
  stage.house.begin = echo;
  return stage;
}

const GUARDED: Partial<SipUserAgentOptions> = {
  authentication: {
    realm: 'example.com',
    users: [{ username: 'alice', password: 'open sesame' }],
  },
  digestHash: nodeDigestHash,
};

/** What came in and went out. */
interface Balance {
  readonly datagramsIn: number;
  readonly octetsIn: number;
  readonly datagramsOut: number;
  readonly octetsOut: number;
  readonly sent: readonly Sent[];
}

/** A thousand messages over forty seconds, none of whose answers is ever answered; and what went out then and long after. */
async function flood(
  stage: Stage,
  make: (index: number) => string,
  from: (index: number) => Flow = () => at(VICTIM),
): Promise<Balance> {
  let octetsIn = 0;
  const sent: Sent[] = [];
  for (let index = 0; index < COUNT; index += 1) {
    const text = make(index);
    octetsIn += new TextEncoder().encode(text).length;
    // oxlint-disable-next-line no-await-in-loop -- one after the other is what is meant
    await stage.receive(text, from(index));
    // oxlint-disable-next-line no-await-in-loop
    await stage.clock.advance((SECONDS * 1_000) / COUNT);
    sent.push(...stage.take());
  }
  await stage.clock.advance(200_000);
  sent.push(...stage.take());
  const octetsOut = sent.reduce((sum, { bytes }) => sum + bytes.length, 0);
  return { datagramsIn: COUNT, octetsIn, datagramsOut: sent.length, octetsOut, sent };
}

/** Differs in every part that tells one request from another. */
const fresh = (index: number): Wish => ({
  callId: `spoofed-${index}@${VICTIM}`,
  tag: `t${index}`,
  branch: `z9hG4bKspoofed${index}`,
  via: `SIP/2.0/UDP ${VICTIM}:5060;branch=z9hG4bKspoofed${index}`,
});
const spoofed =
  (method: string, wish: Wish = {}) =>
  (index: number): string =>
    request(method, { ...fresh(index), ...wish });
const inviting =
  (wish: Wish = {}) =>
  (index: number): string =>
    invite({ ...fresh(index), ...wish });

const IMAGE = 'Content-Type: image/gif';
const AUDIO = OFFER.replace('message 5080 sip null', 'audio 4000 RTP/AVP 0');
const LONG_NAME = { from: '<sip:a@b.c>;tag=1', contact: '<sip:a@b.c>' };

/** How the flood looks; and the most datagrams for each of it that go out of an open house, where that is more than one. */
type Shape = readonly [name: string, make: (index: number) => string, most?: number];

const SHAPES: readonly Shape[] = [
  ['INVITE', inviting()],
  ['INVITE of the smallest kind', spoofed('INVITE', LONG_NAME)],
  ['INVITE without an offer', spoofed('INVITE')],
  // It pays for more than one answer, as it has as many octets.
  ['INVITE with much to say', inviting({ extra: [`Subject: ${'x'.repeat(1_000)}`] }), 3],
  ['INVITE for audio', spoofed('INVITE', { extra: [SDP], body: AUDIO })],
  ['INVITE with a To tag', inviting({ toTag: 'guessed' })],
  ['INVITE of another type', spoofed('INVITE', { extra: [IMAGE], body: 'x' })],
  ['INVITE that requires something', inviting({ extra: ['Require: 100rel'] })],
  ['INVITE by another scheme', inviting({ uri: 'tel:+49301234' })],
  ['INVITE without a Contact', inviting({ contact: null })],
  ['INVITE that merges', inviting({ callId: 'one', tag: 'one' })],
  // What the bot has to say goes there as well, where it is paid for or lent.
  ['MESSAGE', spoofed('MESSAGE', { extra: [TEXT], body: 'hello' }), 1.25],
  ['MESSAGE of some length', spoofed('MESSAGE', { extra: [TEXT], body: 'hi '.repeat(200) }), 1.25],
  ['MESSAGE with a To tag', spoofed('MESSAGE', { extra: [TEXT], body: 'hi', toTag: 'guessed' })],
  ['MESSAGE of another type', spoofed('MESSAGE', { extra: [IMAGE], body: 'x' })],
  ['OPTIONS', spoofed('OPTIONS')],
  ['OPTIONS with a To tag', spoofed('OPTIONS', { toTag: 'guessed' })],
  ['REGISTER', spoofed('REGISTER')],
  ['SUBSCRIBE', spoofed('SUBSCRIBE')],
  ['INFO with a To tag', spoofed('INFO', { toTag: 'guessed' })],
  ['BYE', spoofed('BYE')],
  ['BYE with a To tag', spoofed('BYE', { toTag: 'guessed' })],
  ['CANCEL', spoofed('CANCEL')],
  ['ACK', spoofed('ACK')],
  ['ACK with a To tag', spoofed('ACK', { toTag: 'guessed' })],
  ['method that nobody knows', spoofed('FROBNICATE')],
  ['request that is malformed', (index) => spoofed('OPTIONS')(index).replace('70', 'seventy')],
];

describe.each([
  ['an open house', {}],
  ['a house that asks everybody who he is', GUARDED],
] as const)(
  'a thousand datagrams in forty seconds from where nobody is, to %s',
  (_house, options) => {
    it.each(SHAPES)(
      '%s: no more octets go there than came',
      async (_shape, make, most = 1) => {
        const stage = await open(options);
        const { sent, ...balance } = await flood(stage, make);
        expect(balance.octetsOut).toBeLessThanOrEqual(balance.octetsIn);
        expect(balance.datagramsOut).toBeLessThanOrEqual(most * balance.datagramsIn);
        for (const { to } of sent) expect(to?.remote.address).toBe(VICTIM);
        expect(stage.userAgent.counts).toMatchObject({ dialogs: 0, pending: 0, server: 0 });
      },
      60_000,
    );

    it.each(SHAPES)(
      '%s, each from another address: no more octets go out than came in',
      async (_shape, make, most = 1) => {
        const stage = await open(options);
        const source = (index: number): Flow => at(`203.0.${index >> 8}.${index & 255}`);
        const { octetsIn, octetsOut, ...balance } = await flood(stage, make, source);
        expect(octetsOut).toBeLessThanOrEqual(octetsIn);
        expect(balance.datagramsOut).toBeLessThanOrEqual(most * balance.datagramsIn);
      },
      60_000,
    );
  },
);

/** A stranger who means well. */
const STRANGER = at('203.0.113.7', 5080);
const wish = (more: Wish = {}): Wish => ({
  contact: '<sip:alice@203.0.113.7:5080>',
  via: 'SIP/2.0/UDP 203.0.113.7:5080;branch=z9hG4bKfirst',
  ...more,
});
const lines = (sent: readonly Sent[]): string[] =>
  sent.map(({ text }) => text.split('\r\n')[0] ?? '');
const times = (sent: readonly Sent[], since: number): number[] => sent.map((one) => one.at - since);

describe('a stranger who means well', () => {
  it('is answered at once, in fewer words than somebody who is known', async () => {
    const stage = await open();
    await stage.receive(invite(wish()), STRANGER);
    const [sent] = stage.take();
    expect(sent?.text).toMatch(/^SIP\/2\.0 200 OK\r\nv:/);
    const ok = readResponse(sent ?? NOTHING);
    expect([ok.contacts.length, ok.mediaType, ok.get('Allow')]).toEqual([
      1,
      'application/sdp',
      undefined,
    ]);
    await stage.receive(ack(ok, wish()), STRANGER);
    await stage.receive(within(ok, 'BYE', 2), STRANGER);
    stage.take();
    // Known now, he gets the whole of it, and as often as it takes.
    await stage.receive(
      invite(wish({ callId: 'next', via: 'SIP/2.0/UDP 203.0.113.7:5080;branch=z9hG4bKnext' })),
      STRANGER,
    );
    expect(stage.response().get('Allow')).toContain('MESSAGE');
    await stage.clock.advance(2_000);
    expect(lines(stage.take())).toEqual(['SIP/2.0 200 OK', 'SIP/2.0 200 OK']);
  });

  it('hears the answer to an INVITE that is too short to pay for it when he sends it again', async () => {
    const stage = await open();
    const short = (number: number): string =>
      request('INVITE', {
        ...fresh(number),
        from: `<sip:a@b.c>;tag=${number}`,
        contact: '<sip:a@b.c>',
      });
    // The first is lent what it lacks.
    await stage.receive(short(1), at(VICTIM));
    expect(lines(stage.take())).toEqual(['SIP/2.0 200 OK']);
    await stage.receive(short(2), at(VICTIM));
    await stage.clock.advance(500);
    expect(stage.take()).toEqual([]);
    await stage.receive(short(2), at(VICTIM));
    expect(lines(stage.take())).toEqual(['SIP/2.0 200 OK']);
  });

  it('hears no provisional answer before his INVITE has paid for the final one to be lost twice', async () => {
    const stage = await open();
    stage.house.decide = () => {};
    const text = invite(wish());
    const begun = stage.clock.now();
    const sent: Sent[] = [];
    // Timer A of his: 0, 500, 1500, 3500 …
    for (const wait of [500, 1_000, 2_000, 4_000]) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other is what is meant
      await stage.receive(text, STRANGER);
      // oxlint-disable-next-line no-await-in-loop
      await stage.clock.advance(wait);
      sent.push(...stage.take());
      if (sent.length > 0) break;
    }
    expect(lines(sent)[0]).toMatch(/^SIP\/2\.0 1[08]0 /);
    expect(times(sent, begun)).toEqual([3_500]);
    void stage.house.accept(stage.house.knocks[0] ?? (undefined as never));
    await stage.clock.advance(60_000);
    const answers = lines(stage.take());
    expect(answers.length).toBeGreaterThanOrEqual(2);
    expect(new Set(answers)).toEqual(new Set(['SIP/2.0 200 OK']));
  });

  it('whose ACK is lost proves by his first message to be there, and hears the 200 again until he confirms it', async () => {
    const stage = await open();
    await stage.receive(invite(wish()), STRANGER);
    const ok = stage.response();
    await stage.clock.advance(10_000);
    expect(stage.take()).toEqual([]);
    await stage.receive(within(ok, 'MESSAGE', 2, { extra: [TEXT], body: 'hello' }), STRANGER);
    expect(lines(stage.take())).toEqual(['SIP/2.0 200 OK']);
    await stage.clock.advance(4_000);
    expect(lines(stage.take())).toEqual(['SIP/2.0 200 OK']);
    await stage.receive(ack(ok), STRANGER);
    const reply = stage.request();
    expect(new TextDecoder().decode(reply.body)).toBe('hello');
  });

  it('who never confirms is given up without a BYE after 64*T1', async () => {
    const stage = await open();
    await stage.receive(invite(wish()), STRANGER);
    stage.take();
    await stage.clock.advance(31_999);
    expect(stage.talk.heard.ends).toEqual([]);
    await stage.clock.advance(1);
    expect(stage.talk.heard.ends).toEqual([{ by: 'network', why: 'lost', status: 408 }]);
    await stage.clock.advance(100_000);
    expect(stage.take()).toEqual([]);
  });

  it('hears what a bot says by a message of its own, once; and as often as it takes when he has answered one', async () => {
    const stage = await Stage.open();
    const page = (sequence: number): string =>
      request('MESSAGE', {
        ...fresh(sequence),
        callId: 'page',
        tag: 'p',
        sequence,
        extra: [TEXT],
        body: 'hello',
      });
    const say = (id: string): void => {
      void stage.talk.medium?.send({ contentType: 'text/plain', body: new Uint8Array(20) }, id);
    };
    await stage.receive(page(1), STRANGER);
    expect(stage.response().status).toBe(200);
    say('1');
    await stage.clock.advance(5_000);
    const [said, ...more] = stage.take();
    expect([lines([said ?? NOTHING]), more]).toEqual([
      ['MESSAGE sip:alice@example.com SIP/2.0'],
      [],
    ]);
    await stage.receive(response(readRequest(said ?? NOTHING), 200), STRANGER);
    say('2');
    await stage.clock.advance(5_000);
    expect(lines(stage.take())).toEqual(Array(4).fill('MESSAGE sip:alice@example.com SIP/2.0'));
  });

  it('of a network that is trusted gets all that anybody gets', async () => {
    const stage = await open({ trust: { networks: ['203.0.113.0/24'] } });
    await stage.receive(invite(wish()), STRANGER);
    await stage.clock.advance(31_999);
    expect(lines(stage.take())).toEqual(Array(11).fill('SIP/2.0 200 OK'));
    await stage.clock.advance(1);
    expect(stage.request().method).toBe('BYE');
  });
});

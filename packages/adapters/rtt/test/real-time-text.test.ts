import { describe, expect, it } from '@jest/globals';
import { Address, plainText } from '@usher/core';
import type { AnsweredMedia, MediaLine, MediaOffer, Network } from '@usher/core/adapter';
import { RecordingReceiver, SeededChance, SimulatedWire, VirtualClock } from '@usher/core/testing';

import { RealTimeText, type RealTimeTextOptions } from '../src/index.js';
import { printRtp } from '../src/rtp/rtp-packet.js';
import { SimulatedDatagrams } from './simulated-datagrams.js';

const encoder = new TextEncoder();
const ALICE = { address: '192.0.2.7', port: 4_000 };

const OFFER: MediaOffer = [
  {
    kind: 'text',
    port: ALICE.port,
    protocol: 'RTP/AVP',
    formats: ['98', '100'],
    address: ALICE.address,
    attributes: [
      { name: 'rtpmap', value: '98 t140/1000' },
      { name: 'rtpmap', value: '100 red/1000' },
      { name: 'fmtp', value: '100 98/98/98' },
    ],
  },
];

/** A session in real-time text, and the wire on which its peer is. */
class Scene {
  readonly clock = new VirtualClock();
  readonly chance = new SeededChance(4);
  readonly wire = new SimulatedWire({
    clock: this.clock,
    chance: this.chance,
    delay: { min: 1, max: 1 },
  });
  readonly heard = new RecordingReceiver();
  readonly datagrams: SimulatedDatagrams;
  readonly answerer: RealTimeText;
  readonly alice: Network;
  /** Packets that came to the peer. */
  packets = 0;
  losses = 0;
  line: MediaLine | undefined;
  #sequence = 1;

  constructor(options: Partial<RealTimeTextOptions> = {}, most = 10) {
    const { clock, chance } = this;
    this.datagrams = new SimulatedDatagrams(this.wire, '192.0.2.1', most);
    this.answerer = new RealTimeText({ datagrams: this.datagrams, clock, chance, ...options });
    this.alice = this.wire.network([{ transport: 'udp', ...ALICE }]);
  }

  async begin(confirmed = true): Promise<AnsweredMedia> {
    const receive = (): void => {
      this.packets += 1;
    };
    await this.alice.open({ receive, closed: () => {}, failed: () => {} });
    const outcome = await this.answer();
    if (outcome.type !== 'answered') throw new Error(outcome.text);
    this.line = outcome.answer[0];
    if (confirmed) outcome.media.confirmed();
    return outcome.media;
  }

  answer(): ReturnType<RealTimeText['answer']> {
    return this.answerer.answer(OFFER, {
      id: 'one',
      peer: Address.parse('sip:alice@example.com'),
      host: ALICE.address,
      receiver: this.heard,
      lost: () => {
        this.losses += 1;
      },
    });
  }

  /** The peer writes this. */
  async write(text: string): Promise<void> {
    const payload = encoder.encode(text);
    const sequence = this.#sequence++;
    const packet = { marker: false, payloadType: 98, sequence, timestamp: 0, ssrc: 9, payload };
    const remote = { address: '192.0.2.1', port: this.line?.port ?? 0 };
    this.alice.transmit(printRtp(packet), { transport: 'udp', remote });
    await this.clock.advance(10);
  }
}

describe('a session in real-time text', () => {
  it('hands each line over as a message of its own, from the one who invites', async () => {
    const scene = new Scene();
    const media = await scene.begin();
    await scene.write('one\ntwo\n');
    expect(scene.heard.texts).toEqual(['one', 'two']);
    const [first, second] = scene.heard.messages;
    expect(first?.id).not.toBe(second?.id);
    expect(first?.from.toString()).toBe('sip:alice@example.com');
    expect(first?.contentType).toBe('text/plain;charset=UTF-8');
    media.close();
  });

  it('has delivered a message when the last packet that says it again has left', async () => {
    const scene = new Scene();
    const media = await scene.begin();
    const fates: unknown[] = [];
    void media.send(plainText('Hi'), 'a').then((fate) => fates.push(fate));
    await scene.clock.advance(599);
    expect(fates).toEqual([]);
    await scene.clock.advance(1);
    expect(fates).toEqual([{ type: 'delivered', status: 200 }]);
    await scene.clock.advance(10_000);
    expect(scene.packets).toBe(3);
    media.close();
  });

  it('sends nothing before the peer has confirmed the session, whatever comes from there', async () => {
    const scene = new Scene();
    const media = await scene.begin(false);
    void media.send(plainText('Hi'), 'a');
    await scene.write('hello\n');
    await scene.clock.advance(30_000);
    expect(scene.heard.texts).toEqual(['hello']);
    expect(scene.packets).toBe(0);
    media.confirmed();
    await scene.clock.advance(1_000);
    expect(scene.packets).toBe(3);
    media.close();
  });

  it('carries plain text in UTF-8, and says what it does not carry', async () => {
    const scene = new Scene();
    const media = await scene.begin();
    const body = encoder.encode('x');
    expect(await media.send({ contentType: 'text/html', body }, 'a')).toMatchObject({
      status: 415,
    });
    const latin = { contentType: 'text/plain; charset=ISO-8859-1', body };
    expect(await media.send(latin, 'b')).toMatchObject({ status: 415 });
    const broken = { contentType: 'text/plain', body: Uint8Array.of(0xff) };
    expect(await media.send(broken, 'c')).toMatchObject({ status: 400 });
    const fate = media.send({ contentType: 'Text/Plain; charset="utf-8"', body }, 'd');
    await scene.clock.advance(1_000);
    expect((await fate).type).toBe('delivered');
    media.close();
  });

  it('lays a message before the house again that it did not take, and the next ones after it', async () => {
    const scene = new Scene();
    const media = await scene.begin();
    let count = 0;
    scene.heard.receipt = () => {
      count += 1;
      return count < 3 ? { type: 'refused', status: 486, retryAfter: 2_000 } : { type: 'taken' };
    };
    await scene.write('one\n');
    await scene.write('two\n');
    expect(scene.heard.texts).toEqual(['one']);
    await scene.clock.advance(1_900);
    expect(scene.heard.texts).toEqual(['one']);
    await scene.clock.advance(3_000);
    expect(scene.heard.texts).toEqual(['one', 'one', 'one', 'two']);
    expect(new Set(scene.heard.messages.slice(0, 3).map(({ id }) => id)).size).toBe(1);
    media.close();
  });

  it('gives a message up that the house refuses ten times, or fails at', async () => {
    const scene = new Scene();
    const media = await scene.begin();
    scene.heard.receipt = (message) => {
      if (message.text === 'one') throw new Error('out of order');
      return { type: 'taken' };
    };
    await scene.write('one\n');
    await scene.write('two\n');
    await scene.clock.advance(20_000);
    expect(scene.heard.texts.filter((text) => text === 'one')).toHaveLength(10);
    expect(scene.heard.texts.at(-1)).toBe('two');
    media.close();
  });

  it('hands over what was begun as it ends, and fails what waits to be sent', async () => {
    const scene = new Scene();
    const media = await scene.begin();
    const fate = media.send(plainText('x'.repeat(300)), 'a');
    await scene.write('bye');
    media.close();
    expect(scene.heard.texts).toEqual(['bye']);
    expect(await fate).toMatchObject({ type: 'failed', status: 481 });
    expect(await media.send(plainText('y'), 'b')).toMatchObject({ type: 'failed', status: 481 });
    expect(media.answer(OFFER)).toBeUndefined();
    const before = scene.packets;
    await scene.write('are you there?\n');
    await scene.clock.advance(60_000);
    expect(scene.heard.texts).toEqual(['bye']);
    expect(scene.packets - before).toBeLessThanOrEqual(1);
    expect(scene.answerer.places.used).toBe(0);
    expect(scene.clock.waiting).toBe(0);
  });

  it('leaves no timer behind while nobody says anything', async () => {
    const scene = new Scene();
    const media = await scene.begin();
    await scene.write('one\n');
    void media.send(plainText('Hi'), 'a');
    await scene.clock.advance(60_000);
    expect(scene.clock.waiting).toBe(0);
    media.close();
  });

  it('waits with what it says while the peer holds it', async () => {
    const scene = new Scene();
    const media = await scene.begin();
    const held = OFFER.map((line) => ({
      ...line,
      attributes: [...line.attributes, { name: 'sendonly' }],
    }));
    expect(media.answer(held)?.[0]?.attributes.at(-1)).toEqual({ name: 'recvonly' });
    const fate = media.send(plainText('Hi'), 'a');
    await scene.clock.advance(60_000);
    expect(scene.packets).toBe(0);
    expect(media.answer(OFFER)?.[0]?.port).toBe(scene.line?.port);
    await scene.clock.advance(1_000);
    expect((await fate).type).toBe('delivered');
    media.close();
  });

  it('goes on as it was where a further offer has no text that can be had', async () => {
    const scene = new Scene();
    const media = await scene.begin();
    expect(media.answer([])).toBeUndefined();
    await scene.write('still here\n');
    expect(scene.heard.texts).toEqual(['still here']);
    media.close();
  });

  it('is refused by 503 where no port is free, and can be had again when one is', async () => {
    const scene = new Scene({}, 1);
    const media = await scene.begin();
    expect(await scene.answer()).toMatchObject({ type: 'refused', status: 503 });
    media.close();
    const again = await scene.answer();
    expect(again.type).toBe('answered');
    await scene.answerer.close();
    expect(scene.answerer.places.used).toBe(0);
  });

  it('tells that its place is gone', async () => {
    const scene = new Scene();
    const media = await scene.begin();
    scene.datagrams.lose();
    expect(scene.losses).toBe(1);
    media.close();
  });

  it('tells peers the host that it was given, and wants one where it is at every address', async () => {
    const scene = new Scene({ advertise: 'text.example.com' });
    const media = await scene.begin();
    expect(scene.line?.address).toBe('text.example.com');
    media.close();
    const datagrams = new SimulatedDatagrams(scene.wire, '0.0.0.0');
    expect(() => new RealTimeText({ datagrams })).toThrow(/advertise/);
    expect(() => new RealTimeText({ datagrams, advertise: '192.0.2.1' })).not.toThrow();
  });
});

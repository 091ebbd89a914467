/** Packets of whoever it is: nothing that comes throws, and nothing that is another's is taken. */
import { describe, expect, it } from '@jest/globals';
import type { Flow, SocketAddress } from '@usher/core/adapter';
import { SeededChance } from '@usher/core/testing';

import { printRedundant } from '../../src/rtp/redundant-payload.js';
import { printRtp } from '../../src/rtp/rtp-packet.js';
import type { Whom } from '../../src/text/remote-end.js';
import { TextEnd, type TextEvent } from '../../src/text/text-end.js';
import type { TextTerms } from '../../src/text/text-terms.js';
import { ALICE, TERMS } from './pair.js';

const encoder = new TextEncoder();
const HOST = '192.0.2.7';
const ELSEWHERE: SocketAddress = { address: '198.51.100.9', port: 4_000 };

/** An end of ours whose peer has offered this. */
function end(whom: Partial<Whom> = {}, terms: Partial<TextTerms> = {}): TextEnd {
  const settings = {
    pause: 5_000,
    longest: 4_000,
    sources: 'peer',
    unheard: 'wait',
    host: HOST,
    ...whom,
  } as const;
  const one = new TextEnd({ ...TERMS, remote: ALICE, ...terms }, settings, new SeededChance(3));
  one.execute({ type: 'confirm' }, 0);
  return one;
}

function flow(remote: SocketAddress): Flow {
  return { transport: 'udp', remote };
}

/** A packet with this text in it. */
function packet(text: string, sequence = 1, ssrc = 1): Uint8Array {
  const data = encoder.encode(text);
  return printRtp({
    marker: true,
    payloadType: 98,
    sequence,
    timestamp: 0,
    ssrc,
    payload: data,
  });
}

/** What is heard where this comes from there. */
function heard(one: TextEnd, bytes: Uint8Array, from: SocketAddress, now = 0): string[] {
  return one
    .receive(bytes, now, flow(from))
    .flatMap((output) =>
      output.type === 'event' && output.event.type === 'said' ? [output.event.text] : [],
    );
}

/** Where this goes that we say. */
function goesTo(one: TextEnd, now = 0): (SocketAddress | undefined)[] {
  return one
    .execute({ type: 'say', reference: 1, text: 'hello' }, now)
    .flatMap((output) => (output.type === 'transmit' ? [output.to?.remote] : []));
}

describe('whose packets are taken', () => {
  it('are those of the host that was told, from whatever port the first one comes', () => {
    const one = end();
    const moved = { ...ALICE, port: 5_555 };
    expect(heard(one, packet('a\n', 1), moved)).toEqual(['a']);
    expect(heard(one, packet('b\n', 2), ALICE)).toEqual([]);
    expect(heard(one, packet('c\n', 2), moved)).toEqual(['c']);
  });

  it('are those of the host that the invitation came from, too', () => {
    const one = end({ host: '203.0.113.5' });
    expect(heard(one, packet('a\n'), { address: '203.0.113.5', port: 9 })).toEqual(['a']);
  });

  it('are nobody else’s, unless anybody’s are to be taken', () => {
    expect(heard(end(), packet('a\n'), ELSEWHERE)).toEqual([]);
    expect(heard(end({ sources: 'anybody' }), packet('a\n'), ELSEWHERE)).toEqual(['a']);
  });

  it('are those of the very port that was told, where it must be', () => {
    const one = end({ sources: 'offered' });
    expect(heard(one, packet('a\n'), { ...ALICE, port: 5_555 })).toEqual([]);
    expect(heard(one, packet('a\n'), ALICE)).toEqual(['a']);
  });

  it('are not those of somebody whose first packet was none', () => {
    const one = end();
    const moved = { ...ALICE, port: 5_555 };
    expect(heard(one, encoder.encode('no packet at all'), moved)).toEqual([]);
    expect(heard(one, packet('a\n'), ALICE)).toEqual(['a']);
  });

  it('are those from the new place, once the peer has offered another', () => {
    const one = end({ host: '203.0.113.5' });
    heard(one, packet('a\n', 1), ALICE);
    const moved = { address: '203.0.113.77', port: 4_000 };
    one.execute({ type: 'agree', terms: { ...TERMS, remote: moved } }, 0);
    expect(heard(one, packet('b\n', 2), ALICE)).toEqual([]);
    expect(heard(one, packet('b\n', 2), moved)).toEqual(['b']);
  });
});

describe('where text goes', () => {
  it('is where the peer told, if that is the host that the invitation came from', () => {
    expect(goesTo(end())).toEqual([ALICE]);
  });

  it('is where the peer was heard from', () => {
    const one = end();
    const moved = { ...ALICE, port: 5_555 };
    heard(one, packet('a\n'), moved);
    expect(goesTo(one)).toEqual([moved]);
  });

  it('is nowhere while another host was told that nothing was heard of', () => {
    const one = end({ host: '203.0.113.5' });
    expect(goesTo(one)).toEqual([]);
    expect(one.deadline).toBeUndefined();
    const outputs = one.receive(packet('a\n'), 10, flow(ALICE));
    expect(outputs.some(({ type }) => type === 'transmit')).toBe(true);
    expect(goesTo(end({ host: '203.0.113.5', unheard: 'send' }))).toEqual([ALICE]);
  });

  it('is nowhere while the peer holds us, and there again afterwards', () => {
    const one = end({}, { sends: false });
    expect(goesTo(one)).toEqual([]);
    const outputs = one.execute({ type: 'agree', terms: { ...TERMS, remote: ALICE } }, 10);
    expect(outputs.map(({ type }) => type)).toEqual(['transmit']);
  });
});

describe('packets that nobody meant', () => {
  it('never throw, however they are changed: 20,000 of them', () => {
    const chance = new SeededChance(17);
    const blocks = ['', 'Hel', 'lo\u2028'].map((text) => ({
      payloadType: 98,
      offset: 300,
      data: encoder.encode(text),
    }));
    const events: TextEvent[] = [];
    let one = end();
    for (let count = 0; count < 20_000; count += 1) {
      if (count % 50 === 0) one = end();
      const good = printRtp({
        marker: chance.chance(0.5),
        payloadType: chance.pick([98, 100, 100]),
        sequence: chance.chance(0.7) ? count & 0xffff : chance.integer(0x1_0000),
        timestamp: chance.integer(2 ** 32),
        ssrc: chance.integer(3),
        payload: printRedundant(blocks),
      });
      const bytes = good.slice(0, chance.chance(0.2) ? chance.integer(good.length) : good.length);
      for (let change = chance.integer(4); change > 0 && bytes.length > 0; change -= 1) {
        bytes[chance.integer(bytes.length)] = chance.integer(256);
      }
      const now = count * 20;
      const outputs = [...one.receive(bytes, now, flow(ALICE)), ...one.elapse(now)];
      for (const output of outputs) if (output.type === 'event') events.push(output.event);
    }
    expect(events.length).toBeGreaterThan(1_000);
  });

  it('of many sources leave no more behind than of a few', () => {
    const one = end();
    for (let ssrc = 0; ssrc < 1_000; ssrc += 1) one.receive(packet('x', 1, ssrc), 0, flow(ALICE));
    expect(heard(one, packet('\n', 2, 999), ALICE)).toEqual(['x'.repeat(1_000)]);
  });

  it('far ahead of all others are a source that begins anew, and one loss', () => {
    const one = end();
    heard(one, packet('a', 1), ALICE);
    expect(heard(one, packet('b\n', 40_000), ALICE)).toEqual(['a\uFFFDb']);
  });

  it('whose numbers begin again at 0 go on as before', () => {
    const one = end();
    heard(one, packet('a', 0xffff), ALICE);
    expect(heard(one, packet('b\n', 0), ALICE)).toEqual(['ab']);
  });

  it('of a payload that was not agreed on are not read', () => {
    const one = end({}, { redundant: undefined, generations: 0 });
    const payload = printRedundant([{ payloadType: 98, offset: 0, data: encoder.encode('a\n') }]);
    const bytes = printRtp({
      marker: true,
      payloadType: 100,
      sequence: 1,
      timestamp: 0,
      ssrc: 1,
      payload,
    });
    expect(heard(one, bytes, ALICE)).toEqual([]);
  });
});

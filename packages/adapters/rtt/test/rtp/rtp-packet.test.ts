import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import {
  type Block,
  LARGEST_BLOCK,
  LARGEST_OFFSET,
  parseRedundant,
  printRedundant,
} from '../../src/rtp/redundant-payload.js';
import { parseRtp, printRtp, type RtpPacket } from '../../src/rtp/rtp-packet.js';

const packet: fc.Arbitrary<RtpPacket> = fc.record({
  marker: fc.boolean(),
  payloadType: fc.integer({ min: 0, max: 127 }),
  sequence: fc.integer({ min: 0, max: 0xffff }),
  timestamp: fc.integer({ min: 0, max: 0xffff_ffff }),
  ssrc: fc.integer({ min: 0, max: 0xffff_ffff }),
  payload: fc.uint8Array({ maxLength: 400 }),
});

const block: fc.Arbitrary<Block> = fc.record({
  payloadType: fc.integer({ min: 0, max: 127 }),
  offset: fc.integer({ min: 0, max: LARGEST_OFFSET }),
  data: fc.uint8Array({ maxLength: LARGEST_BLOCK }),
});

const octets = (...parts: readonly (readonly number[])[]): Uint8Array =>
  Uint8Array.from(parts.flat());

const HEAD = [0x80, 0xe4, 0x01, 0x02, 0, 0, 0x03, 0xe8, 0xde, 0xad, 0xbe, 0xef];

describe('an RTP packet', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(packet, (one) => {
        expect(parseRtp(printRtp(one))).toEqual(one);
      }),
    );
  });

  it('has its parts where RFC 3550 has them', () => {
    expect(parseRtp(octets(HEAD, [0x48, 0x69]))).toEqual({
      marker: true,
      payloadType: 100,
      sequence: 0x0102,
      timestamp: 1_000,
      ssrc: 0xdead_beef,
      payload: octets([0x48, 0x69]),
    });
  });

  it('may have contributing sources, an extension and padding, which are passed over', () => {
    const whole = octets(
      [0xb2, ...HEAD.slice(1)],
      [1, 1, 1, 1, 2, 2, 2, 2],
      [0xbe, 0xde, 0, 1, 9, 9, 9, 9],
      [0x48, 0x69],
      [0, 0, 3],
    );
    expect(parseRtp(whole)?.payload).toEqual(octets([0x48, 0x69]));
  });

  it.each([
    ['shorter than its head', octets(HEAD.slice(0, 11))],
    ['of another version', octets([0x40, ...HEAD.slice(1)])],
    ['with fewer sources than it says', octets([0x8f, ...HEAD.slice(1)], [1, 2, 3])],
    ['with half an extension', octets([0x90, ...HEAD.slice(1)], [0xbe, 0xde])],
    [
      'with a longer extension than it has room for',
      octets([0x90, ...HEAD.slice(1)], [0, 0, 0, 9]),
    ],
    ['with more padding than there is', octets([0xa0, ...HEAD.slice(1)], [40])],
    ['with no padding where it says so', octets([0xa0, ...HEAD.slice(1)], [0x48, 0])],
    ['larger than any text', new Uint8Array(4_097).fill(0x80)],
  ])('that is %s is none', (_what, bytes) => {
    expect(parseRtp(bytes)).toBeUndefined();
  });
});

describe('a payload that says again what was said', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(fc.array(block, { minLength: 1, maxLength: 5 }), (blocks) => {
        const last = blocks.at(-1);
        const expected = [...blocks.slice(0, -1), { ...last, offset: 0 }];
        expect(parseRedundant(printRedundant(blocks))).toEqual(expected);
      }),
    );
  });

  it('has its parts where RFC 2198 has them', () => {
    const payload = octets(
      [0x80 | 98, 0x12, 0xc0 | 1, 0x02],
      [98],
      Array.from({ length: 258 }, () => 0x61),
      [0x62],
    );
    const blocks = parseRedundant(payload);
    expect(blocks?.map(({ offset, data }) => [offset, data.length])).toEqual([
      [(0x12 << 6) | 0x30, 258],
      [0, 1],
    ]);
  });

  it.each([
    ['without a last block', octets([0x80 | 98, 0, 0, 0])],
    ['with half a head', octets([0x80 | 98, 0])],
    ['with longer blocks than it has room for', octets([0x80 | 98, 0, 0, 9], [98], [1, 2])],
    [
      'of seventeen blocks and more',
      octets(Array.from({ length: 17 }, () => [0x80 | 98, 0, 0, 0]).flat(), [98]),
    ],
    ['that is empty', octets()],
  ])('%s is none', (_what, payload) => {
    expect(parseRedundant(payload)).toBeUndefined();
  });
});

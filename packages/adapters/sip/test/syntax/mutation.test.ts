/** Messages spoilt by chance: whatever arrives is a message or is malformed, and nothing is ever thrown. */
import { describe, expect, test } from '@jest/globals';

import { parseMessage } from '../../src/syntax/parser.js';
import { printResponse } from '../../src/syntax/printer.js';
import { FOLDERS, samples } from './corpora.js';
import { readAll } from './reading.js';

const SEED = Number(process.env['SEED'] ?? 20_261_122);
const TIMES = Number(process.env['RUNS'] ?? 20_000);

/** Chance from a seed (mulberry32). */
function chanceFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const TELLING = [
  ...new TextEncoder().encode('\r\n\0\t <>"\\;,:=@%()[]?&*~\u007f'),
  0x80,
  0xc3,
  0xff,
];
const NUMBERS = ['0', '-1', '4294967296', '99999999999999999999999999', '2147483648', '1e9', '٣'];

type Mutation = (
  bytes: Uint8Array,
  other: Uint8Array,
  chance: (below: number) => number,
) => Uint8Array;

function join(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const MUTATIONS: readonly Mutation[] = [
  // One bit.
  (bytes, _other, chance) => {
    const at = chance(bytes.length);
    return bytes.with(at, (bytes[at] ?? 0) ^ (1 << chance(8)));
  },
  // One octet that means something.
  (bytes, _other, chance) => bytes.with(chance(bytes.length), TELLING[chance(TELLING.length)] ?? 0),
  // A cut at the end, and one in the middle.
  (bytes, _other, chance) => bytes.slice(0, chance(bytes.length)),
  (bytes, _other, chance) => {
    const at = chance(bytes.length);
    return join(bytes.slice(0, at), bytes.slice(at + chance(40)));
  },
  // A part of another message.
  (bytes, other, chance) => {
    const at = chance(bytes.length);
    const from = chance(other.length);
    return join(
      bytes.slice(0, at),
      other.slice(from, from + chance(200)),
      bytes.slice(at + chance(50)),
    );
  },
  // A part again and again.
  (bytes, _other, chance) => {
    const at = chance(bytes.length);
    const part = bytes.slice(at, at + 1 + chance(60));
    return join(
      bytes.slice(0, at),
      ...Array.from({ length: chance(120) }, () => part),
      bytes.slice(at),
    );
  },
  // A number that is none, or too large.
  (bytes, _other, chance) => {
    const digits = [...bytes.keys()].filter((at) => ((bytes[at] ?? 0) ^ 0x30) < 10);
    const at = digits[chance(Math.max(digits.length, 1))] ?? 0;
    return join(
      bytes.slice(0, at),
      new TextEncoder().encode(NUMBERS[chance(NUMBERS.length)]),
      bytes.slice(at + 1),
    );
  },
];

describe('spoilt messages', () => {
  test(`${TIMES} of them are each a message or malformed, and every value of them can be asked for`, () => {
    const chance = chanceFrom(SEED);
    const corpus = samples(...FOLDERS).map(({ bytes }) => bytes.slice(0, 4096));
    const pick = (): Uint8Array => corpus[chance(corpus.length)] ?? new Uint8Array();
    let refused = 0;
    for (let time = 0; time < TIMES; time += 1) {
      let bytes = pick();
      for (let steps = chance(3); steps >= 0 && bytes.length > 0; steps -= 1) {
        bytes = MUTATIONS[chance(MUTATIONS.length)]?.(bytes, pick(), chance) ?? bytes;
      }
      const message = parseMessage(bytes);
      readAll(message);
      if (message.type !== 'malformed') continue;
      refused += 1;
      // Whatever is echoed can be printed: an answer to a malformed request never fails.
      const { via, from, to, callId, cseq } = message.echo;
      printResponse(message.error.status, undefined, [
        ...via.map((value) => ['Via', value] as const),
        ...[from, to, callId, cseq]
          .filter((value) => value !== undefined)
          .map((value) => ['X', value] as const),
      ]);
    }
    // Neither are all refused, or else the seeds are; nor are none, or else nothing was spoilt.
    expect(refused / TIMES).toBeGreaterThan(0.2);
    expect(refused / TIMES).toBeLessThan(0.9);
  });
});

/** Octets spoilt by chance, without an idea of what they mean. */
import type { SeededChance } from '@usher/core/testing';

import { joined, latin1, octetsOf, utf8 } from '../octets.js';

/** Longer than any limit of a datagram; what grows beyond it is cut. */
const LONGEST = 66_000;

/** Octets that mean something to somebody. */
const TELLING = octetsOf('\r\n\0\t <>"\\;,:=@%()[]?&*~/!.#+-_0aZ\x7f\x80\xc3\xff');
/** Numbers at which something turns over. */
const NUMBERS = [
  ...['0', '-1', '1', '255', '256', '999', '65535', '65536', '2147483647', '2147483648'],
  ...['4294967295', '4294967296', '4294967298', '99999999999999999999999999', '1e9', '0x10', '+1'],
];

/** One way to spoil octets. */
export type OctetMutation = (
  octets: Uint8Array,
  other: Uint8Array,
  chance: SeededChance,
) => Uint8Array;

/** Ways to spoil any octets. */
export const OCTET_MUTATIONS: readonly OctetMutation[] = [
  // One bit; one octet; one octet that means something, put in or in the place of another.
  (octets, _other, chance) => {
    const at = chance.integer(octets.length);
    return octets.with(at, (octets[at] ?? 0) ^ (1 << chance.integer(8)));
  },
  (octets, _other, chance) => octets.with(chance.integer(octets.length), chance.integer(256)),
  (octets, _other, chance) => octets.with(chance.integer(octets.length), telling(chance)),
  (octets, _other, chance) =>
    replaced(octets, chance.integer(octets.length + 1), 0, Uint8Array.of(telling(chance))),
  // A part left out, or all from there on.
  (octets, _other, chance) =>
    replaced(octets, chance.integer(octets.length), 1 + shortLength(chance), new Uint8Array()),
  (octets, _other, chance) => octets.slice(0, chance.integer(octets.length)),
  // A part once more, there or elsewhere.
  (octets, _other, chance) => {
    const at = chance.integer(octets.length);
    const part = octets.slice(at, at + 1 + shortLength(chance));
    return replaced(octets, chance.integer(octets.length + 1), 0, part);
  },
  // A part again and again.
  (octets, _other, chance) => {
    const at = chance.integer(octets.length);
    const part = octets.slice(at, at + 1 + shortLength(chance));
    return replaced(
      octets,
      at,
      0,
      repeated(part, 2 + chance.integer(chance.chance(0.1) ? 5_000 : 130)),
    );
  },
  // A part of another one, in the place of one of its own.
  (octets, other, chance) => {
    const from = chance.integer(other.length);
    const part = other.slice(from, from + 1 + shortLength(chance));
    return replaced(octets, chance.integer(octets.length), chance.integer(40), part);
  },
  // The beginning of one and the end of the other.
  (octets, other, chance) =>
    joined(
      octets.slice(0, chance.integer(octets.length)),
      other.slice(chance.integer(other.length)),
    ),
  // A number that is another one.
  (octets, _other, chance) => {
    const text = latin1(octets);
    const numbers = [...text.matchAll(/\d{1,12}/g)];
    const found = numbers[chance.integer(numbers.length)];
    if (found === undefined) return octets;
    const value = chance.chance(0.5)
      ? (NUMBERS[chance.integer(NUMBERS.length)] ?? '')
      : String(Number(found[0]) + chance.integer(5) - 2);
    return replaced(octets, found.index, found[0].length, octetsOf(value));
  },
];

/** A mutation that puts one of these words somewhere, perhaps in the place of what stands there. */
export function wordMutation(words: readonly string[]): OctetMutation {
  return (octets, _other, chance) => {
    const word = utf8(words[chance.integer(words.length)] ?? '');
    const at = chance.integer(octets.length + 1);
    return replaced(octets, at, chance.chance(0.3) ? word.length : 0, word);
  };
}

/** The octets after one or some of these mutations. */
export function mutated(
  octets: Uint8Array,
  other: Uint8Array,
  chance: SeededChance,
  mutations: readonly OctetMutation[],
): Uint8Array {
  let spoilt = octets;
  for (let times = 1 + chance.integer(1 + chance.integer(6)); times > 0; times -= 1) {
    if (spoilt.length === 0) spoilt = other.length > 0 ? other : TELLING;
    spoilt = mutations[chance.integer(mutations.length)]?.(spoilt, other, chance) ?? spoilt;
  }
  return spoilt.length > LONGEST ? spoilt.slice(0, LONGEST) : spoilt;
}

/** Smaller octets: without a part of them, from halves down to single ones. */
export function* withoutParts(octets: Uint8Array): Generator<Uint8Array> {
  for (let part = octets.length >> 1; part >= 1; part = part === 1 ? 0 : Math.ceil(part / 2)) {
    for (let at = 0; at < octets.length; at += part) {
      yield replaced(octets, at, part, new Uint8Array());
    }
    if (part === 1) return;
  }
}

/** The octets with `count` of them from `at` on taken out, and others put there. */
function replaced(octets: Uint8Array, at: number, count: number, by: Uint8Array): Uint8Array {
  return joined(octets.subarray(0, at), by, octets.subarray(at + count));
}

function repeated(part: Uint8Array, times: number): Uint8Array {
  const count = Math.min(times, Math.ceil(LONGEST / part.length));
  const whole = new Uint8Array(part.length * count);
  for (let at = 0; at < whole.length; at += part.length) whole.set(part, at);
  return whole;
}

function telling(chance: SeededChance): number {
  return TELLING[chance.integer(TELLING.length)] ?? 0;
}

/** Mostly a few, sometimes a good many. */
function shortLength(chance: SeededChance): number {
  return chance.integer(chance.chance(0.2) ? 400 : 12);
}

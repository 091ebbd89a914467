/** Every text that a bot can hand in, in every place: a second reading finds the header fields that were meant, and no other. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { array, type Arbitrary, check, constantFrom, oneof, property, string } from 'fast-check';

import { botTexts } from '../fuzz/corpora.js';
import { breach } from '../fuzz/shrink.js';
import { PLACE_NAMES, target } from '../fuzz/targets/strings.js';

/** How often each property is tried, and from which seed; others by RUNS and SEED in the environment. A million: `npm run fuzz -- --target strings`. */
const RUNS = {
  numRuns: Number(process.env['RUNS'] ?? 300),
  seed: Number(process.env['SEED'] ?? 20_261_123),
};

const PIECES = [
  '\r\n',
  '\n',
  '\r',
  '\0',
  '\t',
  ' ',
  '"',
  '\\',
  '<',
  '>',
  ';',
  ',',
  ':',
  '=',
  '@',
  '%0d%0a',
  '\u007f',
  '\u0085',
  '\u2028',
  '\ud83d',
  '😀',
  'tag=1',
  'Via: x',
  '\r\nX-Evil: 1',
  '\r\n\r\n',
  'sip:a@b',
  'é',
  'a',
  'x'.repeat(159),
] as const;

const anyText: Arbitrary<string> = oneof(
  string({ unit: 'binary', maxLength: 40 }),
  string({ unit: 'grapheme', maxLength: 40 }),
  array(constantFrom(...PIECES), { maxLength: 8 }).map((pieces) => pieces.join('')),
  constantFrom(...botTexts()),
);

/** The same as an address, where one is wanted. */
function textFor(place: string): Arbitrary<string> {
  if (!/forward|from|to$/.test(place)) return anyText;
  return oneof(
    anyText,
    anyText.map((text) => `sip:${text}@example.com`),
    anyText.map((text) => `tel:${text}`),
  );
}

beforeAll(() => target.prepare?.());

describe('a text of a bot', () => {
  it('has a good many places', () => {
    expect(PLACE_NAMES.length).toBeGreaterThanOrEqual(14);
  });

  it.each(PLACE_NAMES)('as the %s is printed faithfully, left out or refused', (place) => {
    const faithful = property(textFor(place), (text) => {
      expect(breach(target, { place, text })).toBeUndefined();
    });
    const { failed, counterexample, errorInstance } = check(faithful, RUNS);
    expect(failed ? [counterexample, String(errorInstance)] : undefined).toBeUndefined();
  });
});

/** Strings that somebody could hand to a printer: anything at all, and what is known to break printers. */
import {
  array,
  type Arbitrary,
  check,
  constantFrom,
  type IProperty,
  oneof,
  string,
} from 'fast-check';

import { textsOf } from './corpora.js';

/** Pieces that mean something to SIP, SDP or a log. */
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
  'sip:a@b',
  'é',
  '',
  'a',
];

/** Any text. */
export const anyText: Arbitrary<string> = oneof(
  string({ unit: 'binary', maxLength: 40 }),
  string({ unit: 'grapheme', maxLength: 40 }),
  array(constantFrom(...PIECES), { maxLength: 8 }).map((pieces) => pieces.join('')),
  constantFrom(...textsOf('bot-output/strings.json').map((text) => text.slice(0, 2000))),
);

/** How often each property is tried, and from which seed; others by RUNS and SEED in the environment. */
const RUNS = {
  numRuns: Number(process.env['RUNS'] ?? 1000),
  seed: Number(process.env['SEED'] ?? 20_261_122),
};

/** What a property does not hold for, with the error where there was one; undefined where it held each time. */
export function exceptionTo<T>(property: IProperty<T>): string | undefined {
  const { failed, counterexample, errorInstance, seed, counterexamplePath } = check(property, RUNS);
  if (!failed) return undefined;
  return `${JSON.stringify(counterexample)} ${String(errorInstance)} (seed ${seed}, path ${counterexamplePath})`;
}

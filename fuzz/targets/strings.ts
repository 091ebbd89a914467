/** Every text that a bot can hand in, in every place: what leaves has the header fields that were meant, and no other. */
import { LocalProtocolError } from '@usher/core';
import type { SeededChance } from '@usher/core/testing';

import { DEFAULT_LIMITS } from '../../packages/adapters/sip/src/syntax/limits.js';
import { parseMessage } from '../../packages/adapters/sip/src/syntax/parser.js';
import { botTexts } from '../corpora.js';
import { few, several } from '../grammar/words.js';
import { latin1 } from '../octets.js';
import { PLACES } from '../rules/bot-places.js';
import { HouseStage, requestOf, responseOf } from '../rules/house-stage.js';
import { timed } from '../stopwatch.js';
import { hold, type Target } from '../target.js';

/** One text, and where it is handed in. */
interface Handed {
  readonly place: string;
  readonly text: string;
}

let stage: HouseStage | undefined;
/** The header fields that there are to be, by place. */
const meant = new Map<string, string>();

async function prepare(): Promise<void> {
  stage = await HouseStage.open();
  const session = stage.session();
  await Promise.resolve();
  stage.within = session?.medium;
  for (const [name, { hand, plain: harmless = 'hello' }] of PLACES) {
    const bytes = hand(stage, harmless);
    if (bytes === undefined) throw new Error(`nothing left for ${name}`);
    meant.set(name, namesOf(bytes));
    settle(stage, bytes);
  }
}

/** The peer takes note of what left, so that nothing of it stays. */
function settle(on: HouseStage, bytes: Uint8Array): void {
  const message = parseMessage(bytes);
  if (message.type === 'request')
    on.respond(requestOf(bytes), message.method === 'INVITE' ? 486 : 200);
  if (message.type === 'response' && message.cseq.method === 'INVITE')
    on.acknowledge(responseOf(bytes));
  on.rest();
}

function run({ place, text }: Handed): void {
  const { hand, says } = PLACES.get(place) ?? {};
  if (stage === undefined || hand === undefined) throw new Error('not prepared');
  const on = stage;
  let bytes: Uint8Array | undefined;
  try {
    bytes = timed(Math.max(text.length, 4_096), () => hand(on, text));
  } catch (error) {
    // Whoever hands in what no message may have is told so.
    if (!(error instanceof LocalProtocolError)) throw error;
    return;
  }
  if (bytes === undefined) return;
  const wanted = meant.get(place) ?? '';
  const names = namesOf(bytes);
  const whole = names === wanted;
  // A text that cannot be printed is left out, and all that stood with it; nothing is ever added.
  hold(whole || !isPrintable(text), 'left-out', () => `${JSON.stringify(text)}\n${latin1(bytes)}`);
  hold(isPart(names, wanted), 'names', () => `${names}, not ${wanted}\n${latin1(bytes)}`);
  const message = parseMessage(bytes);
  if (message.type === 'malformed') {
    // No limit of a reader is ours to keep, but the shape is.
    hold(
      /too|limit|bad-name-addr|bad-request-uri/.test(message.error.code),
      'unreadable',
      () => `${message.error.message}\n${latin1(bytes)}`,
    );
  } else if (whole && isPrintable(text)) {
    hold(
      text.length > DEFAULT_LIMITS.displayName || says?.(message, text) !== false,
      'says-other',
      () => `${JSON.stringify(text)}\n${latin1(bytes)}`,
    );
  }
  settle(on, bytes);
}

/** The names of the header fields, each as often as it is there, counted by line ends alone. */
function namesOf(bytes: Uint8Array): string {
  const text = latin1(bytes);
  const lines = text.slice(0, text.indexOf('\r\n\r\n')).split('\r\n').slice(1);
  return lines.map((line) => line.slice(0, line.indexOf(':'))).join(' ');
}

/** Whether these are some of the others, in their order. */
function isPart(names: string, all: string): boolean {
  const wanted = all.split(' ');
  return names.split(' ').every((name) => {
    while (wanted.length > 0 && wanted[0] !== name) wanted.shift();
    return wanted.shift() === name;
  });
}

function isPrintable(text: string): boolean {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  return !/[\0-\x08\x0a-\x1f\x7f]|\p{Cs}/u.test(text);
}

const corpus = botTexts();
const PIECES = [
  ...[
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
    '\x7f',
    '\u0085',
    '\u2028',
    '?',
    '&',
  ],
  ...[
    '\ud83d',
    '\ude00',
    '😀',
    'é',
    'a',
    'tag=1',
    'Via: x',
    'sip:a@b',
    '\r\nX-Evil: 1',
    '\r\n\r\n',
    'sip:',
    'tel:',
    '[::1]',
    'b'.repeat(200),
    `${'c'.repeat(159)}😀`,
  ],
] as const;

function anyText(chance: SeededChance): string {
  if (chance.chance(0.2)) return corpus[chance.integer(corpus.length)] ?? '';
  return several(few(chance, 8), () => chance.pick(PIECES)).join('');
}

/** Where a bot can hand in a text. */
export const PLACE_NAMES: readonly string[] = [...PLACES.keys()];

export const target: Target<Handed> = {
  name: 'strings',
  covers: ['packages/adapters/sip/src/user-agent/answer-to.ts'],
  prepare,
  seeds: () => PLACE_NAMES.flatMap((place) => corpus.map((each) => ({ place, text: each }))),
  generate: (chance) => {
    const place = PLACE_NAMES[chance.integer(PLACE_NAMES.length)] ?? '';
    const made = anyText(chance);
    const address = /forward|from|to$/.test(place) && chance.chance(0.7);
    return {
      place,
      text: address
        ? `${chance.pick(['sip:', 'sips:', 'tel:', 'x:'])}${made}${chance.pick(['@example.com', '', '@[::1]:5060'])}`
        : made,
    };
  },
  mutate: ({ place, text: before }, other, chance) => {
    const at = chance.integer(before.length + 1);
    const piece = chance.chance(0.7) ? chance.pick(PIECES) : other.text.slice(0, 20);
    const after = before.slice(0, at) + piece + before.slice(at + chance.integer(3));
    return { place: chance.chance(0.2) ? other.place : place, text: after.slice(0, 70_000) };
  },
  *shrink({ place, text: before }) {
    for (let part = before.length >> 1; part >= 1; part >>= 1) {
      for (let at = 0; at < before.length; at += part)
        yield { place, text: before.slice(0, at) + before.slice(at + part) };
    }
  },
  run,
  print: (handed) => JSON.stringify(handed),
  read: (said) => JSON.parse(said) as Handed,
};

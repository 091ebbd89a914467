/** A stream cut into messages: the same however it is sliced, the same as by the book, and the same as the parser has it. */
import { SeededChance } from '@usher/core/testing';

import { DEFAULT_LIMITS } from '../../packages/adapters/sip/src/syntax/limits.js';
import { parseMessage } from '../../packages/adapters/sip/src/syntax/parser.js';
import { type Framed, Framer } from '../../packages/adapters/sip/src/transport/framer.js';
import { keepAlive } from '../../packages/adapters/sip/src/transport/keep-alive.js';
import { messages } from '../corpora.js';
import { sipMessage } from '../grammar/sip-message.js';
import { few, several, usually } from '../grammar/words.js';
import { MESSAGE_MUTATIONS } from '../mutation/message-mutation.js';
import { octetTarget } from '../octet-target.js';
import { hashOf, joined, latin1, octetsOf } from '../octets.js';
import { isLength } from '../rules/message-rules.js';
import { framedByTheBook } from '../rules/framing-by-the-book.js';
import { MESSAGE_WORDS } from '../rules/words.js';
import { timed } from '../stopwatch.js';
import { hold } from '../target.js';

/** What a stream brought, as text: pings in a row count as one. */
interface Brought {
  readonly framed: readonly string[];
  /** Whether a message is not complete yet. */
  readonly pending: boolean;
}

function run(bytes: Uint8Array): void {
  const whole = received([bytes]);
  const chance = new SeededChance(hashOf(bytes));
  holdSame(whole, received(sliced(bytes, chance)), 'slices-differ');
  holdSame(whole, received(sliced(bytes, chance)), 'slices-differ');
  if (bytes.length <= 800)
    holdSame(
      whole,
      received(several(bytes.length, (at) => bytes.slice(at, at + 1))),
      'octets-differ',
    );
  const book = framedByTheBook(latin1(bytes));
  const plain = whole.framed.map((each) => each.replace(/^fault [^]*/, 'fault'));
  hold(
    plain.join('\0') === book.framed.join('\0') && whole.pending === book.pending,
    'book-differs',
    () => JSON.stringify([plain, whole.pending, book]),
  );
  holdParsed(bytes, whole);
  const sign = keepAlive(bytes);
  hold((sign === 'ping') === (latin1(bytes) === '\r\n\r\n'), 'keep-alive');
}

function holdSame(a: Brought, b: Brought, rule: string): void {
  hold(a.framed.join('\0') === b.framed.join('\0') && a.pending === b.pending, rule, () =>
    JSON.stringify([a, b]),
  );
}

function received(pieces: readonly Uint8Array[]): Brought {
  const framer = new Framer();
  const framed: string[] = [];
  let lost = false;
  for (const [now, piece] of pieces.entries()) {
    for (const each of timed(piece.length, () => framer.receive(piece, now))) {
      hold(!lost, 'framed-after-fault');
      lost ||= each.type === 'fault';
      const text = textOf(each);
      if (text !== 'ping' || framed.at(-1) !== 'ping') framed.push(text);
    }
  }
  return { framed, pending: framer.begun !== undefined };
}

function textOf(framed: Framed): string {
  switch (framed.type) {
    case 'ping':
      return 'ping';
    case 'message':
      return `message ${latin1(framed.bytes)}`;
    case 'fault':
      hold(framed.head.length <= DEFAULT_LIMITS.headerBlock + 2, 'fault-head');
      hold(framed.error.status >= 400, 'fault-status');
      return `fault ${framed.error.code} ${latin1(framed.head)}`;
  }
}

/** The parser finds the body where the framer did: nobody sees two messages where the other sees one. */
function holdParsed(bytes: Uint8Array, { framed }: Brought): void {
  for (const text of framed) {
    if (!text.startsWith('message ')) continue;
    const message = text.slice('message '.length);
    const read = parseMessage(octetsOf(message), DEFAULT_LIMITS, 'stream');
    if (read.type === 'malformed') {
      hold(
        !/body-too-short|body-too-large|bad-content-length|head-unfinished/.test(read.error.code),
        'parser-frames-otherwise',
        () => read.error.message,
      );
    } else {
      hold(
        read.body.length === message.length - message.indexOf('\r\n\r\n') - 4,
        'parser-cuts-otherwise',
      );
    }
  }
  const datagram = parseMessage(bytes);
  const first = framed.find((text) => text !== 'ping');
  if (datagram.type === 'malformed' || ![...datagram.fields].some(([name]) => isLength(name)))
    return;
  hold(first?.startsWith('message ') === true, 'datagram-is-no-message', () => String(first));
  hold(first.endsWith(`\r\n\r\n${latin1(datagram.body)}`), 'datagram-differs');
}

/** In some slices, most of them short; now and then right before, in or behind a line end. */
function sliced(bytes: Uint8Array, chance: SeededChance): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  const most = chance.pick([3, 20, 200, 5_000, 40_000]);
  for (let at = 0; at < bytes.length;) {
    let end = at + 1 + chance.integer(most);
    if (chance.chance(0.3)) {
      const line = bytes.indexOf(10, end);
      if (line >= 0) end = Math.max(at + 1, line + chance.integer(3) - 1);
    }
    pieces.push(bytes.slice(at, end));
    at = end;
  }
  return pieces;
}

export const target = octetTarget({
  name: 'framer',
  covers: ['framer', 'content-length', 'keep-alive'].map(
    (file) => `packages/adapters/sip/src/transport/${file}.ts`,
  ),
  seeds: () => [...messages(), octetsOf('\r\n\r\n'), octetsOf('\r\n'), octetsOf('\0'.repeat(8))],
  grammar: (chance) =>
    joined(
      ...several(1 + few(chance, 4), () =>
        joined(
          octetsOf(usually(chance, ['', '\r\n\r\n', '\r\n', '\n', '\r\n\r\n\r\n\r\n'])),
          sipMessage(chance),
        ),
      ),
    ),
  words: [
    ...MESSAGE_WORDS,
    'Content-Length: 0\r\n\r\n',
    'l:0\r\n',
    'Content-Length : \r\n 5\r\n',
    '\r\n\r\n\r\n\r\n',
  ],
  mutations: [
    ...MESSAGE_MUTATIONS,
    (octets, other) => joined(octets, other),
    (octets, other) => joined(octets, octetsOf('\r\n\r\n'), other),
    (octets, _other, chance) =>
      joined(octets, octetsOf('x'.repeat(chance.pick([16_000, 16_384, 17_000])))),
  ],
  run,
});

import { describe, expect, it } from '@jest/globals';
import { SeededChance } from '@usher/core/testing';

import { Bench, TCP } from './bench.js';
import { ack, answer, invite, request, takeMessages, within } from './peer.js';

const encoder = new TextEncoder();
const TEXT = ['Content-Type: text/plain'];

/** Bytes to one endpoint, in these pieces; what it told of, and what it sent. */
function run(pieces: readonly Uint8Array[]): { readonly types: string[]; readonly sent: string[] } {
  const bench = new Bench();
  const heard = takeMessages(bench);
  const take = bench.observe;
  bench.observe = (event) => {
    take(event);
    if (event.type === 'invited') answer(bench, 200);
  };
  for (const piece of pieces) bench.receive(piece, TCP);
  return {
    types: [...bench.types, ...heard],
    sent: bench.take().map(({ text }) => text),
  };
}

/** The bytes in random pieces. */
function sliced(bytes: Uint8Array, longest: number, chance: SeededChance): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = at + 1 + chance.integer(longest);
    pieces.push(bytes.subarray(at, end));
    at = end;
  }
  return pieces;
}

describe('a stream', () => {
  it('says the same in any pieces: 500 random slicings of one conversation', () => {
    const wish = {
      via: 'SIP/2.0/TCP 192.0.2.2:5080;branch=z9hG4bKs',
      contact: '<sip:a@192.0.2.2;transport=tcp>',
    };
    // Nobody acknowledges what has not been answered: the conversation comes in two parts.
    const first = encoder.encode(`\r\n\r\n${invite(wish)}\r\n`);
    const preview = new Bench();
    preview.receive(first, TCP);
    preview.take();
    answer(preview, 200);
    const ok = preview.response();
    const via = (name: string) => ({ via: `SIP/2.0/TCP 192.0.2.2:5080;branch=z9hG4bK${name}` });
    const body = 'one\r\n\r\nBYE sip:x SIP/2.0\r\n\r\n';
    const second = encoder.encode(
      [
        ack(ok, via('a')),
        within(ok, 'MESSAGE', 2, { ...via('m'), extra: TEXT, body }),
        '\r\n',
        within(ok, 'OPTIONS', 3, via('o')),
        within(ok, 'MESSAGE', 4, { ...via('n'), extra: TEXT, body: 'zwölf 🙂' }),
        '\r\n\r\n',
        request('REGISTER', via('r')),
        within(ok, 'BYE', 5, via('b')),
      ].join(''),
    );
    const whole = run([first, second]);
    expect(whole.types.toSorted()).toEqual(
      [
        'invited',
        'acknowledged',
        'message',
        'message',
        'violated',
        'ended',
        body,
        'zwölf 🙂',
      ].toSorted(),
    );
    expect(whole.sent).toHaveLength(8);
    const chance = new SeededChance(11);
    for (let slicing = 0; slicing < 500; slicing += 1) {
      const longest = chance.pick([1, 3, 20, 200, 2_000]);
      const seen = run([...sliced(first, longest, chance), ...sliced(second, longest, chance)]);
      expect(seen.types).toEqual(whole.types);
      expect(seen.sent.toSorted()).toEqual(whole.sent.toSorted());
    }
  });
});

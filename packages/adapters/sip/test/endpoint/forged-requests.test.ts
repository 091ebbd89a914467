/** Somebody who knows all of a dialog but our tag, and guesses that: a million times. */
import { describe, expect, it } from '@jest/globals';
import type { Flow } from '@usher/core/adapter';
import { SeededChance } from '@usher/core/testing';

import { Bench, TCP, UDP, WS } from './bench.js';
import { established, takeMessages, within } from './peer.js';

const encoder = new TextEncoder();
const ALPHABET = encoder.encode('abcdefghijklmnopqrstuvwxyz234567');
/** Where the status of an answer stands. */
const STATUS_AT = 'SIP/2.0 '.length;
const [FOUR, EIGHT, ONE] = encoder.encode('481');

/** Writes tags over one that stands in a request, the request being made once: a million of them are to be read. */
function guesser(text: string, tag: string): { readonly bytes: Uint8Array; next(): void } {
  const bytes = encoder.encode(text);
  const at = text.indexOf(tag);
  const chance = new SeededChance(20);
  return {
    bytes,
    next: () => {
      // Six letters of each draw.
      for (let index = 0, drawn = 0; index < tag.length; index += 1, drawn >>>= 5) {
        if (index % 6 === 0) drawn = chance.integer(2 ** 30);
        bytes[at + index] = ALPHABET[drawn & 31] ?? 0;
      }
    },
  };
}

function isRefusal(bytes: Uint8Array): boolean {
  return (
    bytes[STATUS_AT] === FOUR && bytes[STATUS_AT + 1] === EIGHT && bytes[STATUS_AT + 2] === ONE
  );
}

/** What came of so many tries. */
interface Outcome {
  refused: number;
  other: number;
  /** Events other than that of the refusal. */
  told: number;
  mostTransactions: number;
}

function tryAll(bench: Bench, text: string, tag: string, tries: number, from: Flow): Outcome {
  const { endpoint } = bench;
  const guess = guesser(text, tag);
  const outcome: Outcome = { refused: 0, other: 0, told: 0, mostTransactions: 0 };
  for (let count = 0; count < tries; count += 1) {
    guess.next();
    for (const output of endpoint.receive(guess.bytes, bench.now, from)) {
      if (output.type === 'event') {
        const { event } = output;
        if (event.type !== 'violated' || event.code !== 'unknown-dialog') outcome.told += 1;
      } else if (isRefusal(output.bytes)) outcome.refused += 1;
      else outcome.other += 1;
    }
    if ((count & 1023) === 0) {
      outcome.mostTransactions = Math.max(outcome.mostTransactions, endpoint.counts.server);
    }
  }
  return outcome;
}

describe('with the right Call-ID and From tag, and a To tag that is guessed', () => {
  it.each([
    ['MESSAGE', 2 ** 20, UDP],
    ['BYE', 2 ** 13, UDP],
    ['INVITE', 2 ** 13, UDP],
    ['OPTIONS', 2 ** 13, UDP],
    ['MESSAGE', 2 ** 13, TCP],
    ['BYE', 2 ** 13, TCP],
    ['INVITE', 2 ** 13, WS],
    ['MESSAGE', 2 ** 13, WS],
  ] as const)(
    'no %s of %d is taken, each is refused by 481, and none leaves a trace',
    (method, tries, flow) => {
      const bench = new Bench();
      const heard = takeMessages(bench);
      const ok = established(bench, { contact: '<sip:alice@192.0.2.2:5080;ob>' }, flow);
      bench.elapse(60_000);
      bench.take();
      const tag = ok.toTag ?? '';
      expect(tag).toHaveLength(26);
      const extra = method === 'MESSAGE' ? ['Content-Type: text/plain'] : [];
      const text = within(ok, method, 2, { extra, body: method === 'MESSAGE' ? 'BYE' : '' });
      const { counts } = bench.endpoint;
      const outcome = tryAll(bench, text, tag, tries, flow);
      expect(outcome).toEqual({ refused: tries, other: 0, told: 0, mostTransactions: 0 });
      expect(bench.endpoint.counts).toEqual(counts);
      // The right tag is still the right one.
      bench.receive(
        within(ok, 'MESSAGE', 2, { extra: ['Content-Type: text/plain'], body: 'hi' }),
        flow,
      );
      expect([bench.response().status, heard]).toEqual([200, ['hi']]);
    },
    300_000,
  );
});

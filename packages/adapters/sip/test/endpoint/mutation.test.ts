import { describe, expect, it } from '@jest/globals';
import type { Flow } from '@usher/core/adapter';
import { SeededChance } from '@usher/core/testing';

import type { EndpointEvent } from '../../src/endpoint/endpoint-event.js';
import { samples } from '../syntax/corpora.js';
import { Bench, TCP, UDP, WS, wire } from './bench.js';
import { ack, established, invite, OFFER, request, within } from './peer.js';

type Transaction = Extract<EndpointEvent, { type: 'invited' }>['transaction'];

const encoder = new TextEncoder();

/** Octets that mean something to somebody. */
const TELLING = encoder.encode('\r\n\r\n :;,<>"\\=@%/0aZ\0\t\x80\xff');

/** The bytes with one to six faults in them. */
function mutated(bytes: Uint8Array, other: Uint8Array, chance: SeededChance): Uint8Array {
  let text = Array.from(bytes);
  for (let fault = 1 + chance.integer(6); fault > 0; fault -= 1) {
    const at = chance.integer(text.length + 1);
    const length = 1 + chance.integer(chance.chance(0.1) ? 200 : 8);
    switch (chance.integer(6)) {
      case 0:
        text[at] = chance.integer(256);
        break;
      case 1:
        text[at] = TELLING[chance.integer(TELLING.length)] ?? 0;
        break;
      case 2:
        text.splice(at, length);
        break;
      case 3:
        text.splice(at, 0, ...text.slice(at, at + length));
        break;
      case 4: {
        const from = chance.integer(other.length);
        text.splice(at, length, ...other.subarray(from, from + length));
        break;
      }
      default:
        text = text.slice(0, chance.chance(0.2) ? at : text.length);
    }
  }
  return Uint8Array.from(text.slice(0, 4_000));
}

/** A house that answers at once, now so and now so; what it has yet to answer finally. */
function house(bench: Bench, chance: SeededChance): Set<Transaction> {
  const undecided = new Set<Transaction>();
  bench.observe = (event) => {
    if (event.type === 'invited') {
      const status = chance.pick([200, 180, 486, 302]);
      const { transaction } = event;
      if (status < 200) undecided.add(transaction);
      bench.execute({ type: 'respond', transaction, answer: { status } });
    } else if (event.type === 'message' || event.type === 'paged' || event.type === 'offered') {
      const { transaction } = event;
      bench.execute({ type: 'respond', transaction, answer: { status: 200 } });
    } else if (event.type === 'unlocated') {
      bench.execute({ type: 'located', request: event.request, hops: [] });
    }
  };
  return undecided;
}

describe('messages with faults in them', () => {
  it.each([1, 2, 3, 4])('5,000 of them never throw, and leave nothing behind (seed %d)', (seed) => {
    const chance = new SeededChance(seed);
    const bench = new Bench();
    const undecided = house(bench, chance);
    const session = new Bench();
    const ok = established(session);
    const seeds = [
      ...samples('rfc4475', 'captures', 'sip-attacks').map(({ bytes }) => bytes),
      ...[
        invite(),
        ack(ok),
        request('BYE', { sequence: 2 }),
        request('CANCEL'),
        within(ok, 'MESSAGE', 2, { extra: ['Content-Type: text/plain'], body: 'hello' }),
        within(ok, 'INVITE', 3, { extra: ['Content-Type: application/sdp'], body: OFFER }),
        wire([
          'SIP/2.0 200 OK',
          'Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKx',
          'From: <sip:a@b.example>;tag=1',
          'To: <sip:a@b.example>;tag=2',
          'Call-ID: x',
          'CSeq: 1 INVITE',
        ]),
      ].map((text) => encoder.encode(text)),
    ];
    const draw = (): Uint8Array => seeds[chance.integer(seeds.length)] ?? new Uint8Array();
    const flows: [Flow, ...Flow[]] = [UDP, UDP, UDP, WS];
    for (let count = 0; count < 5_000; count += 1) {
      const bytes = mutated(draw(), draw(), chance);
      const stream = chance.chance(0.2);
      bench.receive(bytes, stream ? { ...TCP, connection: 100 + count } : chance.pick(flows));
      if (count % 50 === 0) bench.elapse(1_000);
    }
    expect(bench.sent.length).toBeGreaterThan(1_000);
    for (const transaction of undecided) {
      bench.execute({ type: 'respond', transaction, answer: { status: 480 } });
    }
    bench.elapse(200_000);
    expect(bench.endpoint.counts).toMatchObject({ dialogs: 0, pending: 0, server: 0, client: 0 });
    bench.take();
    bench.receive(request('OPTIONS'), UDP);
    expect(bench.response().status).toBe(200);
  });
});

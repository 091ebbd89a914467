import { describe, expect, test } from '@jest/globals';
import type { Flow } from '@usher/core/adapter';
import { SeededChance } from '@usher/core/testing';

import { SipRequest, SipResponse } from '../../src/syntax/message.js';
import { parseMessage } from '../../src/syntax/parser.js';
import { TransactionLayer } from '../../src/transaction/layer.js';
import { requestBytes, responseBytes } from './stage.js';

/** What happened to one request between two layers over a wire that loses, delays and doubles datagrams. */
interface Outcome {
  /** How often the server's user was given it. */
  given: number;
  /** The statuses that the client's user was told, provisional ones left out. */
  readonly told: number[];
  leftovers: unknown;
  longest: number;
}

const A: Flow = { transport: 'udp', remote: { address: '192.0.2.7', port: 5070 } };
const B: Flow = { transport: 'udp', remote: { address: '192.0.2.1', port: 5060 } };

function run(seed: number, method: string, status: number, loss: number): Outcome {
  const chance = new SeededChance(seed);
  const client = new TransactionLayer<string, string>();
  const server = new TransactionLayer<string, string>();
  const outcome: Outcome = { given: 0, told: [], leftovers: undefined, longest: 0 };
  let now = 0;
  let wire: { at: number; bytes: Uint8Array; toServer: boolean }[] = [];
  const out = (toServer: boolean) => ({
    push({ bytes }: { readonly bytes: Uint8Array }): void {
      const copies = chance.chance(0.1) ? 2 : 1;
      for (let copy = 0; copy < copies; copy += 1) {
        if (!chance.chance(loss)) wire.push({ at: now + 1 + chance.integer(300), bytes, toServer });
      }
    },
  });
  const fromClient = out(true);
  const fromServer = out(false);

  client.send(method, 'z9hG4bKone', requestBytes({ method }), B, 'user', 0, fromClient);
  for (let turns = 0; turns < 10_000; turns += 1) {
    const moments = [client.deadline, server.deadline, ...wire.map(({ at }) => at)];
    const next = Math.min(...moments.filter((moment) => moment !== undefined));
    if (next === Infinity) break;
    now = Math.max(now, next);
    const arriving = wire.filter(({ at }) => at <= now);
    wire = wire.filter(({ at }) => at > now);
    for (const { bytes, toServer } of arriving) {
      const message = parseMessage(bytes);
      if (toServer && message instanceof SipRequest) {
        const transaction = server.request(message, A, now, fromServer);
        if (typeof transaction === 'string') continue;
        outcome.given += 1;
        server.respond(transaction, status, responseBytes(status, message), now, fromServer);
      } else if (message instanceof SipResponse) {
        const transaction = client.response(message, now, fromClient);
        if (typeof transaction !== 'string' && message.status >= 200)
          outcome.told.push(message.status);
      }
    }
    for (const lapse of client.elapse(now, fromClient)) {
      if (lapse.type === 'client') outcome.told.push(lapse.status);
    }
    server.elapse(now, fromServer);
  }
  outcome.longest = now;
  outcome.leftovers = [client.counts, server.counts, client.deadline, server.deadline];
  return outcome;
}

const EMPTY = { server: 0, open: 0, client: 0 };
const SEEDS = Array.from({ length: 150 }, (_, seed) => seed + 1);

describe('two layers over a wire that loses, delays and doubles datagrams', () => {
  test.each([
    ['MESSAGE', 200],
    ['MESSAGE', 404],
    ['INVITE', 486],
  ])(
    'a %s answered %i is given to its user once, and answered once, whatever is lost on the way',
    (method, status) => {
      let lost = 0;
      for (const seed of SEEDS) {
        const outcome = run(seed, method, status, 0.4);
        expect({ seed, given: outcome.given <= 1, told: outcome.told.length }).toEqual({
          seed,
          given: true,
          told: 1,
        });
        if (outcome.told[0] === 408) lost += 1;
        else
          expect({ seed, told: outcome.told, given: outcome.given }).toEqual({
            seed,
            told: [status],
            given: 1,
          });
        expect({ seed, leftovers: outcome.leftovers }).toEqual({
          seed,
          leftovers: [EMPTY, EMPTY, undefined, undefined],
        });
        // Two transactions of 64*T1 one behind the other, and what was still on its way.
        expect(outcome.longest).toBeLessThanOrEqual(96_000);
      }
      // Eleven times two datagrams of which two in five are lost: one request in 140 dies of that.
      expect(lost).toBeLessThanOrEqual(5);
    },
  );

  test('where nothing gets through, the user is told 408 and nothing is left behind', () => {
    for (const method of ['MESSAGE', 'INVITE']) {
      const outcome = run(1, method, 200, 1);
      expect(outcome.given).toBe(0);
      expect(outcome.told).toEqual([408]);
      expect(outcome.leftovers).toEqual([EMPTY, EMPTY, undefined, undefined]);
    }
  });
});

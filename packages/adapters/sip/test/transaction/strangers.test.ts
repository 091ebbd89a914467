/** Transactions with those who have not proved to be where they seem. */
import { describe, expect, test } from '@jest/globals';
import type { Flow } from '@usher/core/adapter';

import { Credit } from '../../src/transaction/credit.js';
import type { TransactionOptions } from '../../src/transaction/layer.js';
import type { ServerTransaction } from '../../src/transaction/server-transaction.js';
import { request, requestBytes, responseBytes, type Shape, Stage, UDP } from './stage.js';

const INVITE = request();
const OCTETS = requestBytes().length;

/** A layer that knows nobody, and lends so many times. */
function amongStrangers(options: TransactionOptions = {}, loans = 0) {
  const proven: Flow[] = [];
  let left = loans;
  const stage = new Stage({
    ...options,
    reach: {
      isProven: () => proven.length > 0,
      lends: () => {
        left -= 1;
        return left >= 0;
      },
      prove: (flow) => proven.push(flow),
    },
  });
  const arrive = (credit: number, shape: Shape = {}): ServerTransaction<string> | string =>
    stage.layer.request(request(shape), UDP, stage.now, stage.out, new Credit(credit));
  const opened = (credit: number, shape: Shape = {}): ServerTransaction<string> => {
    const transaction = arrive(credit, shape);
    if (typeof transaction === 'string') throw new Error(transaction);
    return transaction;
  };
  return { stage, proven, arrive, opened };
}

const LENGTH = responseBytes(200, INVITE).length;

describe('an INVITE of a stranger', () => {
  test('is answered where it pays for the answer', () => {
    const { stage, opened } = amongStrangers();
    stage.respond(opened(LENGTH), 486, INVITE);
    expect(stage.log).toEqual(['0 SIP/2.0 486 Said']);
  });

  test('that does not pay for it is answered when it comes again, and pays for both', () => {
    for (const status of [200, 486]) {
      const { stage, opened } = amongStrangers();
      stage.respond(opened(LENGTH - 1), status, INVITE);
      expect(stage.log).toEqual([]);
      expect(stage.layer.absorbs(INVITE, 500, stage.out, 1)).toBe(true);
      expect(stage.log).toEqual([`0 SIP/2.0 ${status} Said`]);
      expect(stage.layer.absorbs(INVITE, 1_500, stage.out, LENGTH - 1)).toBe(true);
      expect(stage.log).toHaveLength(1);
      expect(stage.layer.absorbs(INVITE, 3_500, stage.out, 1)).toBe(true);
      expect(stage.log).toHaveLength(2);
    }
  });

  test('is lent what it lacks for its first answer, and not for the same once more', () => {
    const { stage, opened } = amongStrangers({}, 5);
    const transaction = opened(10);
    stage.respond(transaction, 200, INVITE);
    stage.respond(transaction, 200, INVITE);
    stage.layer.absorbs(INVITE, 500, stage.out, 10);
    expect(stage.log).toEqual(['0 SIP/2.0 200 Said']);
  });

  test('is not refused over and over, whatever it has paid', () => {
    const { stage, opened } = amongStrangers();
    stage.respond(opened(100 * LENGTH), 486, INVITE);
    stage.pass(100_000);
    expect(stage.log).toHaveLength(1);
    expect(stage.lapses).toEqual(['32000 unacknowledged']);
  });

  test('hears 100 where no more than a fifth of its credit goes for that', () => {
    const trying = (credit: number): readonly string[] => {
      const { stage, opened } = amongStrangers({}, 5);
      opened(credit);
      stage.pass(200);
      return stage.log;
    };
    const long = trying(1_000_000);
    expect(long).toEqual(['200 SIP/2.0 100 Trying']);
    expect(trying(OCTETS)).toEqual([]);
  });

  test('is known by an ACK with the tag of its answer, and by no other', () => {
    const { stage, proven, opened } = amongStrangers();
    const transaction = opened(LENGTH);
    const ack = (to?: string): unknown =>
      stage.arrive(
        request({
          method: 'ACK',
          ...(to !== undefined && { to: `<sip:bot@192.0.2.1>;tag=${to}` }),
        }),
      );
    ack();
    if (transaction.credit !== undefined) transaction.credit.tag = 'bot';
    stage.respond(transaction, 486, INVITE);
    ack();
    ack('guessed');
    expect(proven).toEqual([]);
    ack('bot');
    expect(proven).toEqual([UDP]);
  });

  test('is answered without end once somebody is known to be there', () => {
    const { stage, proven, opened } = amongStrangers();
    const transaction = opened(LENGTH);
    stage.respond(transaction, 200, INVITE);
    stage.respond(transaction, 200, INVITE);
    proven.push(UDP);
    stage.respond(transaction, 200, INVITE);
    stage.respond(transaction, 200, INVITE);
    expect(stage.log).toHaveLength(3);
  });
});

test('an ACK from another address than the INVITE does not end the saying again of its refusal', () => {
  const stage = new Stage();
  stage.respond(stage.opened(INVITE), 486, INVITE);
  const ack = request({ method: 'ACK' });
  const elsewhere: Flow = { ...UDP, remote: { address: '203.0.113.9', port: 5070 } };
  expect(stage.arrive(ack, elsewhere)).toBe('ack');
  stage.pass(500);
  expect(stage.log).toHaveLength(2);
  expect(stage.arrive(ack, { ...UDP, remote: { ...UDP.remote, port: 1 } })).toBe('absorbed');
  stage.pass(60_000);
  expect(stage.log).toHaveLength(2);
});

describe('where room is short', () => {
  const call = (index: number): Shape => ({
    branch: `z9hG4bK${index}`,
    callId: `c${index}`,
    method: 'OPTIONS',
  });

  test('strangers get three quarters of what may wait for an answer, and others all of it', () => {
    const { stage, arrive } = amongStrangers({ open: 8 });
    const strangers = Array.from({ length: 8 }, (_, index) => typeof arrive(1_000, call(index)));
    expect(strangers).toEqual([...Array<string>(6).fill('object'), 'string', 'string']);
    const known = [10, 11, 12].map((index) => typeof stage.arrive(request(call(index))));
    expect(known).toEqual(['object', 'object', 'string']);
  });

  test('what lingers of strangers is forgotten before what lingers of others', () => {
    const { stage, arrive, opened } = amongStrangers({ lingering: 3 });
    const answered = (index: number, credit?: number): void => {
      const message = request(call(index));
      const transaction =
        credit === undefined ? stage.opened(message) : opened(credit, call(index));
      stage.respond(transaction, 200, message);
    };
    answered(1);
    answered(2, 1_000);
    answered(3);
    answered(4, 1_000);
    answered(5);
    answered(6);
    const isNew = (index: number): boolean => typeof arrive(1_000, call(index)) === 'object';
    expect([1, 3, 5, 6].map(isNew)).toEqual([true, false, false, false]);
    expect(stage.layer.counts).toMatchObject({ server: 4 });
  });
});

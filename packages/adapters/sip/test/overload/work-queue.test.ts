/** Who waits where, and who goes first. */
import { describe, expect, it } from '@jest/globals';

import {
  CONCLUDING,
  INVITING,
  OTHER,
  PAGING,
  type Priority,
  WITHIN,
} from '../../src/overload/priority.js';
import { TokenBuckets } from '../../src/overload/token-buckets.js';
import { WorkCost } from '../../src/overload/work-cost.js';
import { type LaneId, QUEUE_LIMITS, STRANGERS, WorkQueue } from '../../src/overload/work-queue.js';
import { flowOf } from './packets.js';

/** A queue in which an invitation costs so much. */
function queueOf(invitation = 1): WorkQueue {
  const cost = new WorkCost();
  for (let turn = 0; turn < 500; turn += 1) cost.learn([0, 0, 1], invitation);
  return new WorkQueue(cost);
}

function put(queue: WorkQueue, place: LaneId, now = 0, octets = 100, key?: string): void {
  const priority: Priority = place === STRANGERS ? INVITING : place;
  const bytes = new Uint8Array(octets).fill(place);
  const waiting = { bytes, flow: flowOf(1), priority, bucket: undefined, own: false, key };
  queue.put(place, waiting, now);
}

/** Puts as many as are admitted; how many that were. */
function fill(queue: WorkQueue, place: LaneId, most: number, octets = 100, now = 0): number {
  let count = 0;
  while (count < most && queue.admits(place, octets, now)) {
    put(queue, place, now, octets);
    count += 1;
  }
  return count;
}

/** For longer than this somebody has waited without a break. */
const LONG = 3_001;

/** As many as are admitted where there is always somebody waiting. */
function fillAlways(queue: WorkQueue, place: LaneId): number {
  put(queue, place);
  return 1 + fill(queue, place, 1_000, 100, LONG);
}

/** Where the next so many stood. */
function taken(queue: WorkQueue, count: number): (number | undefined)[] {
  return Array.from({ length: count }, () => queue.take()?.bytes[0]);
}

describe('the most urgent goes first', () => {
  it('and of one class whoever came first', () => {
    const queue = queueOf();
    for (const place of [OTHER, PAGING, INVITING, WITHIN, CONCLUDING] as const) put(queue, place);
    expect(taken(queue, 6)).toEqual([CONCLUDING, WITHIN, INVITING, PAGING, OTHER, undefined]);
  });

  it('but the last two classes get a fiftieth of the time whatever else there is', () => {
    const queue = queueOf();
    const work = new Map<number, number>();
    for (let turn = 0; turn < 20_000; turn += 1) {
      if (queue.waiting(WITHIN) === 0) put(queue, WITHIN);
      if (queue.waiting(OTHER) === 0) put(queue, OTHER);
      const place = queue.take()?.bytes[0] ?? -1;
      const cost = place === WITHIN ? 0.3 : 0.1;
      work.set(place, (work.get(place) ?? 0) + cost);
    }
    expect((work.get(OTHER) ?? 0) / (work.get(WITHIN) ?? 0)).toBeCloseTo(0.02, 3);
  });

  it('and of the invitations one of five is of strangers, while others wait, too', () => {
    const queue = queueOf();
    for (let count = 0; count < 100; count += 1) {
      put(queue, INVITING);
      put(queue, STRANGERS);
    }
    const first = taken(queue, 100);
    expect(first.filter((place) => place === STRANGERS)).toHaveLength(20);
    expect(taken(queue, 100).filter((place) => place === STRANGERS)).toHaveLength(80);
  });
});

describe('room is bounded', () => {
  it('to forty invitations that take two milliseconds each, where there is always somebody waiting', () => {
    expect(fillAlways(queueOf(2), INVITING)).toBe(40);
  });

  it('to what is done in eighty milliseconds, where more are', () => {
    const count = fillAlways(queueOf(0.2), INVITING);
    expect(count).toBeGreaterThanOrEqual(396);
    expect(count).toBeLessThanOrEqual(404);
  });

  it('to what is done in a hundred, where fewer are', () => {
    expect(fillAlways(queueOf(25), INVITING)).toBeLessThanOrEqual(6);
  });

  it('to a thousand as long as it may be what came during a pause', () => {
    expect(fill(queueOf(2), INVITING, 2_000)).toBe(QUEUE_LIMITS[INVITING].places);
  });

  it('so that one can always wait, whatever it costs', () => {
    expect(fillAlways(queueOf(900), INVITING)).toBe(1);
  });

  it('for what has begun by places and octets alone', () => {
    expect(fill(queueOf(), WITHIN, 100_000)).toBe(QUEUE_LIMITS[WITHIN].places);
    expect(fill(queueOf(), CONCLUDING, 100_000)).toBe(QUEUE_LIMITS[CONCLUDING].places);
    const octets = fill(queueOf(), WITHIN, 100_000, 65_000) * 65_000;
    expect(octets).toBeLessThanOrEqual(QUEUE_LIMITS[WITHIN].octets);
  });

  it('and free again for others when those who waited are gone', () => {
    const queue = queueOf();
    const count = fill(queue, WITHIN, 100_000, 65_000);
    while (queue.size > 0) queue.take();
    expect(fill(queue, WITHIN, 100_000, 65_000)).toBe(count);
  });

  it('to less than sixty mebioctets in all', () => {
    const octets = QUEUE_LIMITS.reduce((sum, limits) => sum + limits.octets, 0);
    expect(octets + QUEUE_LIMITS[INVITING].octets).toBeLessThan(60 * 1_048_576);
  });

  it('for invitations also by talk in progress that goes before them', () => {
    const queue = queueOf(2);
    put(queue, INVITING);
    fill(queue, WITHIN, 400);
    expect(queue.admits(INVITING, 100, LONG)).toBe(false);
  });

  it('for those who are known not by strangers, nor by pagers', () => {
    const queue = queueOf(2);
    put(queue, INVITING);
    fillAlways(queue, STRANGERS);
    fillAlways(queue, PAGING);
    expect(queue.admits(INVITING, 100, LONG)).toBe(true);
  });

  it('for strangers by their turn of every fifth, while others wait', () => {
    const queue = queueOf(2);
    fillAlways(queue, INVITING);
    expect(fillAlways(queue, STRANGERS)).toBe(11);
  });
});

describe('time is bounded', () => {
  it.each([
    [CONCLUDING, 4_000],
    [WITHIN, 2_000],
    [INVITING, 100],
    [STRANGERS, 100],
    [PAGING, 200],
    [OTHER, 200],
  ] as const)(
    'whoever stands in lane %d waits for %d ms at most, where there is always somebody',
    (place, patience) => {
      const queue = queueOf();
      put(queue, place);
      put(queue, place, LONG);
      queue.take();
      expect(queue.takeLate(LONG + patience)).toBeUndefined();
      expect(queue.takeLate(LONG + 0.1 + patience)?.bytes[0]).toBe(place);
      expect(queue.size).toBe(0);
    },
  );

  it('by ten times as much for something new, as long as it may be what came during a pause', () => {
    const queue = queueOf();
    put(queue, INVITING);
    put(queue, INVITING, 2_900);
    expect(queue.takeLate(1_000)).toBeUndefined();
    expect(queue.takeLate(1_000.1)?.bytes[0]).toBe(INVITING);
    expect(queue.takeLate(3_900)).toBeUndefined();
    // Nobody was there in between.
    queue.take();
    put(queue, INVITING, 4_000);
    expect(queue.takeLate(5_000)).toBeUndefined();
  });

  it('by what a message is, wherever it stands', () => {
    const queue = queueOf();
    const bytes = new Uint8Array(1);
    const waiting = { bytes, flow: flowOf(1), bucket: undefined, own: false, key: undefined };
    queue.put(PAGING, { ...waiting, priority: INVITING }, 0);
    expect(queue.takeLate(1_000)).toBeUndefined();
    expect(queue.takeLate(1_000.1)?.bytes).toBe(bytes);
  });
});

it('whoever waits is counted with his source until he is taken or late', () => {
  const queue = queueOf();
  const bucket = new TokenBuckets({ perSecond: 1, burst: 1 }, 10).of('a', 0);
  for (let count = 0; count < 3; count += 1) {
    const bytes = new Uint8Array(1);
    const waiting = {
      bytes,
      flow: flowOf(1),
      priority: PAGING as typeof PAGING,
      bucket,
      own: false,
      key: undefined,
    };
    queue.put(PAGING, waiting, 0);
  }
  expect(bucket.waiting).toBe(3);
  queue.take();
  expect(bucket.waiting).toBe(2);
  queue.takeLate(5_000);
  expect(bucket.waiting).toBe(1);
});

describe('a transaction that waits', () => {
  it('is known by its key until it is taken', () => {
    const queue = queueOf();
    put(queue, INVITING, 0, 100, 'INVITE h: z9hG4bK1');
    expect(queue.has('INVITE h: z9hG4bK1')).toBe(true);
    expect(queue.has(undefined)).toBe(false);
    queue.take();
    expect(queue.has('INVITE h: z9hG4bK1')).toBe(false);
  });
});

it('a lane keeps its order and its counts over a hundred thousand messages', () => {
  const queue = queueOf();
  let count = 0;
  const keys: (string | undefined)[] = [];
  for (let step = 0; step < 100_000; step += 1) {
    const waiting = { flow: flowOf(1), bucket: undefined, own: false, bytes: new Uint8Array(1) };
    queue.put(WITHIN, { ...waiting, priority: WITHIN, key: `${count}` }, 0);
    count += 1;
    if (step % 3 !== 0) keys.push(queue.take()?.key);
  }
  expect(keys).toEqual(Array.from(keys, (_, index) => `${index}`));
  expect(queue.size).toBe(count - keys.length);
  expect(queue.waiting(WITHIN)).toBe(count - keys.length);
});

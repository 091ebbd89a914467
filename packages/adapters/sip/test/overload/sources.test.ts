/** How much of the room for those who wait each source gets. */
import type { Flow } from '@usher/core/adapter';
import { describe, expect, it } from '@jest/globals';

import { EMERGENCY, INVITING, OTHER, PAGING, WITHIN } from '../../src/overload/priority.js';
import { type Seat, Sources, type SourcesOptions } from '../../src/overload/sources.js';
import { STRANGERS } from '../../src/overload/work-queue.js';
import { request } from '../syntax/corpora.js';

const PLACES = 40;
const OPTIONS: SourcesOptions = {
  source: { perSecond: 2, burst: 4 },
  identity: { perSecond: 1, burst: 2 },
};

function flow(address: string, connection?: number): Flow {
  const remote = { address, port: 5060 };
  return connection === undefined
    ? { transport: 'udp', remote }
    : { transport: 'tcp', remote, connection };
}

const isProxy = ({ remote }: Flow): boolean => remote.address === '192.0.2.7';

function from(name: string): Uint8Array {
  return request({ From: `"x <sip:y>" <sip:${name}@example.com;x=${Math.PI}>;tag=1` });
}

/** Takes seats, and waits there, until there is none; of everybody another From, unless one is given. */
function seats(sources: Sources, at: Flow, most: number, now = 0, name?: string): Seat[] {
  const taken: Seat[] = [];
  for (let count = 0; count < most; count += 1) {
    const seat = sources.seat(from(name ?? `a${count}`), at, INVITING, PLACES, now);
    if (seat.lane === undefined) break;
    if (seat.bucket !== undefined) seat.bucket.waiting += 1;
    taken.push(seat);
  }
  return taken;
}

function lanesOf(taken: readonly Seat[]): (number | undefined)[] {
  return taken.map(({ lane }) => lane);
}

describe('a source that has proved to be there', () => {
  it('stands with the invitations while it keeps to its rate, and one class lower beyond', () => {
    const sources = new Sources(OPTIONS);
    const here = flow('192.0.2.7');
    sources.settle(here, 0);
    expect(lanesOf(seats(sources, here, 6))).toEqual([
      INVITING,
      INVITING,
      INVITING,
      INVITING,
      PAGING,
      PAGING,
    ]);
  });

  it('gets all places beyond its rate while it is alone', () => {
    const sources = new Sources(OPTIONS);
    const here = flow('192.0.2.7');
    sources.settle(here, 0);
    expect(seats(sources, here, 100)).toHaveLength(4 + PLACES);
  });

  it('gets but its part of them while others ask for something, too, and four at least', () => {
    const sources = new Sources(OPTIONS);
    for (let other = 0; other < 4; other += 1) {
      sources.settle(flow(`198.51.100.${other}`), 0);
      sources.pass(flow(`198.51.100.${other}`), 0);
    }
    const here = flow('192.0.2.7');
    sources.settle(here, 0);
    expect(seats(sources, here, 100)).toHaveLength(4 + PLACES / 5);
    for (let other = 4; other < 60; other += 1) {
      sources.settle(flow(`198.51.100.${other}`), 0);
      sources.pass(flow(`198.51.100.${other}`), 0);
    }
    const there = flow('192.0.2.8');
    sources.settle(there, 0);
    expect(seats(sources, there, 100)).toHaveLength(4 + 4);
  });

  it('is proved by a connection, which nobody opens from where he is not', () => {
    const sources = new Sources(OPTIONS);
    expect(lanesOf(seats(sources, flow('192.0.2.7', 3), 1))).toEqual([INVITING]);
  });

  it('is one with all of its IPv6 network', () => {
    const sources = new Sources(OPTIONS);
    sources.settle(flow('2001:db8::1'), 0);
    expect(sources.isSettled(flow('2001:db8::2'))).toBe(true);
    expect(sources.isSettled(flow('2001:db8:0:1::2'))).toBe(false);
  });
});

describe('a stranger', () => {
  it('stands with the strangers', () => {
    const sources = new Sources(OPTIONS);
    expect(lanesOf(seats(sources, flow('192.0.2.7'), 2))).toEqual([STRANGERS, STRANGERS]);
  });

  it('is none any more once it has answered', () => {
    const sources = new Sources(OPTIONS);
    const here = flow('192.0.2.7');
    seats(sources, here, 1);
    sources.settle(here, 0);
    expect(lanesOf(seats(sources, here, 1))).toEqual([INVITING]);
  });
});

describe('one identity at a source', () => {
  it('has a rate of its own, by the URI of its From', () => {
    const sources = new Sources({ ...OPTIONS, trusts: isProxy });
    const proxy = flow('192.0.2.7');
    sources.settle(proxy, 0);
    expect(lanesOf(seats(sources, proxy, 3, 0, 'greedy'))).toEqual([INVITING, INVITING, PAGING]);
    expect(lanesOf(seats(sources, proxy, 2, 0, 'modest'))).toEqual([INVITING, INVITING]);
  });

  it('is not touched by whoever uses its name elsewhere', () => {
    const sources = new Sources(OPTIONS);
    const here = flow('192.0.2.7');
    const there = flow('192.0.2.8');
    sources.settle(here, 0);
    sources.settle(there, 0);
    seats(sources, there, 3, 0, 'alice');
    expect(lanesOf(seats(sources, here, 1, 0, 'alice'))).toEqual([INVITING]);
  });
});

describe('a proxy', () => {
  it('has no rate of its own', () => {
    const sources = new Sources({ ...OPTIONS, trusts: isProxy });
    const proxy = flow('192.0.2.7');
    sources.settle(proxy, 0);
    expect(new Set(lanesOf(seats(sources, proxy, 30)))).toEqual(new Set([INVITING]));
  });
});

describe('an emergency', () => {
  function urgent(sources: Sources, at: Flow): number | undefined {
    return sources.seat(from(at.remote.address), at, EMERGENCY, PLACES, 0).lane;
  }

  it('stands with talk in progress, while its source keeps to its rate', () => {
    const sources = new Sources({ ...OPTIONS, identity: { perSecond: 9, burst: 99 } });
    const here = flow('192.0.2.7');
    sources.settle(here, 0);
    const lanes = [0, 1, 2, 3, 4].map(() => urgent(sources, here));
    expect(lanes).toEqual([WITHIN, WITHIN, WITHIN, WITHIN, PAGING]);
  });

  it('is believed of all strangers together as often as of one source', () => {
    const sources = new Sources(OPTIONS);
    const lanes = [1, 2, 3, 4, 5, 6].map((last) => urgent(sources, flow(`192.0.2.${last}`)));
    expect(lanes).toEqual([WITHIN, WITHIN, WITHIN, WITHIN, STRANGERS, STRANGERS]);
  });
});

describe('pager messages', () => {
  it('beyond a rate stand with the last class', () => {
    const sources = new Sources(OPTIONS);
    const lanes = [0, 1, 2, 3, 4].map(
      (name) => sources.seat(from(`${name}`), flow('192.0.2.7'), PAGING, PLACES, 0).lane,
    );
    expect(lanes).toEqual([PAGING, PAGING, PAGING, PAGING, OTHER]);
  });
});

it('what is remembered of sources and identities is bounded', () => {
  const sources = new Sources();
  for (let source = 0; source < 40_000; source += 1) {
    const at = flow(`10.${source >> 16}.${(source >> 8) & 255}.${source & 255}`);
    sources.seat(from('a'), at, PAGING, PLACES, source);
    if (source % 2 === 0) sources.settle(at, source);
  }
  expect(sources.size).toBeLessThanOrEqual(16_384 + 4_096);
});

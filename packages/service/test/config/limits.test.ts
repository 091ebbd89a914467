/** Limits and overload, as an operator writes them and as the SIP edge takes them. */
import { describe, expect, it } from '@jest/globals';

import { sipSettings } from '../../src/run/sip-settings.js';
import { GOOD, read, wrong } from './read.js';

/** A house with these lines in it, and a bot. */
function house(lines: string): string {
  return GOOD.replace('---', `${lines}\n---`);
}

describe('limits', () => {
  it('are left to the SIP edge where nothing is written', () => {
    expect(sipSettings(read(GOOD).house)).toEqual({
      limits: {},
      sockets: {},
      pager: {},
      transactions: {},
      overload: {},
    });
  });

  it('of connections, messages and transactions can each be set', () => {
    const text = house(`limits:
  sessions: 10
  pending: 11
  pagers: 12
  transactions: 13
  connections: { total: 1, perSource: 2, unheard: 3, firstMessage: 4s, idle: 5m }
  message: { head: 1, headers: 2, value: 3, vias: 4, routes: 5, parameters: 6, uri: 7, displayName: 8, body: 9 }`);
    expect(wrong(text)).toEqual([]);
    const { limits, sockets, pager, transactions } = sipSettings(read(text).house);
    expect(limits).toEqual({
      headerBlock: 1,
      headerLines: 2,
      headerValue: 3,
      vias: 4,
      routes: 5,
      params: 6,
      requestUri: 7,
      displayName: 8,
      body: 9,
    });
    expect(sockets).toEqual({
      connections: 1,
      connectionsPerSource: 2,
      connectionsUnheard: 3,
      firstMessage: 4_000,
      idle: 300_000,
      message: 10,
    });
    expect([pager, transactions]).toEqual([{ sessions: 12 }, { open: 13 }]);
    expect(read(text).house.limits).toMatchObject({ sessions: 10, pending: 11 });
  });

  it('of a WebSocket message follow those of head and body', () => {
    const text = house('limits: { message: { body: 100000 } }');
    expect(sipSettings(read(text).house).sockets).toEqual({ message: 100_000 + 16_384 });
  });

  it.each([
    ['limits: { conections: { total: 1 } }', 'did you mean `connections`'],
    ['limits: { connections: { total: 0 } }', '`limits.connections.total` must be a whole number'],
    ['limits: { connections: { idle: soon } }', '`limits.connections.idle` must be a length'],
    ['limits: { message: { body: 1.5 } }', '`limits.message.body` must be a whole number'],
    ['limits: { message: 5 }', '`limits.message` must be a table with the keys head'],
  ])('that read %s are told with what to write instead', (lines, why) => {
    expect(wrong(house(lines))).toEqual([expect.stringContaining(why)]);
  });
});

describe('overload', () => {
  it('is controlled by the rates, the patience and the lateness that are written', () => {
    const text = house(`overload:
  source: { perSecond: 50, burst: 100 }
  identity: { perSecond: 3, burst: 6 }
  invitations: { waiting: 200, patience: 80ms }
  pages: { patience: 1s }
  lateness: 30ms`);
    expect(wrong(text)).toEqual([]);
    expect(sipSettings(read(text).house).overload).toEqual({
      source: { perSecond: 50, burst: 100 },
      identity: { perSecond: 3, burst: 6 },
      invitations: { places: 200, patience: 80 },
      pages: { patience: 1_000 },
      delay: 30,
    });
  });

  it('can be left uncontrolled', () => {
    expect(sipSettings(read(house('overload: off')).house).overload).toBe('off');
  });

  it.each([
    ['overload: never', '`overload` must be `off`, or a table with the keys source'],
    ['overload: { sauce: { perSecond: 1, burst: 1 } }', 'did you mean `source`'],
    ['overload: { source: { perSecond: 5 } }', '`overload.source.burst` is missing'],
    ['overload: { source: { perSecond: 0, burst: 1 } }', '`overload.source.perSecond` must be'],
    ['overload: { lateness: 50 ms }', '`overload.lateness` must be a length of time'],
  ])('that reads %s is told with what to write instead', (lines, why) => {
    expect(wrong(house(lines))).toEqual([expect.stringContaining(why)]);
  });
});

/** Whether a PASSporT fits the request that it came with. */
import { describe, expect, it } from '@jest/globals';
import { AddressPattern, RemoteProtocolError } from '@usher/core';

import type { Passport } from '../../src/passport/passport.js';
import { PassportJudge, type Presented } from '../../src/passport/passport-judge.js';
import { IAT, NOW } from './signing.js';

const PASSPORT: Passport = {
  input: '',
  signature: new Uint8Array(64).fill(1),
  info: '',
  orig: { tn: '12155551212' },
  dest: [{ tn: '18005551212' }, { uri: 'sip:bot@example.com' }],
  iat: IAT,
  attestation: undefined,
};
const PRESENTED: Presented = {
  from: 'sip:+12155551212@example.net',
  to: 'sip:bot@example.com',
  date: undefined,
  asserted: undefined,
};

function judged(
  passport: Partial<Passport>,
  presented: Partial<Presented> = {},
  now = NOW,
  judge = new PassportJudge(),
): string {
  const about = judge.judge({ ...PASSPORT, ...passport }, { ...PRESENTED, ...presented }, now);
  if (about instanceof RemoteProtocolError) return `${about.status}`;
  return `${about.address.toString()}${about.asserted ? ' asserted' : ''}`;
}

describe('a PASSporT', () => {
  it('is about the number or the name in From', () => {
    expect(judged({})).toBe('tel:+12155551212');
    const orig = { uri: 'sip:alice@example.net' };
    expect(judged({ orig }, { from: 'sip:alice@example.net;x' })).toBe('sip:alice@example.net');
  });

  it('is about whom a trusted peer asserts, before From (RFC 8588, 5.1)', () => {
    const asserted = 'tel:+12155551212';
    expect(judged({}, { asserted, from: 'sip:anonymous@anonymous.invalid' })).toBe(
      'tel:+12155551212 asserted',
    );
    expect(judged({}, { asserted: 'sip:other@example.net' })).toBe('tel:+12155551212');
  });

  it('about somebody else is refused with 438', () => {
    expect(judged({}, { from: 'sip:+12155551213@example.net' })).toBe('438');
    expect(judged({}, { from: 'sip:alice@example.net' })).toBe('438');
    expect(judged({ orig: { uri: 'sip:a@example.com' } }, { from: 'sip:a@example.net' })).toBe(
      '438',
    );
  });

  it('that was signed for somebody else is refused with 438, so that nobody sends it on', () => {
    expect(judged({}, { to: 'sip:+18005551212@example.com' })).toBe('tel:+12155551212');
    expect(judged({}, { to: 'sip:other@example.com' })).toBe('438');
    expect(judged({}, { to: 'sip:bot@example.net' })).toBe('438');
  });

  it('that was signed for nobody here is refused with 438, whatever its To says', () => {
    const ours = ['*@example.com', 'tel:+1800*'].map((text) => AddressPattern.parse(text));
    const judge = new PassportJudge(ours);
    expect(judged({}, {}, NOW, judge)).toBe('tel:+12155551212');
    expect(judged({}, { to: 'tel:+1-800-555-1212' }, NOW, judge)).toBe('tel:+12155551212');
    const dest = [{ uri: 'sip:victim@example.net' }];
    expect(judged({ dest }, { to: 'sip:victim@example.net' }, NOW, judge)).toBe('438');
  });

  it.each([
    [-60_000, 'tel:+12155551212'],
    [60_000, 'tel:+12155551212'],
    [-60_001, '403'],
    [60_001, '403'],
  ])('that is read %i ms after it was signed is %s', (after, outcome) => {
    expect(judged({}, {}, NOW + after)).toBe(outcome);
  });

  it('of a request with a Date of more than a minute ago is refused with 403', () => {
    expect(judged({}, { date: IAT - 60 })).toBe('tel:+12155551212');
    expect(judged({}, { date: IAT - 61 })).toBe('403');
    expect(judged({}, { date: IAT + 61 })).toBe('403');
  });

  it('signed at no moment at all is refused with 403', () => {
    expect([judged({ iat: Number.NaN }), judged({ iat: Infinity })]).toEqual(['403', '403']);
  });
});

describe('a PASSporT that was taken', () => {
  it('is not taken again, by whichever request it comes', () => {
    const judge = new PassportJudge();
    expect(judge.take(PASSPORT, NOW)).toBe(true);
    expect(judge.take(PASSPORT, NOW)).toBe(false);
    expect(judged({}, {}, NOW + 1, judge)).toBe('403');
  });

  it('is not taken with the second number of its signature replaced by its opposite, which holds as well', () => {
    const judge = new PassportJudge();
    judge.take(PASSPORT, NOW);
    const signature = PASSPORT.signature.slice();
    signature.fill(2, 32);
    expect(judge.take({ ...PASSPORT, signature }, NOW)).toBe(false);
    signature[0] = 9;
    expect(judge.take({ ...PASSPORT, signature }, NOW)).toBe(true);
  });

  it('is remembered until it is too old to be taken, even where it was signed ahead', () => {
    const judge = new PassportJudge();
    judge.take({ ...PASSPORT, iat: IAT + 60 }, NOW);
    expect(judge.deadline).toBe(NOW + 120_000);
    judge.elapse(NOW + 119_999);
    expect(judge.size).toBe(1);
    judge.elapse(NOW + 120_000);
    expect([judge.size, judge.deadline]).toEqual([0, undefined]);
  });

  it('is one of a bounded number: beyond, what is as old as the oldest is not taken any more', () => {
    const judge = new PassportJudge();
    const numbered = (number: number, iat: number): Passport => {
      const signature = new Uint8Array(64);
      new DataView(signature.buffer).setUint32(0, number);
      return { ...PASSPORT, signature, iat };
    };
    for (let number = 0; number < 65_536; number += 1) {
      judge.take(numbered(number, IAT + (number > 0 ? 10 : 0)), NOW);
    }
    expect(judge.size).toBe(65_536);
    expect(judge.take(numbered(70_000, IAT + 10), NOW)).toBe(true);
    expect(judge.size).toBe(65_536);
    expect(judge.take(numbered(0, IAT), NOW)).toBe(false);
    expect(judge.take(numbered(70_001, IAT), NOW)).toBe(false);
    expect(judge.take(numbered(70_002, IAT + 1), NOW)).toBe(true);
  });
});

import { describe, expect, test } from '@jest/globals';

import { type Duration, milliseconds } from '../../src/index.js';

describe('a length of time', () => {
  test.each<[Duration, number]>([
    ['250ms', 250],
    ['30s', 30_000],
    ['1.5s', 1500],
    ['5m', 300_000],
    ['2h', 7_200_000],
    ['1d', 86_400_000],
    [0, 0],
    [1234, 1234],
  ])('%s is %d milliseconds', (duration, expected) => {
    expect(milliseconds(duration)).toBe(expected);
  });

  test.each([
    '',
    '5',
    '5 s',
    's',
    '-5s',
    '5S',
    '5min',
    '1e3s',
    '5s ',
    '.5s',
    '1.s',
    -1,
    Number.NaN,
    undefined,
    null,
  ])('%j is none', (text) => {
    expect(() => milliseconds(text as Duration)).toThrow(
      expect.objectContaining({ code: 'bad-duration' }),
    );
  });
});

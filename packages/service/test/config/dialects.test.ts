import { describe, expect, it } from '@jest/globals';

import { GOOD, read, wrong } from './read.js';

const house = (lines: string): string => GOOD.replace('---', `${lines}\n---`);

describe('dialects', () => {
  it('are left to the SIP edge where nothing is written', () => {
    expect(read(GOOD).house.dialects).toBeUndefined();
  });

  it.each(['detect', 'always', 'never'] as const)('microsoft: %s', (microsoft) => {
    const text = house(`dialects: { microsoft: ${microsoft} }`);
    expect(wrong(text)).toEqual([]);
    expect(read(text).house.dialects).toEqual({ microsoft });
  });

  it('of another word, or another key, are told what to write', () => {
    expect(wrong(house('dialects: { microsoft: sometimes }'))).toEqual([
      expect.stringContaining('`detect`, `always` or `never`'),
    ]);
    expect(wrong(house('dialects: { microsft: detect }'))).toEqual([
      expect.stringContaining('did you mean `microsoft`'),
    ]);
  });
});

import { visible } from '@usher/console';
import { describe, expect, it } from '@jest/globals';

import { nearest } from '../../src/text/nearest.js';
import { scrubber } from '../../src/text/scrub.js';

describe('the word that was probably meant', () => {
  const words = ['id', 'plugin', 'order', 'match', 'decide', 'session', 'limits', 'config'];
  it.each([
    ['ordr', 'order'],
    ['oredr', 'order'],
    ['di', 'id'],
    ['ORDER', 'order'],
    ['matches', 'match'],
    ['plug', 'plugin'],
    ['sesions', 'session'],
  ])('for %s is %s', (word, meant) => expect(nearest(word, words)).toBe(meant));

  it('is none where none is near', () => {
    expect(nearest('whatever', words)).toBeUndefined();
    expect(nearest('d', words)).toBeUndefined();
    expect(nearest('x'.repeat(100_000), words)).toBeUndefined();
  });
});

describe('a secret', () => {
  it('is struck out of a line however the line spells it', () => {
    const scrub = scrubber(['pass"word\n1', 'abcdefghij', 'abcdefgh']);
    expect(scrub('token abcdefghij and abcdefgh')).toBe('token [secret] and [secret]');
    expect(scrub(JSON.stringify({ token: 'pass"word\n1' }))).toBe('{"token":"[secret]"}');
    expect(scrub(visible('pass"word\n1'))).toBe('[secret]');
  });

  it('of a few letters is left, because it would be found in everything', () => {
    expect(scrubber(['5060'])('udp 127.0.0.1:5060')).toBe('udp 127.0.0.1:5060');
  });
});

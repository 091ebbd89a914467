import { graphemes, visible, visibleLines, widthOf } from '@usher/console';
import { describe, expect, it } from '@jest/globals';

import { nearest } from '../../src/text/nearest.js';
import { scrubber } from '../../src/text/scrub.js';

describe('text from elsewhere', () => {
  it('is shown on one line, with what cannot be seen written out', () => {
    expect(visible('a\r\nb\u001B[2J\u007F\u0085c')).toBe('a\\u{d}\\u{a}b\\u{1b}[2J\\u{7f}\\u{85}c');
  });

  it('cannot turn the direction of reading, hide itself, or end a line in another way', () => {
    expect(visible('\u202Eevil\u2066\u200B\uFEFF\u2028\u2029')).toBe(
      '\\u{202e}evil\\u{2066}\\u{200b}\\u{feff}\\u{2028}\\u{2029}',
    );
  });

  it('keeps what can be read, in every script', () => {
    expect(visible('Grüße, 你好, שלום, 🙂')).toBe('Grüße, 你好, שלום, 🙂');
  });

  it('is cut where it is too long to be read', () => {
    expect(visible('x'.repeat(300))).toBe(`${'x'.repeat(200)}…`);
  });

  it('of several lines stays several lines', () => {
    expect(visibleLines('one\r\ntwo\n\tthree\u001B')).toEqual(['one', 'two', '    three\\u{1b}']);
  });

  it('takes as many columns as terminals give it', () => {
    expect(widthOf('Grüße')).toBe(5);
    expect(widthOf('你好')).toBe(4);
    expect(widthOf('🙂!')).toBe(3);
    expect(graphemes('e\u0301x')).toEqual(['e\u0301', 'x']);
  });
});

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

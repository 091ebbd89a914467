import { describe, expect, it } from '@jest/globals';

import { visible, visibleLines } from '../../src/text/visible.js';
import { graphemes, widthOf } from '../../src/text/width.js';

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

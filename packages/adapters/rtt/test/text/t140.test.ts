import { describe, expect, it } from '@jest/globals';

import { spoken, TextReader } from '../../src/text/t140.js';

/** What stands there after this was read, piece by piece: `|` for a new line, `<` for an erasure. */
function readAll(...pieces: readonly string[]): string {
  let text = '';
  const reader = new TextReader({
    character: (character) => {
      text += character;
    },
    erase: () => {
      text += '<';
    },
    newLine: () => {
      text += '|';
    },
  });
  for (const piece of pieces) reader.read(piece);
  return text;
}

describe('real-time text', () => {
  it.each([
    ['LINE SEPARATOR', ['a\u2028b']],
    ['PARAGRAPH SEPARATOR', ['a\u2029b']],
    ['CR LF', ['a\r\nb']],
    ['CR LF in two packets', ['a\r', '\nb']],
    ['LF', ['a\nb']],
    ['CR', ['a\rb']],
  ])('begins a new line by %s', (_what, pieces) => {
    expect(readAll(...pieces)).toBe('a|b');
  });

  it('takes two returns for two new lines, and so LF behind CR LF', () => {
    expect(readAll('\r\r')).toBe('||');
    expect(readAll('\r\n\n')).toBe('||');
  });

  it('erases by BS', () => {
    expect(readAll('ab\u0008c')).toBe('ab<c');
  });

  it('leaves out the byte order mark, the bell and other controls, and keeps tabs', () => {
    expect(readAll('\uFEFFa\u0007\u0000\u007F\u0085\tb')).toBe('a\tb');
  });

  it('passes over strings for other applications, colours and negotiations', () => {
    expect(readAll('a\u0098secret\u009Cb')).toBe('ab');
    expect(readAll('a\u009B1;31mb')).toBe('ab');
    expect(readAll('a\u001Bab')).toBe('ab');
    expect(readAll('a\u0098sec', 'ret\u009Cb')).toBe('ab');
  });

  it('reads on behind a string that never ends', () => {
    expect(readAll(`\u0098${'x'.repeat(256)}now`)).toBe('now');
    expect(readAll(`\u009B${'1'.repeat(16)}now`)).toBe('now');
  });

  it('goes out with new lines of its own and one at its end, and steers nothing', () => {
    expect(spoken('one\r\ntwo\nthree\r\n\r\n')).toBe('one\u2028two\u2028three\u2028');
    expect(spoken('a\u0008\u0007\u009B31m\uFEFFb\tc')).toBe('a31mb\tc\u2028');
  });
});

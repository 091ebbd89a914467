import { describe, expect, it } from '@jest/globals';

import { Line } from '../../src/text/line.js';

const said = (line: Line, ...pieces: readonly string[]): string[] =>
  pieces
    .flatMap((piece) => line.write(piece, 0))
    .flatMap((event) => (event.type === 'said' ? [event.text] : []));

describe('the line that a peer is writing', () => {
  it('is a message when the line ends, with what was erased left out', () => {
    expect(said(new Line(5_000, 100), 'Hel', 'lp\u0008', 'o\r', '\n')).toEqual(['Hello']);
  });

  it('is no message where nothing but space stands there', () => {
    expect(said(new Line(5_000, 100), '\n\n  \n\u2028')).toEqual([]);
  });

  it('erases a character whole, and none of an earlier line', () => {
    expect(said(new Line(5_000, 100), 'a🙂\u0008b\n', '\u0008\u0008c\n')).toEqual(['ab', 'c']);
  });

  it('is a message where it grows longer than any message may be', () => {
    expect(said(new Line(5_000, 4), 'abcdefghij\n')).toEqual(['abcd', 'efgh', 'ij']);
  });

  it('is a message after a pause, which begins anew with each character', () => {
    const line = new Line(5_000, 100);
    line.write('a', 0);
    line.write('b', 4_000);
    expect(line.deadline).toBe(9_000);
    expect(line.elapse(8_999)).toEqual([]);
    expect(line.elapse(9_000)).toEqual([
      { type: 'composing', composing: 'idle' },
      { type: 'said', text: 'ab' },
    ]);
    expect(line.deadline).toBeUndefined();
  });

  it('shows that somebody is writing while something stands there', () => {
    const line = new Line(5_000, 100);
    expect(line.write('a', 0)).toEqual([{ type: 'composing', composing: 'active' }]);
    expect(line.write('b', 0)).toEqual([]);
    expect(line.write('\u0008\u0008', 0)).toEqual([{ type: 'composing', composing: 'idle' }]);
    expect(line.deadline).toBeUndefined();
  });
});

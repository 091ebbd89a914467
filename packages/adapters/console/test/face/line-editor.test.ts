import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { EMPTY_LINE, type Key, type LineState, press, view } from '../../src/face/line-editor.js';
import { graphemes, widthOf } from '../../src/text/width.js';

const typing = (text: string): Key[] =>
  graphemes(text).map((sequence) => ({ sequence, name: sequence }));
const key = (name: string): Key => ({ name, sequence: '' });
const ctrl = (name: string): Key => ({ name, ctrl: true, sequence: '\u0001' });

function after(...keys: Key[]): LineState {
  let state = EMPTY_LINE;
  for (const one of keys) {
    const typed = press(state, one);
    if (typed.type === 'ended') throw new Error('ended');
    state = typed.state;
  }
  return state;
}

/** The line with a bar where the cursor stands. */
const shown = ({ line, cursor }: LineState): string =>
  [...line.slice(0, cursor), '|', ...line.slice(cursor)].join('');

describe('the line that is being typed', () => {
  it.each([
    ['typing', typing('hello'), 'hello|'],
    [
      'typing in the middle',
      [...typing('hllo'), key('home'), key('right'), ...typing('e')],
      'he|llo',
    ],
    ['an accent typed by itself', [...typing('cafe'), { sequence: '\u0301' }], 'cafe\u0301|'],
    [
      'backspace over a letter with its accent',
      [...typing('cafe\u0301s'), key('backspace'), key('backspace')],
      'caf|',
    ],
    ['backspace over a family of four', [...typing('👨‍👩‍👧‍👦'), key('backspace')], '|'],
    ['delete', [...typing('abc'), key('home'), key('delete')], '|bc'],
    ['backspace at the beginning', [...typing('a'), key('home'), key('backspace')], '|a'],
    [
      'left and right as far as they go',
      [...typing('ab'), key('right'), key('left'), key('left'), key('left')],
      '|ab',
    ],
    ['Ctrl-W', [...typing('one two  '), ctrl('w')], 'one |'],
    ['Ctrl-U', [...typing('abc'), key('left'), ctrl('u')], '|c'],
    ['Ctrl-K', [...typing('abc'), ctrl('a'), key('right'), ctrl('k')], 'a|'],
    ['Ctrl-left', [...typing('one two'), ctrl('left')], 'one |two'],
    ['Ctrl-D within the line', [...typing('abc'), ctrl('a'), ctrl('d')], '|bc'],
    [
      'keys that nothing is bound to',
      [...typing('a'), key('f5'), ctrl('x'), { meta: true, name: 'x', sequence: '\u001Bx' }],
      'a|',
    ],
    [
      'control characters',
      [...typing('a'), { sequence: '\u001B[200~' }, { sequence: '\u0000' }],
      'a|',
    ],
  ] as [string, Key[], string][])('%s', (_what, keys, line) =>
    expect(shown(after(...keys))).toBe(line),
  );

  it('is entered with the return key, and may be had back with the upward one', () => {
    const typed = press(after(...typing('one')), key('return'));
    expect(typed).toMatchObject({ type: 'entered', text: 'one' });
    const state = after(
      ...typing('one'),
      key('return'),
      ...typing('two'),
      key('return'),
      key('up'),
      key('up'),
    );
    expect(shown(state)).toBe('one|');
    const back = after(...typing('one'), key('return'), key('up'), key('down'));
    expect(shown(back)).toBe('|');
  });

  it('ends with Ctrl-C, and with Ctrl-D where nothing is typed', () => {
    expect(press(after(...typing('abc')), ctrl('c'))).toEqual({ type: 'ended' });
    expect(press(EMPTY_LINE, ctrl('d'))).toEqual({ type: 'ended' });
  });

  it('remembers a hundred lines and no more', () => {
    const keys = Array.from({ length: 150 }, (_, index) => [
      ...typing(`line ${index}`),
      key('return'),
    ]).flat();
    expect(after(...keys).history).toHaveLength(100);
    expect(after(...keys).history[0]).toBe('line 50');
  });

  it('takes one row whatever is typed, with the cursor in view', () => {
    const keys = fc.array(
      fc.oneof(
        fc.constantFrom('a', 'é', '你', '🙂', ' ').map((sequence): Key => ({ sequence })),
        fc
          .constantFrom(
            'left',
            'right',
            'home',
            'end',
            'backspace',
            'delete',
            'return',
            'up',
            'down',
          )
          .map(key),
        fc.constantFrom('w', 'u', 'k', 'left', 'right').map(ctrl),
      ),
      { maxLength: 200 },
    );
    fc.assert(
      fc.property(keys, fc.integer({ min: 4, max: 40 }), (pressed, columns) => {
        const { text, column } = view(after(...pressed), columns);
        expect(widthOf(text)).toBeLessThan(columns);
        expect(column).toBeLessThan(columns);
      }),
      { seed: 6 },
    );
  });
});

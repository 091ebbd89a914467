import { describe, expect, it } from '@jest/globals';

import { askPassword } from '../../src/chat/ask-password.js';
import type { Key } from '../../src/chat/line-editor.js';
import { PLAIN } from '../../src/text/paint.js';

/** Somebody who is asked at a terminal. */
function asked() {
  let written = '';
  let press: (key: Key) => void = () => undefined;
  let released = false;
  const answer = askPassword(
    {
      columns: 80,
      paint: PLAIN,
      write: (text) => void (written += text),
      listen: (key) => {
        press = key;
      },
      release: () => {
        released = true;
      },
    },
    'alice',
  );
  return {
    answer,
    shown: () => written,
    released: () => released,
    key: (key: Key) => press(key),
    type: (text: string) => {
      for (const sequence of text) press({ sequence, name: sequence });
    },
  };
}

describe('a password that is asked for', () => {
  it('is what was typed, of which nothing is shown', async () => {
    const { answer, shown, released, key, type } = asked();
    type('secreX');
    key({ name: 'backspace' });
    type('t 1');
    key({ name: 'return', sequence: '\r' });
    expect(await answer).toBe('secret 1');
    expect(shown()).toBe('Password of alice: \n');
    expect(released()).toBe(true);
  });

  it('is none where whoever was asked would rather leave', async () => {
    const { answer, released, key, type } = asked();
    type('sec');
    key({ name: 'c', ctrl: true, sequence: '\u0003' });
    expect(await answer).toBeUndefined();
    expect(released()).toBe(true);
  });
});

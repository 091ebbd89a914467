import { type Key, PLAIN, type Terminal } from '@usher/console';
import { describe, expect, it } from '@jest/globals';

import { askPassword } from '../../src/chat/ask-password.js';
import { password } from '../../src/chat/password.js';

/** Somebody who is asked at a terminal. */
function asked(ask: (terminal: Terminal) => Promise<string | undefined>) {
  let written = '';
  let press: (key: Key) => void = () => undefined;
  let released = false;
  const answer = ask({
    columns: 80,
    paint: PLAIN,
    write: (text) => void (written += text),
    listen: (key) => {
      press = key;
    },
    release: () => {
      released = true;
    },
  });
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
    const { answer, shown, released, key, type } = asked((terminal) =>
      askPassword(terminal, 'alice'),
    );
    type('secreX');
    key({ name: 'backspace' });
    type('t 1');
    key({ name: 'return', sequence: '\r' });
    expect(await answer).toBe('secret 1');
    expect(shown()).toBe('Password of alice: \n');
    expect(released()).toBe(true);
  });

  it('is none where whoever was asked would rather leave', async () => {
    const { answer, released, key, type } = asked((terminal) => askPassword(terminal, 'alice'));
    type('sec');
    key({ name: 'c', ctrl: true, sequence: '\u0003' });
    expect(await answer).toBeUndefined();
    expect(released()).toBe(true);
  });
});

describe('the password of --user', () => {
  it('is that of the environment, and nobody is asked', async () => {
    const { answer, shown } = asked((terminal) =>
      password('alice', { USHER_PASSWORD: 'canary 1' }, terminal),
    );
    expect([await answer, shown()]).toEqual(['canary 1', '']);
  });

  it('is asked for where there is none', async () => {
    const { answer, key, type } = asked((terminal) => password('alice', {}, terminal));
    type('typed');
    key({ name: 'return', sequence: '\r' });
    expect(await answer).toBe('typed');
  });

  it('is missed where nobody can be asked, or says nothing, with what to do', async () => {
    const missed = {
      code: 'no-password',
      message: expect.stringContaining('set USHER_PASSWORD'),
    };
    await expect(password('alice', { USHER_PASSWORD: '' }, undefined)).rejects.toMatchObject(
      missed,
    );
    const { answer, key } = asked((terminal) => password('alice', {}, terminal));
    key({ name: 'return', sequence: '\r' });
    await expect(answer).rejects.toMatchObject(missed);
  });
});

import { describe, expect, test } from '@jest/globals';

import {
  Address,
  Message,
  PLAIN_TEXT,
  plainText,
  SessionEnded,
  Unanswered,
  UsherError,
} from '../../src/index.js';

const alice = Address.parse('sip:alice@example.com');

describe('a message', () => {
  test('has text where its octets are UTF-8', () => {
    const { contentType, body } = plainText('grüß dich 👋');
    expect(contentType).toBe(PLAIN_TEXT);
    const message = new Message('1', alice, contentType, body, 0);
    expect(message.text).toBe('grüß dich 👋');
    expect(message.text).toBe('grüß dich 👋');
  });

  test('says so where they are not, and leaves them as they came', () => {
    const message = new Message('1', alice, 'image/png', Uint8Array.of(0x89, 0x50, 0xff), 0);
    expect(() => message.text).toThrow(expect.objectContaining({ code: 'not-text' }));
    expect([...message.body]).toEqual([0x89, 0x50, 0xff]);
  });
});

test('every error has a code and the name of its class', () => {
  for (const [error, code, name] of [
    [new SessionEnded(), 'session-ended', 'SessionEnded'],
    [new Unanswered(), 'unanswered', 'Unanswered'],
  ] as const) {
    expect(error).toBeInstanceOf(UsherError);
    expect(error).toMatchObject({ code, name });
  }
});

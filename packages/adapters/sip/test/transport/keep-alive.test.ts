import { describe, expect, test } from '@jest/globals';

import { keepAlive } from '../../src/transport/keep-alive.js';

describe('signs of life in datagrams and WebSocket messages', () => {
  test.each([
    ['a double CRLF is a ping', '\r\n\r\n', 'ping'],
    ['more line ends than two are nothing to act upon', '\r\n\r\n\r\n', 'pong'],
    ['a single CRLF is a pong', '\r\n', 'pong'],
    ['octets of zero, as some devices send them, are nothing to act upon', '\0\0\0\0', 'pong'],
    ['nothing at all is nothing to act upon', '', 'pong'],
    ['a message is none', '\r\n\r\nOPTIONS', undefined],
    ['a long row of line ends is left to the parser', '\r\n'.repeat(9), undefined],
  ])('%s', (_name, text, expected) => {
    expect(keepAlive(new TextEncoder().encode(text))).toBe(expected);
  });
});

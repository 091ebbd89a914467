import { describe, expect, it } from '@jest/globals';

import { GOOD, read, wrong } from './read.js';

const health = (value: string): string => `health: ${value}\n${GOOD}`;

describe('where others look how the house is doing', () => {
  it('is nowhere unless given, nor where it is off', () => {
    expect(read(GOOD).house.health).toBeUndefined();
    expect(read(health('off'))).toMatchObject({ problems: [] });
    expect(read(health('off')).house.health).toBeUndefined();
  });

  it.each([
    ['http://127.0.0.1:9080', '127.0.0.1', 9080],
    ['http://127.0.0.1:9080/', '127.0.0.1', 9080],
    ["'http://[::1]:0'", '::1', 0],
    ['http://0.0.0.0:9080', '0.0.0.0', 9080],
  ])('is a place such as %s', (text, host, port) => {
    const { house, problems } = read(health(text));
    expect(problems).toEqual([]);
    expect(house.health).toMatchObject({ host, port, place: { line: 1, column: 1 } });
  });

  it.each([
    ['9080', 'a place to serve HTTP such as `http://127.0.0.1:9080`, or `off`; found `9080`'],
    ['false', 'a place to serve HTTP such as `http://127.0.0.1:9080`, or `off`; found `false`'],
    ['on', 'an address with a port, and nothing behind that; write it like'],
    ['http://127.0.0.1', 'an address with a port, and nothing behind that; write it like'],
    ['http://127.0.0.1:9080/health', 'an address with a port, and nothing behind that;'],
    ["'http://me:secret@127.0.0.1:9080'", 'an address with a port, and nothing behind that;'],
    ['http://127.0.0.1:65536', 'of a port from 0 to 65535; write it like'],
    ['http://localhost:9080', 'at an address in numbers, such as 127.0.0.1, not at a name;'],
    ['http://256.0.0.1:9080', 'at an address in numbers, such as 127.0.0.1, not at a name;'],
    ['https://127.0.0.1:9080', 'without TLS; put a proxy before it where others are to come;'],
  ])('is not %s, and what to write instead is said', (text, said) => {
    expect(wrong(health(text))).toEqual([
      expect.stringContaining(`usher.yaml:1:1: \`health\` must be ${said}`),
    ]);
  });

  it('cannot be where TCP is listened at', () => {
    const tcp = GOOD.replace('transport=udp', 'transport=tcp');
    expect(wrong(`health: http://127.0.0.1:5060\n${tcp}`)).toEqual([
      'usher.yaml:1:1: `http://127.0.0.1:5060` and `sip:127.0.0.1:5060;transport=tcp` cannot both be had; give one of them another port [duplicate-listen]',
    ]);
    expect(wrong(health('http://127.0.0.1:5060'))).toEqual([]);
  });
});

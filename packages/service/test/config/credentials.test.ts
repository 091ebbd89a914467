import { describe, expect, it } from '@jest/globals';
import { sip } from '@usher/sip';

import { ConfigurationError, problemLine } from '../../src/config/problem.js';
import { check } from '../../src/run/check.js';
import { ECHO, sources, stage } from '../run/stage.js';
import { GOOD, read, wrong } from './read.js';

const PASSWORD = 'canary-123';
const ENVIRONMENT = { DESK_PASSWORD: PASSWORD };

/** A house with these credentials, and a bot. */
const house = (credentials: string): string =>
  GOOD.replace('---', `credentials: ${credentials}\n---`);
const one = (account: string): string => house(`[{ ${account} }]`);
const DESK = one('realm: example.com, username: desk, password: "${env:DESK_PASSWORD}"');

describe('credentials', () => {
  it('say who the house is to those who ask, by realm', () => {
    expect(wrong(DESK, ENVIRONMENT)).toEqual([]);
    expect(read(DESK, ENVIRONMENT).house.credentials).toEqual([
      { realm: 'example.com', username: 'desk', password: PASSWORD },
    ]);
    const old = one('realm: a, username: b, password: c, algorithms: [SHA-256, MD5]');
    expect(read(old).house.credentials).toEqual([
      { realm: 'a', username: 'b', password: 'c', algorithms: ['SHA-256', 'MD5'] },
    ]);
  });

  it('leave their passwords among what is never printed, wherever they come from', () => {
    expect(read(DESK, ENVIRONMENT).secrets).toContain(PASSWORD);
    const written = one('realm: a, username: b, password: written-down');
    expect(read(written).secrets).toContain('written-down');
  });

  it.each([
    ['username: desk, password: "12345678"', '`credentials.realm` is missing'],
    ['realm: a, username: desk', '`credentials.password` is missing'],
    ['realm: a, username: desk, password: 12345678', '`credentials.password` must be'],
    ['realm: a, username: [12345678], password: x', '`credentials.username` must be'],
    ['realm: a, username: b, pasword: "12345678"', 'did you mean `password`'],
    ['realm: a, username: b, password: "12345678", algorithms: SHA1', '`SHA-256`, `SHA-512-256`'],
  ])('say what is wrong with { %s }, and never show what was written', (account, why) => {
    const [line, ...others] = wrong(one(account));
    expect(others).toEqual([]);
    expect(line).toContain(why);
    expect(line).not.toContain('12345678');
  });

  it('show no text that stands where a table should, nor take an empty row', () => {
    expect(wrong(house('desk:12345678')).join()).not.toContain('12345678');
    expect(wrong(house('["desk:12345678"]')).join()).not.toContain('12345678');
    expect(wrong(house('[]'))).toEqual([expect.stringContaining('`credentials` must be')]);
  });

  it('that a user agent cannot have are told by their line, without the password', async () => {
    const { surroundings, screen } = stage();
    const account = '{ realm: example.com, username: desk, password: canary-123 }';
    const text = ECHO.replace('---', `credentials: [${account}, ${account}]\n---`);
    const making = {
      ...surroundings,
      userAgent: ({ credentials }: Parameters<typeof surroundings.userAgent>[0]) =>
        sip({ listen: ['sip:127.0.0.1:0'], ...(credentials && { credentials }) }),
    };
    const problems = await check(sources(text), making, screen(false)).then(
      () => [],
      (error: unknown) => {
        if (error instanceof ConfigurationError) return error.problems.map(problemLine);
        throw error;
      },
    );
    expect(problems).toEqual([
      'usher.yaml:3:1: the credentials of "desk" in the realm "example.com": there are two for this realm [bad-account]',
    ]);
  });
});

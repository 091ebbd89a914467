import { describe, expect, it } from '@jest/globals';

import { GOOD, read, wrong } from './read.js';

const PASSWORD = 'canary-123';
const ENVIRONMENT = { ALICE_PASSWORD: PASSWORD };

/** A house that others can reach, with this under `authentication`, and a bot. */
function house(authentication: string): string {
  return GOOD.replace('127.0.0.1', '192.0.2.1').replace(
    '---',
    `authentication: ${authentication}\n---`,
  );
}
const users = (user: string): string => house(`{ realm: example.com, users: [{ ${user} }] }`);
const GUARDED = users('username: alice, password: "${env:ALICE_PASSWORD}"');

describe('authentication', () => {
  it('names those who may come in, so that others may reach the house without further trust', () => {
    expect(wrong(GUARDED, ENVIRONMENT)).toEqual([]);
    expect(read(GUARDED, ENVIRONMENT).house.authentication).toEqual({
      realm: 'example.com',
      users: [{ username: 'alice', password: PASSWORD }],
    });
  });

  it('takes the addresses of a user and the algorithms, one or several', () => {
    const text = house(
      '{ realm: a, algorithms: SHA-256, users: [{ username: b, password: c, addresses: sip:b@a }] }',
    );
    expect(read(text).house.authentication).toEqual({
      realm: 'a',
      algorithms: ['SHA-256'],
      users: [{ username: 'b', password: 'c', addresses: ['sip:b@a'] }],
    });
  });

  it('leaves its passwords among what is never printed, wherever they come from', () => {
    expect(read(GUARDED, ENVIRONMENT).secrets).toContain(PASSWORD);
    expect(read(users('username: alice, password: written-down')).secrets).toContain(
      'written-down',
    );
  });

  it.each([
    ['username: alice, password: 12345678', '`authentication.users.password` must be'],
    ['username: alice, password: [12345678]', '`authentication.users.password` must be'],
    ['username: [12345678], password: x', '`authentication.users.username` must be'],
    ['username: alice', '`authentication.users.password` is missing'],
    ['username: alice, pasword: "12345678"', 'did you mean `password`'],
  ])('says what is wrong with { %s }, and never shows what was written', (user, why) => {
    const [line, ...others] = wrong(users(user));
    expect(others).toEqual([]);
    expect(line).toContain(why);
    expect(line).not.toContain('12345678');
  });

  it('shows no user that is no table, nor takes an empty row', () => {
    expect(wrong(house('{ realm: a, users: ["alice:12345678"] }')).join()).not.toContain(
      '12345678',
    );
    expect(wrong(house('{ realm: a, users: [] }'))).toEqual([
      expect.stringContaining('`authentication.users` must be users such as'),
    ]);
  });
});

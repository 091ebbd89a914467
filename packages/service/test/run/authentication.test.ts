import { describe, expect, it } from '@jest/globals';
import { sip } from '@usher/sip';

import { ConfigurationError, problemLine } from '../../src/config/problem.js';
import { check } from '../../src/run/check.js';
import { ECHO, sources, stage } from './stage.js';

/** What is found wrong where a user agent is made of what the house says of its users. */
async function wrong(users: string, realm = 'example.com'): Promise<string[]> {
  const { surroundings, screen } = stage();
  const text = ECHO.replace('---', `authentication:\n  realm: ${realm}\n  users: ${users}\n---`);
  const making = {
    ...surroundings,
    userAgent: ({ authentication }: Parameters<typeof surroundings.userAgent>[0]) =>
      sip({ listen: ['sip:127.0.0.1:0'], ...(authentication && { authentication }) }),
  };
  try {
    await check(sources(text), making, screen(false));
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems.map(problemLine);
    throw error;
  }
}

const ALICE = '{ username: alice, password: canary-123 }';

describe('users that a house cannot have', () => {
  it('are named by the line of `authentication`, without their passwords', async () => {
    expect(await wrong(`[${ALICE}]`)).toEqual([]);
    expect(await wrong(`[${ALICE}, ${ALICE}]`)).toEqual([
      'usher.yaml:3:1: the user "alice": it is there twice [bad-user]',
    ]);
    expect(await wrong(`[${ALICE}]`, 'no domain')).toEqual([
      expect.stringMatching(
        /^usher\.yaml:3:1: the user "alice": it needs addresses.*\[bad-user\]$/,
      ),
    ]);
  });
});

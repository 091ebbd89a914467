import { describe, expect, it } from '@jest/globals';

import { adviceOn } from '../../src/chat/advice.js';

/** The advice where these things were said of what went wrong. */
const advice = (
  status: number,
  user?: string,
  said: Readonly<Record<string, string>> = {},
): string | undefined =>
  adviceOn({ status, user, from: 'sip:alice@example.com', said: (code) => said[code] });

describe('advice', () => {
  it('on who is asked for a password and has none names --user', () => {
    expect(advice(401)).toContain('--user NAME');
    expect(advice(407)).toContain('--user NAME');
  });

  it('on a proof that was not taken says which part of it was wrong', () => {
    expect(advice(401, 'alice', { 'wrong-credentials': 'x' })).toBe(
      'alice or the password is wrong.',
    );
    expect(advice(401, 'alice', { 'weak-challenge': 'only MD5' })).toContain('--md5');
    expect(advice(401, 'alice', { 'bad-challenge': 'no qop' })).toBe('no qop.');
    expect(advice(401, 'alice')).toBeUndefined();
    expect(advice(403, 'alice')).toContain('--from');
    expect(advice(403)).toBeUndefined();
  });

  it('on a certificate that does not hold says why, and names --ca where that helps', () => {
    const on = (why: string): string | undefined =>
      advice(503, undefined, {
        'untrusted-certificate': `a certificate that does not hold: ${why}`,
      });
    expect(on('self-signed certificate')).toMatch(/self-signed certificate.*--ca FILE/);
    expect(on('unable to verify the first certificate')).toContain('--ca FILE');
    expect(on('certificate has expired')).not.toContain('--ca');
    const other = on('the certificate is not that of 127.0.0.1: it names example.com');
    expect(other).toContain('it names example.com');
    expect(other).not.toContain('--ca');
    expect(advice(503)).toBeUndefined();
  });

  it('shows nothing of a peer that could command the terminal', () => {
    expect(advice(401, 'alice', { 'unknown-realm': '\u001b[2J' })).toBe('\\u{1b}[2J.');
  });
});

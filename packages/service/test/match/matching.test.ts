import { describe, expect, it } from '@jest/globals';
import { Address, AddressPattern } from '@usher/core';

import { matcher } from '../../src/match/matching.js';
import { invitation } from '../invitation.js';

describe('what a bot is asked about', () => {
  const patterns = (...texts: string[]) => texts.map((text) => AddressPattern.parse(text));

  it('is everything, where nothing is said', () => expect(matcher({})).toBeUndefined());

  it('must hold in all that is said, by one of the entries of each', () => {
    const match = matcher({
      to: patterns('desk', 'echo'),
      from: patterns('*@example.org'),
      type: ['im'],
    });
    expect(match?.(invitation())).toBe(true);
    expect(match?.(invitation({ endpoint: Address.parse('sip:other@example.com') }))).toBe(false);
    expect(match?.(invitation({ type: 'audio-video' }))).toBe(false);
  });

  it('may be a subject, without regard to case; an invitation without one has none', () => {
    const match = matcher({ subject: ['Urgent*'] });
    expect(match?.(invitation({ subject: ' URGENT: fire ' }))).toBe(true);
    expect(match?.(invitation({ subject: 'not urgent' }))).toBe(false);
    expect(match?.(invitation())).toBe(false);
  });
});

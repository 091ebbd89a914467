/** An invitation, for tests that only look at its facts. */
import { Address, type Invitation } from '@usher/core';

/** An invitation from alice to echo, with other facts where some are given. */
export function invitation(facts: Partial<Invitation> = {}, displayName?: string): Invitation {
  const address = Address.parse('sip:alice@example.org');
  return {
    id: 'i1',
    endpoint: Address.parse('sip:echo@example.com'),
    inviter: {
      address,
      ...(displayName !== undefined && { displayName }),
      userAtHost: address.userAtHost,
      identity: { how: 'none' },
    },
    type: 'im',
    medium: 'message',
    history: [],
    context: new Map(),
    headers: { get: () => 'Digest response="deadbeef"', all: () => ['Digest response="deadbeef"'] },
    deadline: Date.UTC(2026, 0, 1),
    signal: new AbortController().signal,
    ...facts,
  };
}

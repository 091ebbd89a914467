import { describe, expect, it } from '@jest/globals';
import { Address } from '@usher/core';

import { byTransport } from '../../src/chat/by-transport.js';

describe('an address by a transport', () => {
  const target = Address.parse('sip:echo@127.0.0.1:5066');

  it('is written with the parameter of its URI, and is the same address otherwise', () => {
    const chosen = byTransport(target, 'ws');
    expect(chosen.toString()).toBe('sip:echo@127.0.0.1:5066;transport=ws');
    expect(chosen.userAtHost).toBe('echo@127.0.0.1');
    expect(chosen.equals(target)).toBe(true);
    expect(chosen instanceof Address).toBe(true);
  });

  it('is as it was for UDP, which a SIP URI means without a word', () => {
    expect(byTransport(target, 'udp')).toBe(target);
  });
});

import { describe, expect, it } from '@jest/globals';
import { Address } from '@usher/core';
import { SeededChance, userAgentContract, VirtualClock, type Witness } from '@usher/core/testing';

import { ConsoleUserAgent } from '../../src/index.js';

const TARGET = Address.parse('sip:bot@localhost');
const FROM = Address.parse('sip:alice@example.com');

/** Two ends of one console: that of a house, and that of whoever sits at the terminal. */
function witness(): Witness {
  const clock = new VirtualClock();
  const chance = new SeededChance(3);
  const caller = new ConsoleUserAgent({ name: 'seat', address: FROM, clock, chance });
  const callee = new ConsoleUserAgent({ address: TARGET, clock, chance });
  ConsoleUserAgent.link(caller, callee);
  return {
    caller,
    callee,
    target: TARGET,
    from: FROM,
    elapse: (ms) => clock.advance(ms),
    close: async () => {
      const closing = Promise.all([caller.close(), callee.close()]);
      await clock.advance(1_000);
      await closing;
    },
  };
}

describe('two user agents of a console', () => {
  it.each(userAgentContract.map((law) => [law.name, law] as const))('%s', async (_name, law) => {
    await expect(law.hold(witness())).resolves.toBeUndefined();
  });
});

import { describe, expect, it } from '@jest/globals';
import { Address } from '@usher/core';
import {
  SeededChance,
  SimulatedWire,
  userAgentContract,
  VirtualClock,
  type Witness,
} from '@usher/core/testing';

import { SipUserAgent } from '../../src/index.js';

/** What the contract says travels, besides text. */
const MESSAGES = ['text/*', 'application/json', 'application/octet-stream'];

/** Two user agents on a wire, over this transport. */
function simulated(transport: string): Witness {
  const clock = new VirtualClock();
  const chance = new SeededChance(7);
  const wire = new SimulatedWire({ clock, chance, delay: { min: 1, max: 3 }, slicing: true });
  const place = (address: string) => ({ transport, address, port: 5060 });
  const proxy = `sip:192.0.2.102:5060;transport=${transport}`;
  // They know each other: whom a house has never heard of is told less (see strangers.test.ts).
  const trust = { networks: ['192.0.2.0/24'] };
  const made = (network: ReturnType<typeof wire.network>, name: string) =>
    new SipUserAgent({ network, name, clock, chance, proxy, trust, messages: MESSAGES });
  const callerPlaces = transport === 'ws' ? [] : [place('192.0.2.101')];
  const caller = made(wire.network(callerPlaces), 'caller');
  const callee = made(wire.network([place('192.0.2.102')]), 'callee');
  return {
    caller,
    callee,
    rival: made(wire.network([place('192.0.2.102')]), 'rival'),
    target: Address.parse('sip:bot@192.0.2.102:5060'),
    from: Address.parse('sip:alice@example.com'),
    elapse: (ms) => clock.advance(ms),
    close: async () => {
      const closing = Promise.all([caller.close(), callee.close()]);
      await clock.advance(5_000);
      await closing;
    },
  };
}

describe.each(['udp', 'tcp', 'ws'])('two SIP user agents over simulated %s', (transport) => {
  it.each(userAgentContract.map((law) => [law.name, law] as const))('%s', async (_name, law) => {
    await expect(law.hold(simulated(transport))).resolves.toBeUndefined();
  });
});

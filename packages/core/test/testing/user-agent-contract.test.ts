/* oxlint-disable no-await-in-loop -- each law is tried by itself */
import { describe, expect, it } from '@jest/globals';

import { Address } from '../../src/index.js';
import {
  ScriptedCaller,
  userAgentContract,
  VirtualClock,
  type Witness,
} from '../../src/testing/index.js';
import { AlteredUserAgent, type Fault } from './altered-user-agent.js';
import { plantedFaults } from './planted-faults.js';

/** Two scripted user agents, linked; what is said travels for so long. */
function witness(delay: number): Witness {
  const clock = new VirtualClock();
  const caller = new ScriptedCaller({ clock, delay, name: 'caller' });
  const callee = new ScriptedCaller({ clock, delay, name: 'callee' });
  ScriptedCaller.link(caller, callee);
  return {
    caller,
    callee,
    rival: new AlteredUserAgent(new ScriptedCaller({ clock }), {
      open: () => Promise.reject(new Error('taken')),
    }),
    target: Address.parse('sip:reception@example.com'),
    from: Address.parse('sip:alice@example.org'),
    elapse: (ms) => clock.advance(ms),
    close: async () => {
      const closing = Promise.all([caller.close(), callee.close()]);
      await clock.advance(1_000);
      await closing;
    },
  };
}

describe.each([0, 1, 70])('two scripted user agents, %i ms apart', (delay) => {
  it.each(userAgentContract.map((law) => [law.name, law] as const))('%s', async (_, law) => {
    await expect(law.hold(witness(delay))).resolves.toBeUndefined();
  });
});

/** A pair of which one has a fault. */
function faulty(part: 'caller' | 'callee', fault: Fault): Witness {
  const sound = witness(5);
  return { ...sound, [part]: new AlteredUserAgent(sound[part], fault) };
}

async function broken(part: 'caller' | 'callee', fault: Fault): Promise<string[]> {
  const names: string[] = [];
  for (const law of userAgentContract) {
    await law.hold(faulty(part, fault)).catch(() => names.push(law.name));
  }
  return names;
}

describe('the contract of user agents', () => {
  it('has a sentence of its own for each law', () => {
    const names = userAgentContract.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThan(40);
  });

  it('holds for a user agent that was altered in nothing', async () => {
    expect(await broken('caller', {})).toEqual([]);
    expect(await broken('callee', {})).toEqual([]);
  });

  const found = new Set<string>();
  it.each(plantedFaults)('finds that %s (in the %s)', async (_, part, law, fault) => {
    const names = await broken(part, fault);
    for (const name of names) found.add(name);
    expect(names).toContainEqual(expect.stringContaining(law));
  });

  it('finds that it listens where somebody else does', async () => {
    const rival = new ScriptedCaller({ clock: new VirtualClock() });
    for (const law of userAgentContract) {
      await law.hold({ ...witness(0), rival }).catch(() => found.add(law.name));
    }
    expect([...found]).toContainEqual(expect.stringContaining('whose place is taken'));
  });

  it('has no law that none of these faults breaks', () => {
    const idle = userAgentContract.filter(({ name }) => !found.has(name)).map(({ name }) => name);
    expect(idle).toEqual([]);
  });
});

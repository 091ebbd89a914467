import { describe, expect, it } from '@jest/globals';

import { bytes, deaf, text, there, twoParties } from './two-parties.js';

describe('messages on the simulated wire', () => {
  it('arrive whole, once and in order, however bad the weather', async () => {
    const { clock, alice, atBob, toBob } = await twoParties('ws', {
      delay: { min: 1, max: 30 },
      slicing: true,
      loss: 0.5,
      duplication: 0.5,
    });
    const sent = Array.from({ length: 100 }, (_, number) => `message ${number}`);
    for (const message of sent) alice.transmit(bytes(message), toBob);
    clock.elapse(1_000);
    expect(atBob.texts).toEqual(sent);
  });
});

describe('a simulated network', () => {
  it.each(['udp', 'tcp', 'ws'])(
    'carries over %s the octets of the moment they were sent',
    async (transport) => {
      const { clock, wire, alice, atBob, toBob } = await twoParties(transport, {
        delay: { min: 5, max: 5 },
      });
      const buffer = bytes('before');
      alice.transmit(buffer, toBob);
      buffer.set(bytes('after!'));
      clock.elapse(50);
      expect(atBob.texts).toEqual(['before']);
      expect(wire.log.map((transmission) => text(transmission.bytes))).toEqual(['before']);
    },
  );

  it('cannot listen twice at one place', async () => {
    const { wire } = await twoParties('udp');
    const place = { transport: 'udp', address: '192.0.2.30', port: 5060 };
    await expect(wire.network([place, place]).open(deaf)).rejects.toThrow('it is taken');
  });

  it('refuses a place that is taken, naming it, and then holds none', async () => {
    const { wire } = await twoParties('udp');
    const rival = wire.network([
      { transport: 'udp', address: '192.0.2.30', port: 5060 },
      { transport: 'udp', ...there },
    ]);
    await expect(rival.open(deaf)).rejects.toThrow('udp 192.0.2.20:5060');
    const other = wire.network([{ transport: 'udp', address: '192.0.2.30', port: 5060 }]);
    await expect(other.open(deaf)).resolves.toHaveLength(1);
  });

  it('is given a free port for port 0', async () => {
    const { wire } = await twoParties('udp');
    const anywhere = { transport: 'udp', address: '192.0.2.30', port: 0 };
    const [first, second] = await wire.network([anywhere, anywhere]).open(deaf);
    expect(first?.port).toBeGreaterThan(0);
    expect(second?.port).not.toBe(first?.port);
  });

  it('does the same again for the same seed', async () => {
    const run = async (seed: number): Promise<string> => {
      const { clock, alice, atBob, toBob } = await twoParties('udp', {
        seed,
        delay: { min: 1, max: 99 },
        loss: 0.3,
        duplication: 0.3,
      });
      for (let number = 0; number < 50; number += 1) alice.transmit(bytes(`${number}`), toBob);
      clock.elapse(100);
      return JSON.stringify(atBob.received);
    };
    expect(await run(1)).toBe(await run(1));
    expect(await run(1)).not.toBe(await run(2));
  });
});

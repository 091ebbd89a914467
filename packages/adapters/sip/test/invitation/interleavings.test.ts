import { describe, expect, it } from '@jest/globals';
import { SeededChance } from '@usher/core/testing';

import { Race } from './race.js';
import { gapsOf, MOVES, type Script, scriptBy, scriptsOf } from './script.js';

/** So many invitations are under way at once. */
const AT_ONCE = 1_000;
/** The first faults say enough. */
const TOLD = 5;

async function playAll(scripts: readonly Script[]): Promise<string[]> {
  const race = await Race.open();
  const wrong: string[] = [];
  for (let at = 0; at < scripts.length && wrong.length === 0; at += AT_ONCE) {
    // oxlint-disable-next-line no-await-in-loop -- one lot after the other
    wrong.push(...(await race.play(scripts.slice(at, at + AT_ONCE))));
  }
  return wrong.slice(0, TOLD);
}

describe('T15: accept, reject, forward, CANCEL, the deadline and the loss of the way in every order: the first one is the one answer', () => {
  it.each<[string, Omit<Script, 'moves' | 'gaps'>]>([
    ['over UDP', { transport: 'udp', by: 'person', confirms: 1 }],
    [
      'over UDP, every datagram twice',
      { transport: 'udp', by: 'person', confirms: 1, doubled: true, elsewhere: true },
    ],
    ['over TCP', { transport: 'tcp', by: 'person', confirms: 1, elsewhere: true }],
    ['over a WebSocket', { transport: 'ws', by: 'person', confirms: 1 }],
  ])(
    'decided by a person, %s: 23,040 interleavings',
    async (_name, rest) => {
      const gaps = gapsOf(['at once', 'later'], MOVES.length - 1);
      const scripts = scriptsOf(rest, gaps);
      expect(scripts).toHaveLength(23_040);
      expect(await playAll(scripts)).toEqual([]);
    },
    240_000,
  );

  it('decided by a bot, or by a polite one, or with promises that settle between: 8,640 interleavings', async () => {
    const kinds = (['bot', 'polite'] as const).flatMap((by) =>
      (['udp', 'ws'] as const).map((transport) => ({ by, transport, confirms: 1 })),
    );
    const gaps = [gapsOf(['at once'], 5), gapsOf(['settled'], 5), gapsOf(['later'], 5)].flat();
    const scripts = kinds.flatMap((rest) => scriptsOf(rest, gaps));
    expect(scripts).toHaveLength(8_640);
    expect(await playAll(scripts)).toEqual([]);
  }, 240_000);

  it.each([1, 2, 3])(
    'by chance: 4,000 interleavings (seed %d)',
    async (seed) => {
      const chance = new SeededChance(seed);
      const scripts = Array.from({ length: 4_000 }, () => scriptBy(chance));
      expect(await playAll(scripts)).toEqual([]);
    },
    240_000,
  );
});

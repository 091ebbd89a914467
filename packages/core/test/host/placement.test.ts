import { describe, expect, test } from '@jest/globals';

import { createHost, type Placement, reject } from '../../src/index.js';
import { Doorkeeper } from './room.js';

const plugin = { decide: () => reject('busy') };

async function refusal(...bots: readonly Placement[]): Promise<string> {
  try {
    await createHost({ userAgents: [], bots });
    return 'built';
  } catch (error) {
    return error instanceof Error && 'code' in error
      ? `${String(error.code)}: ${error.message}`
      : String(error);
  }
}

describe('a house is not built', () => {
  test('where two bots have the same order, and the error names both', async () => {
    const message = await refusal({ id: 'a', order: 1, plugin }, { id: 'b', order: 1, plugin });
    expect(message).toContain('bad-placement');
    expect(message).toMatch(/"a".*"b"/);
  });

  test('where two bots have the same id', async () => {
    expect(await refusal({ id: 'a', order: 1, plugin }, { id: 'a', order: 2, plugin })).toMatch(
      /bad-placement.*"a"/,
    );
  });

  test.each(['', 'a b', 'a"b', 'a\r\nb', '-a', 'ä', 'a'.repeat(65)])(
    'where %j is to be an id',
    async (id) => {
      expect(await refusal({ id, order: 1, plugin })).toContain('bad-placement');
    },
  );

  test.each([Number.NaN, Infinity])('where %d is to be an order', async (order) => {
    expect(await refusal({ id: 'a', order, plugin })).toContain('bad-placement');
  });

  test.each([0, -1, Number.NaN])('where a mailbox is to have %d places', async (mailbox) => {
    expect(await refusal({ id: 'a', order: 1, plugin, session: { mailbox } })).toContain(
      'bad-placement',
    );
  });

  test('where a length of time is none', async () => {
    expect(
      await refusal({ id: 'a', order: 1, plugin, decide: { timeout: 'soon' as '1s' } }),
    ).toContain('bad-duration');
  });

  test('where two user agents have the same name', async () => {
    const userAgents = [new Doorkeeper('sip'), new Doorkeeper('sip')];
    await expect(createHost({ userAgents, bots: [] })).rejects.toMatchObject({
      code: 'bad-user-agent',
    });
  });
});

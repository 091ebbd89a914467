import { describe, expect, test } from '@jest/globals';

import { ProvenSources } from '../../src/transport/proven-sources.js';

const MINUTE = 60_000;

describe('an address that has proved to be somebody’s', () => {
  test('is believed for ten minutes, and no other is', () => {
    const sources = new ProvenSources();
    sources.prove('192.0.2.1', 5);
    expect(sources.has('192.0.2.1', 5)).toBe(true);
    expect(sources.has('192.0.2.1', 10 * MINUTE + 4)).toBe(true);
    expect(sources.has('192.0.2.1', 10 * MINUTE + 5)).toBe(false);
    expect(sources.has('192.0.2.10', 5)).toBe(false);
    expect(sources.has('__proto__', 5)).toBe(false);
  });

  test('is believed for longer when it proves it anew, and no longer when it is revoked', () => {
    const sources = new ProvenSources();
    sources.prove('2001:db8::1', 0);
    sources.prove('2001:db8::1', 9 * MINUTE);
    expect(sources.has('2001:db8::1', 18 * MINUTE)).toBe(true);
    sources.revoke('2001:db8::1');
    expect([sources.has('2001:db8::1', 18 * MINUTE), sources.size]).toEqual([false, 0]);
  });

  test('takes the place of the one whose proof is the oldest, where no more are remembered', () => {
    const sources = new ProvenSources(3);
    for (const [index, name] of ['a', 'b', 'c'].entries()) sources.prove(name, index);
    sources.prove('a', 2 * MINUTE);
    sources.prove('d', 2 * MINUTE);
    expect(sources.size).toBe(3);
    const known = ['a', 'b', 'c', 'd'].filter((name) => sources.has(name, 2 * MINUTE));
    expect(known).toEqual(['a', 'c', 'd']);
  });
});

import { describe, expect, test } from '@jest/globals';

import { MemoryStore } from '../../src/host/memory-store.js';

describe('the store in memory', () => {
  test('gives back what was put, until it is deleted', async () => {
    const store = new MemoryStore();
    await store.put('name', { first: 'Ada' });
    expect(await store.get('name')).toEqual({ first: 'Ada' });
    await store.delete('name');
    expect(await store.get('name')).toBeUndefined();
  });

  test('keeps a copy, so that what happens to the original changes nothing', async () => {
    const store = new MemoryStore();
    const value = { list: [1] };
    await store.put('key', value);
    value.list.push(2);
    const got = (await store.get('key')) as typeof value;
    got.list.push(3);
    expect(await store.get('key')).toEqual({ list: [1] });
  });

  test('refuses what cannot be kept, as any other store would', async () => {
    await expect(new MemoryStore().put('key', () => undefined)).rejects.toThrow(
      /could not be cloned/,
    );
  });

  test('is bounded: beyond 100,000 keys the one put longest ago is forgotten', async () => {
    const store = new MemoryStore();
    for (let count = 0; count < 100_000; count += 1) void store.put(`${count}`, count);
    await store.put('0', 'again');
    await store.put('one more', 1);
    expect(await store.get('0')).toBe('again');
    expect(await store.get('1')).toBeUndefined();
    expect(await store.get('2')).toBe(2);
  });
});

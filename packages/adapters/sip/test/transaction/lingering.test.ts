import { describe, expect, test } from '@jest/globals';

import { Lingering } from '../../src/transaction/lingering.js';
import { request, Stage } from './stage.js';

describe('transactions that linger', () => {
  const transactions = Array.from({ length: 2_500 }, (_, n) =>
    new Stage().opened(request({ method: 'MESSAGE', branch: `z9hG4bK${n}` })),
  );

  test('the oldest that has not ended is known, in whatever order they end', () => {
    const lingering = new Lingering<string>();
    expect(lingering.oldest).toBeUndefined();
    for (const transaction of transactions) lingering.add(transaction);
    // The odd ones end first, then the even ones one by one.
    for (const [n, transaction] of transactions.entries()) if (n % 2 === 1) transaction.stop();
    for (const [n, transaction] of transactions.entries()) {
      if (n % 2 === 1) continue;
      expect(lingering.oldest).toBe(transaction);
      transaction.stop();
    }
    expect(lingering.oldest).toBeUndefined();
  });
});

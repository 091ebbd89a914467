import { expect, it } from '@jest/globals';
import type { Flow } from '@usher/core/adapter';

import { ByFlow } from '../../src/transaction/by-flow.js';

const remote = { address: '192.0.2.1', port: 5061 };

it('what is sent to two domains at one address is not lost together', () => {
  const byFlow = new ByFlow<{ readonly flow: Flow }>();
  const one = { flow: { transport: 'tls', remote, name: 'example.com' } };
  const other = { flow: { transport: 'tls', remote, name: 'example.net' } };
  byFlow.add(one);
  byFlow.add(other);
  expect(byFlow.on({ ...one.flow, connection: 1 })).toEqual([one]);
  expect(byFlow.on(other.flow)).toEqual([other]);
});

it('where no name is wanted, the address is', () => {
  const byFlow = new ByFlow<{ readonly flow: Flow }>();
  const nameless = { flow: { transport: 'tls', remote } };
  byFlow.add(nameless);
  expect(byFlow.on({ transport: 'tls', remote, name: '192.0.2.1', connection: 1 })).toEqual([
    nameless,
  ]);
});

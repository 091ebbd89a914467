import { once } from 'node:events';
import { createServer } from 'node:net';

import { describe, expect, it } from '@jest/globals';
import { Address } from '@usher/core';
import { userAgentContract, type Witness } from '@usher/core/testing';

import { LineUserAgent } from '../src/line-user-agent.js';

/** A port of the loopback interface that nobody has. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Two user agents with sockets of their own, and one that comes too late. */
async function witness(): Promise<Witness> {
  const port = await freePort();
  const target = Address.parse(`sip:bot@127.0.0.1:${port}`);
  const from = Address.parse('sip:alice@example.com');
  const caller = new LineUserAgent(from, 0, 'caller');
  const callee = new LineUserAgent(target, port, 'callee');
  return {
    caller,
    callee,
    rival: new LineUserAgent(target, port, 'rival'),
    target,
    from,
    lacks: ['pager'],
    // The loopback interface is faster than the contract's patience.
    elapse: (ms) =>
      new Promise((resolve) => {
        setTimeout(resolve, ms / 8);
      }),
    close: async () => {
      await Promise.all([caller.close(), callee.close()]);
    },
  };
}

describe('two user agents of JSON lines over TCP, without pager mode', () => {
  it.each(userAgentContract.map((law) => [law.name, law] as const))('%s', async (_name, law) => {
    await expect(law.hold(await witness())).resolves.toBeUndefined();
  });
});

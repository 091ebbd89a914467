import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';

import { describe, expect, it } from '@jest/globals';
import { Address } from '@usher/core';
import { userAgentContract, type Witness } from '@usher/core/testing';

import { sip } from '../../src/index.js';

const MESSAGES = ['text/*', 'application/json', 'application/octet-stream'];

/** A port of the loopback interface that nobody has. */
async function freePort(transport: string): Promise<number> {
  if (transport === 'udp') {
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const { port } = socket.address();
    socket.close();
    return port;
  }
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Two user agents with sockets of their own, over this transport. */
async function onSockets(transport: string): Promise<Witness> {
  const port = await freePort(transport);
  const there = `sip:127.0.0.1:${port};transport=${transport}`;
  // They know each other: whom a house has never heard of is told less (see strangers.test.ts).
  const common = { messages: MESSAGES, proxy: there, trust: { networks: ['127.0.0.1'] } };
  const here = transport === 'ws' ? [] : [`sip:127.0.0.1:0;transport=${transport}`];
  const caller = sip({ ...common, name: 'caller', listen: here });
  const callee = sip({ ...common, name: 'callee', listen: [there] });
  return {
    caller,
    callee,
    rival: sip({ ...common, name: 'rival', listen: [there] }),
    target: Address.parse(`sip:bot@127.0.0.1:${port}`),
    from: Address.parse('sip:alice@example.com'),
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

describe.each(['udp', 'tcp', 'ws'])(
  'two SIP user agents over %s on the loopback interface',
  (transport) => {
    it.each(userAgentContract.map((law) => [law.name, law] as const))('%s', async (_name, law) => {
      await expect(law.hold(await onSockets(transport))).resolves.toBeUndefined();
    });
  },
);

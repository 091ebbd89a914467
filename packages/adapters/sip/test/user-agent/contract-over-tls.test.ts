import { once } from 'node:events';
import { createServer } from 'node:net';

import { describe, expect, it } from '@jest/globals';
import { Address } from '@usher/core';
import { userAgentContract, type Witness } from '@usher/core/testing';

import { sip } from '../../src/index.js';
import { AUTHORITY, files } from '../node/certificate.js';

const MESSAGES = ['text/*', 'application/json', 'application/octet-stream'];

/** A port of the loopback interface that nobody has. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Two user agents with sockets of their own, who prove to each other who they are. */
async function overTls(transport: 'tls' | 'wss'): Promise<Witness> {
  const port = await freePort();
  const parameter = transport === 'tls' ? '' : ';transport=ws';
  const proxy = `sips:127.0.0.1:${port}${parameter}`;
  const secured = { ...files('domain'), ca: AUTHORITY, clients: 'required' } as const;
  const there = { uri: proxy, ...secured };
  const common = { messages: MESSAGES, proxy, sockets: { authorities: [AUTHORITY] } };
  const here = { uri: `sips:127.0.0.1:0${parameter}`, ...secured };
  const caller = sip({ ...common, name: 'caller', listen: [here] });
  const callee = sip({ ...common, name: 'callee', listen: [there] });
  return {
    caller,
    callee,
    rival: sip({ ...common, name: 'rival', listen: [there] }),
    target: Address.parse(`sips:bot@127.0.0.1:${port}`),
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

describe.each(['tls', 'wss'] as const)(
  'two SIP user agents over %s on the loopback interface',
  (transport) => {
    it.each(userAgentContract.map((law) => [law.name, law] as const))('%s', async (_name, law) => {
      await expect(law.hold(await overTls(transport))).resolves.toBeUndefined();
    });
  },
);

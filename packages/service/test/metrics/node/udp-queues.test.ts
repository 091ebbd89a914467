import { createSocket } from 'node:dgram';
import { endianness } from 'node:os';

import { describe, expect, it } from '@jest/globals';

import { readQueues, udpQueues } from '../../../src/metrics/node/udp-queues.js';

/** As a machine writes them that has the least octet first; others are not looked at here. */
const little = endianness() === 'LE' ? describe : describe.skip;

little('what Linux tells of UDP sockets', () => {
  it('is read with address, port, what waits, and what was dropped', () => {
    const text = [
      '   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops            ',
      '12316: 0100007F:13C4 00000000:0000 07 00000000:00000300 00:00000000 00000000     0        0 529441 2 00000000cb346348 17        ',
      '12318: 00000000:0044 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 529442 2 000000005ec45009 0        ',
      '',
    ].join('\n');
    expect(readQueues(text, 'ipv4')).toEqual([
      { address: '127.0.0.1', port: 5060, waiting: 768, dropped: 17 },
      { address: '0.0.0.0', port: 68, waiting: 0, dropped: 0 },
    ]);
  });

  it('is read for IPv6, in the way in which Node writes addresses', () => {
    const line = (address: string): string =>
      ` 9560: ${address}:CCAC 00000000000000000000000000000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 529573 2 00000000c4158923 1`;
    const text = [
      'head',
      line('00000000000000000000000001000000'),
      line('B80D0120010000000000000034120000'),
    ].join('\n');
    expect(readQueues(text, 'ipv6').map(({ address }) => address)).toEqual([
      '::1',
      '2001:db8:0:1::1234',
    ]);
  });

  it('is nothing where the table is none', () => {
    expect(readQueues('', 'ipv4')).toEqual([]);
    expect(readQueues('head\nx\n1 2 3\n\n', 'ipv4')).toEqual([]);
  });
});

const linux = process.platform === 'linux' ? describe : describe.skip;

linux('the UDP sockets of this process', () => {
  it.each([
    ['udp4', '127.0.0.1'],
    ['udp6', '::1'],
  ] as const)('are found by where they listen: %s', async (type, address) => {
    const socket = createSocket(type);
    await new Promise<void>((resolve) => void socket.bind(0, address, resolve));
    const { port } = socket.address();
    try {
      expect(
        await udpQueues([
          { transport: 'tcp', address, port },
          { transport: 'udp', address, port },
        ]),
      ).toEqual([{ address, port, waiting: 0, dropped: 0 }]);
    } finally {
      socket.close();
    }
  });
});

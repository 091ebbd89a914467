import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

import { afterEach, describe, expect, test } from '@jest/globals';

import { SipNetwork } from '../../src/node/sip-network.js';
import { Ears } from './ears.js';

const octets = new TextEncoder();
const undo: (() => Promise<void> | void)[] = [];

async function network(
  address = '127.0.0.1',
): Promise<{ net: SipNetwork; ears: Ears; port: number }> {
  const net = new SipNetwork([{ transport: 'udp', address, port: 0 }]);
  const ears = new Ears();
  const [listening] = await net.open(ears);
  undo.push(async () => net.close());
  if (listening === undefined) throw new Error('it does not listen');
  expect(listening).toEqual({ transport: 'udp', address, port: listening.port });
  expect(listening.port).toBeGreaterThan(0);
  return { net, ears, port: listening.port };
}

async function peer(address = '127.0.0.1', port = 0): Promise<Socket> {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  socket.bind(port, address);
  await once(socket, 'listening');
  undo.push(() => {
    socket.close();
  });
  return socket;
}

afterEach(async () => {
  for (const task of undo.splice(0).toReversed()) await task();
});

describe('UDP', () => {
  test.each(['127.0.0.1', '::1'])(
    'a datagram comes whole with its flow, and the answer leaves from where it was sent to (%s)',
    async (address) => {
      const { net, ears, port } = await network(address);
      const other = await peer(address);
      other.send('OPTIONS', port, address);
      const { bytes, flow } = await ears.next('receive');
      expect(new TextDecoder().decode(bytes)).toBe('OPTIONS');
      expect(flow).toEqual({
        transport: 'udp',
        local: { address, port },
        remote: { address, port: other.address().port },
      });
      net.transmit(octets.encode('200'), flow);
      const [answer, from] = (await once(other, 'message')) as [
        Buffer,
        { address: string; port: number },
      ];
      expect(answer.toString()).toBe('200');
      expect(from).toMatchObject({ address, port });
    },
  );

  test('a flow without our end leaves from the socket of its family', async () => {
    const net = new SipNetwork([
      { transport: 'udp', address: '127.0.0.1', port: 0 },
      { transport: 'udp', address: '::1', port: 0 },
    ]);
    const listening = await net.open(new Ears());
    undo.push(async () => net.close());
    for (const { address, port } of listening) {
      const other = await peer(address);
      net.transmit(octets.encode('hello'), {
        transport: 'udp',
        remote: { address, port: other.address().port },
      });
      const [, from] = (await once(other, 'message')) as [
        Buffer,
        { address: string; port: number },
      ];
      expect(from).toMatchObject({ address, port });
    }
  });

  test('datagrams of the same peer share one flow', async () => {
    const { ears, port } = await network();
    const other = await peer();
    other.send('1', port, '127.0.0.1');
    const first = await ears.next('receive');
    other.send('2', port, '127.0.0.1');
    const second = await ears.next('receive');
    expect(second.flow).toBe(first.flow);
  });

  test('peers are told apart by each bit of their ports', async () => {
    const { ears, port } = await network();
    const one = await peer();
    // Whichever of these ports is free: they differ in the upper bits alone.
    const others = [1, 2, 3, 4, 5, 6].map(async (step) =>
      peer('127.0.0.1', (one.address().port + step * 1_024) % 65_536),
    );
    const other = await Promise.any(others);
    for (const socket of [one, other, one]) {
      socket.send('OPTIONS', port, '127.0.0.1');
      expect((await ears.next('receive')).flow.remote.port).toBe(socket.address().port);
    }
    await Promise.allSettled(others);
  });

  test.each([
    ['is too large', new Uint8Array(70_000), { address: '127.0.0.1', port: 9 }],
    ['has no port to go to', new Uint8Array(1), { address: '127.0.0.1', port: 0 }],
    ['goes to a name', new Uint8Array(1), { address: 'example.invalid', port: 9 }],
    ['goes to another family', new Uint8Array(1), { address: '::1', port: 9 }],
  ])(
    'a datagram that %s has failed, which is told after transmit returned',
    async (_what, bytes, remote) => {
      const { net, ears } = await network();
      net.transmit(bytes, { transport: 'udp', remote });
      expect(ears.rest).toEqual([]);
      const { flow, why } = await ears.next('failed');
      expect(flow).toMatchObject({ transport: 'udp', remote });
      expect(why).not.toBe('');
    },
  );

  test('a port that is in use is named, and nothing is held', async () => {
    const { port } = await network();
    const second = new SipNetwork([
      { transport: 'udp', address: '127.0.0.1', port: 0 },
      { transport: 'tcp', address: '127.0.0.1', port: 0 },
      { transport: 'udp', address: '127.0.0.1', port },
    ]);
    await expect(second.open(new Ears())).rejects.toMatchObject({
      name: 'LocalProtocolError',
      code: 'port-in-use',
      message: expect.stringContaining(`udp 127.0.0.1:${port}`),
    });
    // It may be tried again, so nothing was left open of the first try.
    await expect(second.open(new Ears())).rejects.toMatchObject({ code: 'port-in-use' });
  });

  test.each([
    ['a name', 'localhost'],
    ['an address of somebody else', '192.0.2.1'],
  ])('%s is nothing to listen at', async (_what, address) => {
    const net = new SipNetwork([{ transport: 'udp', address, port: 0 }]);
    await expect(net.open(new Ears())).rejects.toMatchObject({
      code: 'cannot-listen',
      message: expect.stringContaining(address),
    });
  });

  test('a network is opened once at a time', async () => {
    const { net } = await network();
    await expect(net.open(new Ears())).rejects.toMatchObject({ code: 'already-open' });
  });

  test('what was sent before close goes out, and the port is free afterwards', async () => {
    const { net, port } = await network();
    const other = await peer();
    const last = once(other, 'message');
    net.transmit(octets.encode('BYE'), {
      transport: 'udp',
      remote: { address: '127.0.0.1', port: other.address().port },
    });
    await net.close();
    expect(((await last) as [Buffer])[0].toString()).toBe('BYE');
    const again = createSocket('udp4');
    again.bind(port, '127.0.0.1');
    await once(again, 'listening');
    again.close();
  });
});

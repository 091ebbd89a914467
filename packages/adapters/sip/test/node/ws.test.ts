import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';

import { afterEach, describe, expect, test } from '@jest/globals';
import { WebSocket } from 'ws';

import { SipNetwork } from '../../src/node/sip-network.js';
import type { SipNetworkOptions } from '../../src/node/sip-network-options.js';
import { Ears } from './ears.js';

const octets = new TextEncoder();
const undo: (() => Promise<void> | void)[] = [];

async function network(
  options?: SipNetworkOptions,
): Promise<{ net: SipNetwork; ears: Ears; port: number }> {
  const net = new SipNetwork([{ transport: 'ws', address: '127.0.0.1', port: 0 }], options);
  const ears = new Ears();
  const [listening] = await net.open(ears);
  undo.push(async () => net.close());
  return { net, ears, port: listening?.port ?? 0 };
}

async function peer(
  port: number,
  options: { protocols?: string[]; origin?: string } = {},
): Promise<WebSocket> {
  const { protocols = ['sip'], origin } = options;
  const socket = new WebSocket(
    `ws://127.0.0.1:${port}/`,
    protocols,
    origin === undefined ? {} : { origin },
  );
  undo.push(() => {
    socket.on('error', () => undefined);
    socket.terminate();
  });
  await once(socket, 'open');
  return socket;
}

async function message(socket: WebSocket): Promise<{ text: string; isBinary: boolean }> {
  const [data, isBinary] = (await once(socket, 'message')) as [Buffer, boolean];
  return { text: data.toString('latin1'), isBinary };
}

afterEach(async () => {
  for (const task of undo.splice(0).toReversed()) await task();
});

describe('WebSocket (RFC 7118)', () => {
  test('a message comes whole with the flow of its connection; the subprotocol is sip, and nothing is compressed', async () => {
    const { ears, port } = await network();
    const socket = await peer(port, { protocols: ['other', 'sip'] });
    expect(socket.protocol).toBe('sip');
    expect(socket.extensions).toBe('');
    const { flow } = await ears.next('opened');
    expect(flow).toMatchObject({
      transport: 'ws',
      local: { address: '127.0.0.1', port },
      remote: { address: '127.0.0.1' },
    });
    const large = 'OPTIONS '.repeat(8_000);
    socket.send(large);
    const received = await ears.next('receive');
    expect(received.flow).toBe(flow);
    expect(new TextDecoder().decode(received.bytes)).toBe(large);
  });

  test('text is answered as text, octets as octets', async () => {
    const { net, ears, port } = await network();
    const socket = await peer(port);
    socket.send('OPTIONS');
    const { flow } = await ears.next('receive');
    net.transmit(octets.encode('200 ✓'), flow);
    expect(await message(socket)).toEqual({
      text: Buffer.from('200 ✓').toString('latin1'),
      isBinary: false,
    });
    socket.send(octets.encode('OPTIONS'));
    await ears.next('receive');
    net.transmit(octets.encode('200'), flow);
    expect(await message(socket)).toEqual({ text: '200', isBinary: true });
  });

  test('what is no UTF-8 goes as octets even to a peer that speaks text', async () => {
    const { net, ears, port } = await network();
    const socket = await peer(port);
    const { flow } = await ears.next('opened');
    net.transmit(Uint8Array.of(0xff, 0xfe), flow);
    expect(await message(socket)).toEqual({ text: '\u00ff\u00fe', isBinary: true });
  });

  test.each([
    ['without the subprotocol', [], 400],
    ['with another subprotocol', ['sipx', 'xsip'], 400],
  ])('a peer %s is refused', async (_what, protocols, status) => {
    const { ears, port } = await network();
    await expect(peer(port, { protocols })).rejects.toThrow(String(status));
    expect(ears.rest).toEqual([]);
  });

  test('a page is let in where it was agreed, and refused with 403 otherwise', async () => {
    const { ears, port } = await network({ origins: ['https://example.com'] });
    await peer(port, { origin: 'https://example.com' });
    await ears.next('opened');
    for (const origin of [
      'https://evil.example',
      'http://example.com',
      'https://example.com.evil.example',
      'null',
    ]) {
      await expect(peer(port, { origin })).rejects.toThrow('403');
    }
    expect(ears.rest).toEqual([]);
  });

  test('who asks for a page is told to upgrade', async () => {
    const { port } = await network();
    const socket = connect(port, '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 426 /);
    socket.destroy();
  });

  test('a message beyond the limit closes the connection with 1009, before it is read', async () => {
    const { ears, port } = await network({ message: 1_000 });
    const socket = await peer(port);
    socket.send('x'.repeat(1_001));
    expect((await once(socket, 'close'))[0]).toBe(1_009);
    await ears.next('closed');
    expect(ears.rest).not.toContain('receive');
  });

  test('an answer to a peer that is gone has failed: nobody listens there', async () => {
    const { net, ears, port } = await network();
    const socket = await peer(port);
    const { flow } = await ears.next('opened');
    socket.close();
    await ears.next('closed');
    net.transmit(octets.encode('200'), flow);
    const failed = await ears.next('failed');
    expect(failed.flow).toBe(flow);
    expect(failed.why).toContain('gone');
  });

  test('disconnect closes when all has gone out', async () => {
    const { net, ears, port } = await network();
    const socket = await peer(port);
    const { flow } = await ears.next('opened');
    const answer = message(socket);
    const closed = once(socket, 'close');
    net.transmit(octets.encode('400'), flow);
    net.disconnect(flow);
    expect((await answer).text).toBe('400');
    expect((await closed)[0]).toBe(1_000);
    expect((await ears.next('closed')).flow).toBe(flow);
    expect(ears.rest).toEqual([]);
  });

  test('a peer that takes nothing is cut off when too much waits for it', async () => {
    const { net, ears, port } = await network({ backlog: 256 * 1024 });
    const socket = await peer(port);
    const { flow } = await ears.next('opened');
    socket.pause();
    const piece = new Uint8Array(64 * 1024);
    for (let sent = 0; sent < 1_000 && !ears.rest.includes('failed'); sent += 1) {
      net.transmit(piece, flow);
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
    }
    expect((await ears.next('failed')).why).toContain('does not take');
    await ears.next('closed');
  });

  test('a peer that takes no answers is read no further until it does', async () => {
    const { net, ears, port } = await network({ backlog: 16 * 1024 * 1024 });
    const deaf = await peer(port);
    const { flow } = await ears.next('opened');
    deaf.pause();
    // More than the system takes on its own account.
    for (let sent = 0; sent < 12; sent += 1) net.transmit(new Uint8Array(1024 * 1024), flow);
    await new Promise((resolve) => {
      deaf.send('first', resolve);
    });
    const other = await peer(port);
    other.send('second');
    await ears.length(6);
    expect(ears.text).toBe('second');
    deaf.resume();
    await ears.length(11);
    expect(ears.text).toBe('secondfirst');
  });

  test('a connection of ours is opened where there is none, and used again', async () => {
    const there = await network();
    const here = await network();
    const flow = { transport: 'ws', remote: { address: '127.0.0.1', port: there.port } };
    here.net.transmit(octets.encode('INVITE'), flow);
    here.net.transmit(octets.encode('ACK'), flow);
    await there.ears.length(9);
    expect(there.ears.text).toBe('INVITEACK');
    const opened = await here.ears.next('opened');
    expect(opened.flow).toMatchObject(flow);
    const arrived = await there.ears.next('receive');
    there.net.transmit(octets.encode('200'), arrived.flow);
    expect((await here.ears.next('receive')).flow).toBe(opened.flow);
    here.net.transmit(octets.encode('BYE'), flow);
    await there.ears.length(12);
    await there.ears.next('opened');
    expect(there.ears.rest).not.toContain('opened');
  });

  test('where nobody greets back in time, the flow that waited has failed', async () => {
    const { net, ears } = await network({ connectTimeout: 1 });
    const mute = createServer();
    mute.listen(0, '127.0.0.1');
    await once(mute, 'listening');
    undo.push(() => {
      mute.close();
    });
    const { port } = mute.address() as AddressInfo;
    net.transmit(octets.encode('1'), { transport: 'ws', remote: { address: '127.0.0.1', port } });
    expect((await ears.next('failed')).flow.remote.port).toBe(port);
    expect(ears.rest).toEqual([]);
  });

  test('where nobody listens, each flow that waited has failed', async () => {
    const { net, ears } = await network();
    const gone = await network();
    await gone.net.close();
    const flow = { transport: 'ws', remote: { address: '127.0.0.1', port: gone.port } };
    net.transmit(octets.encode('1'), flow);
    net.transmit(octets.encode('2'), flow);
    expect((await ears.next('failed')).flow).toBe(flow);
    expect((await ears.next('failed')).flow).toBe(flow);
    expect(ears.rest).toEqual([]);
  });

  test('close ends every connection, those in the middle of their greeting too, and frees the port', async () => {
    const { net, ears, port } = await network();
    const socket = await peer(port);
    await ears.next('opened');
    const greeting = connect(port, '127.0.0.1');
    greeting.on('error', () => undefined);
    await once(greeting, 'connect');
    greeting.write('GET / HTTP/1.1\r\n');
    greeting.resume();
    const reset = new Promise((resolve) => {
      greeting.on('close', resolve);
    });
    await Promise.all([once(socket, 'close'), reset, net.close()]);
    const again = new SipNetwork([{ transport: 'ws', address: '127.0.0.1', port }]);
    await expect(again.open(new Ears())).resolves.toEqual([
      { transport: 'ws', address: '127.0.0.1', port },
    ]);
    await again.close();
  });
});

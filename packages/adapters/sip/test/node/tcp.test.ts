import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

import { afterEach, describe, expect, test } from '@jest/globals';
import { type Flow, systemClock } from '@usher/core/adapter';

import { SipNetwork } from '../../src/node/sip-network.js';
import type { SipNetworkOptions } from '../../src/node/sip-network-options.js';
import { TcpConnection } from '../../src/node/tcp-connection.js';
import { Ears } from './ears.js';

const octets = new TextEncoder();
const undo: (() => Promise<void> | void)[] = [];

async function network(
  options?: SipNetworkOptions,
  address = '127.0.0.1',
): Promise<{ net: SipNetwork; ears: Ears; port: number }> {
  const net = new SipNetwork([{ transport: 'tcp', address, port: 0 }], options);
  const ears = new Ears();
  const [listening] = await net.open(ears);
  undo.push(async () => net.close());
  return { net, ears, port: listening?.port ?? 0 };
}

async function peer(port: number, address = '127.0.0.1'): Promise<Socket> {
  const socket = connect({ port, host: address, allowHalfOpen: true });
  await once(socket, 'connect');
  socket.on('error', () => undefined);
  undo.push(() => {
    socket.destroy();
  });
  return socket;
}

async function server(accept: (socket: Socket) => void): Promise<{ flow: Flow; server: Server }> {
  const listening = createServer(accept);
  listening.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  undo.push(() => {
    listening.close();
  });
  const { port } = listening.address() as AddressInfo;
  return { flow: { transport: 'tcp', remote: { address: '127.0.0.1', port } }, server: listening };
}

afterEach(async () => {
  for (const task of undo.splice(0).toReversed()) await task();
});

describe('TCP, connections that come to us', () => {
  test.each(['127.0.0.1', '::1'])(
    'pieces come as they are, with the flow of their connection; answers go back on it (%s)',
    async (address) => {
      const { net, ears, port } = await network({}, address);
      const socket = await peer(port, address);
      const { flow } = await ears.next('opened');
      expect(flow).toMatchObject({
        transport: 'tcp',
        local: { address, port },
        remote: { address, port: (socket.address() as AddressInfo).port },
      });
      expect(flow.connection).toBeGreaterThan(0);
      socket.write('OPTI');
      expect((await ears.next('receive')).flow).toBe(flow);
      socket.write('ONS');
      await ears.length(7);
      expect(ears.text).toBe('OPTIONS');
      net.transmit(octets.encode('200 '), flow);
      net.transmit(octets.encode('OK'), flow);
      const [answer] = (await once(socket, 'data')) as [Buffer];
      expect(answer.toString()).toBe('200 OK');
    },
  );

  test('two connections have two numbers', async () => {
    const { ears, port } = await network();
    await peer(port);
    await peer(port);
    const [one, two] = [await ears.next('opened'), await ears.next('opened')];
    expect(one.flow.connection).not.toBe(two.flow.connection);
  });

  test('a peer that closed its end still gets its answer, then we close ours', async () => {
    const { net, ears, port } = await network();
    const socket = await peer(port);
    socket.end('MESSAGE');
    const { flow } = await ears.next('receive');
    const ended = once(socket, 'end');
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    let answer = '';
    socket.on('data', (piece: Buffer) => {
      answer += piece.toString();
    });
    net.transmit(octets.encode('200'), flow);
    await ended;
    expect(answer).toBe('200');
    expect((await ears.next('closed')).flow).toBe(flow);
    expect(ears.rest).not.toContain('failed');
  });

  test('a connection that is reset is told as failed and as closed', async () => {
    const { ears, port } = await network();
    const socket = await peer(port);
    const { flow } = await ears.next('opened');
    socket.resetAndDestroy();
    expect((await ears.next('failed')).flow).toBe(flow);
    expect((await ears.next('closed')).flow).toBe(flow);
  });

  test('a peer that takes nothing is cut off when too much waits for it', async () => {
    const { net, ears, port } = await network({ backlog: 256 * 1024 });
    const socket = await peer(port);
    const { flow } = await ears.next('opened');
    socket.pause();
    const piece = new Uint8Array(64 * 1024);
    // The system takes some on its own account; what is beyond waits here.
    for (let sent = 0; sent < 1_000 && !ears.rest.includes('failed'); sent += 1) {
      net.transmit(piece, flow);
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
    }
    expect((await ears.next('failed')).why).toContain('does not take');
    expect((await ears.next('closed')).flow).toBe(flow);
  });

  test('a peer that takes no answers is read no further until it does', async () => {
    const { net, ears, port } = await network({ backlog: 16 * 1024 * 1024 });
    const deaf = await peer(port);
    const { flow } = await ears.next('opened');
    deaf.pause();
    // More than the system takes on its own account.
    net.transmit(new Uint8Array(12 * 1024 * 1024), flow);
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    await new Promise((resolve) => {
      deaf.write('first', resolve);
    });
    const other = await peer(port);
    other.write('second');
    await ears.length(6);
    expect(ears.text).toBe('second');
    deaf.resume();
    await ears.length(11);
    expect(ears.text).toBe('secondfirst');
  });

  test('disconnect closes when all has gone out, and what still comes is dropped', async () => {
    const { net, ears, port } = await network();
    const socket = await peer(port);
    const { flow } = await ears.next('opened');
    let answer = '';
    socket.on('data', (piece: Buffer) => {
      answer += piece.toString();
    });
    net.transmit(octets.encode('400 Bad Request'), flow);
    net.disconnect(flow);
    socket.write('more of the same');
    await once(socket, 'end');
    expect(answer).toBe('400 Bad Request');
    socket.end();
    await ears.next('closed');
    expect(ears.rest).toEqual([]);
  });

  test('what is sent on a connection that is being closed has failed, and what was sent before still arrives', async () => {
    const { net, ears, port } = await network();
    const socket = await peer(port);
    const { flow } = await ears.next('opened');
    let answer = '';
    socket.on('data', (piece: Buffer) => {
      answer += piece.toString();
    });
    const ended = once(socket, 'end');
    net.transmit(octets.encode('400'), flow);
    net.disconnect(flow);
    net.transmit(octets.encode('late'), flow);
    expect((await ears.next('failed')).flow).toBe(flow);
    await ended;
    expect(answer).toBe('400');
  });

  test('close lets what was sent go out on every connection', async () => {
    const { net, ears, port } = await network();
    const socket = await peer(port);
    const { flow } = await ears.next('opened');
    const ended = once(socket, 'end');
    socket.once('data', () => undefined);
    socket.on('end', () => socket.end());
    net.transmit(octets.encode('BYE'), flow);
    await Promise.all([net.close(), ended]);
    expect(socket.bytesRead).toBe(3);
    const refused = connect(port, '127.0.0.1');
    await expect(once(refused, 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('a port that is in use is named', async () => {
    const { port } = await network();
    const second = new SipNetwork([{ transport: 'tcp', address: '127.0.0.1', port }]);
    await expect(second.open(new Ears())).rejects.toMatchObject({
      code: 'port-in-use',
      message: expect.stringContaining(`tcp 127.0.0.1:${port}`),
    });
  });
});

describe('TCP, connections of ours', () => {
  test('one is opened for a flow that has none, used again for the same remote end, and what was sent meanwhile arrives in order', async () => {
    const { net, ears } = await network();
    let accepted = 0;
    let received = '';
    const arrived = new Promise<Socket>((resolve) => {
      void server((socket) => {
        accepted += 1;
        socket.on('data', (piece: Buffer) => {
          received += piece.toString();
          if (received === 'INVITE ACK BYE') resolve(socket);
        });
      }).then(async ({ flow }) => {
        net.transmit(octets.encode('INVITE '), flow);
        net.transmit(octets.encode('ACK '), flow);
        await ears.next('opened').then((opened) => {
          expect(opened.flow).toMatchObject(flow);
          expect(opened.flow.local).toEqual({ address: '127.0.0.1', port: expect.any(Number) });
          expect(opened.flow.connection).toBeGreaterThan(0);
        });
        net.transmit(octets.encode('BYE'), flow);
      });
    });
    const socket = await arrived;
    expect(accepted).toBe(1);
    socket.write('200');
    const answer = await ears.next('receive');
    expect(answer.flow.transport).toBe('tcp');
    net.transmit(octets.encode('ACK'), answer.flow);
    socket.end();
    expect((await ears.next('closed')).flow.connection).toBe(answer.flow.connection);
    expect(ears.rest).not.toContain('failed');
  });

  test('one that is about to be closed is not used for something new', async () => {
    const { net, ears } = await network();
    const { flow } = await server((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', () => socket.end('200'));
    });
    net.transmit(octets.encode('BYE'), flow);
    const first = await ears.next('opened');
    expect((await ears.next('receive')).flow).toMatchObject({ connection: first.flow.connection });
    net.disconnect(first.flow);
    net.transmit(octets.encode('OPTIONS'), flow);
    const second = await ears.next('opened');
    expect(second.flow.connection).not.toBe(first.flow.connection);
    await ears.next('receive');
  });

  test('where nobody listens, each flow that waited has failed', async () => {
    const { net, ears } = await network();
    const { flow, server: gone } = await server(() => undefined);
    gone.close();
    await once(gone, 'close');
    net.transmit(octets.encode('1'), flow);
    net.transmit(octets.encode('2'), { ...flow, connection: 999 });
    expect((await ears.next('failed')).flow).toBe(flow);
    expect((await ears.next('failed')).flow.connection).toBe(999);
    expect(ears.rest).toEqual([]);
  });

  test('one that is not made in time has failed', async () => {
    const ears = new Ears();
    const flow = { transport: 'tcp', remote: { address: '127.0.0.1', port: 1 }, connection: 1 };
    let gone = false;
    const connection = new TcpConnection(
      // It never connects, for its name is looked up for ever.
      connect({ host: 'nowhere.invalid', port: 1, lookup: () => undefined }),
      {
        flow,
        events: ears,
        backlog: 1_000,
        clock: systemClock,
        heard: () => undefined,
        gone: () => (gone = true),
      },
      { timeout: 1, made: 'connect' },
    );
    connection.send(octets.encode('INVITE'), flow);
    expect((await ears.next('failed')).why).toBe('no connection within 1 ms');
    expect(gone).toBe(true);
    expect(ears.rest).toEqual([]);
  });

  test('an answer to a connection that is gone finds a new one to the port given', async () => {
    const { net, ears, port } = await network();
    const socket = await peer(port);
    const { flow } = await ears.next('opened');
    socket.destroy();
    await ears.next('closed');
    const received = new Promise<string>((resolve) => {
      void server((accepted) =>
        accepted.once('data', (piece: Buffer) => resolve(piece.toString())),
      ).then(({ flow: there }) => {
        net.transmit(octets.encode('200'), { ...flow, remote: there.remote });
      });
    });
    expect(await received).toBe('200');
  });

  test.each([
    ['a name', { transport: 'tcp', remote: { address: 'localhost', port: 1 } }],
    [
      'a transport we do not have',
      { transport: 'sctp', remote: { address: '127.0.0.1', port: 1 } },
    ],
  ])('%s is not connected to', async (_what, flow) => {
    const { net, ears } = await network();
    net.transmit(octets.encode('1'), flow);
    expect((await ears.next('failed')).flow).toBe(flow);
  });

  test('no more are opened than agreed', async () => {
    const { net, ears, port } = await network({ connections: 1 });
    await peer(port);
    await ears.next('opened');
    const { flow } = await server(() => undefined);
    net.transmit(octets.encode('1'), flow);
    expect((await ears.next('failed')).why).toContain('too many');
  });

  test('a network that is not open sends nothing and does not throw', () => {
    const net = new SipNetwork([]);
    expect(() =>
      net.transmit(octets.encode('1'), {
        transport: 'tcp',
        remote: { address: '127.0.0.1', port: 1 },
      }),
    ).not.toThrow();
  });
});

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

import { afterEach, describe, expect, test } from '@jest/globals';
import { VirtualClock } from '@usher/core/testing';
import { WebSocket } from 'ws';

import { SipNetwork } from '../../src/node/sip-network.js';
import type { SipNetworkOptions } from '../../src/node/sip-network-options.js';
import { files } from './certificate.js';
import { Ears } from './ears.js';

const TRANSPORTS = ['tcp', 'tls', 'ws', 'wss'] as const;
const undo: (() => Promise<unknown> | void)[] = [];

async function network(
  transport: (typeof TRANSPORTS)[number],
  options: SipNetworkOptions = {},
): Promise<{ net: SipNetwork; ears: Ears; port: number; clock: VirtualClock }> {
  const clock = new VirtualClock();
  const secured = transport === 'tls' || transport === 'wss' ? files('domain') : undefined;
  const place = { transport, address: '127.0.0.1', port: 0, secured };
  const net = new SipNetwork([place], { clock, ...options });
  const ears = new Ears();
  const [listening] = await net.open(ears);
  undo.push(async () => net.close());
  return { net, ears, port: listening?.port ?? 0, clock };
}

/** A bare connection, which says nothing unless told to. */
async function peer(port: number): Promise<{ socket: Socket; closed: Promise<unknown> }> {
  const socket = connect(port, '127.0.0.1');
  undo.push(() => {
    socket.destroy();
  });
  const closed = new Promise((resolve) => {
    socket.on('close', resolve);
  });
  socket.on('error', () => undefined);
  socket.resume();
  await once(socket, 'connect');
  return { socket, closed };
}

afterEach(async () => {
  for (const task of undo.splice(0).toReversed()) await task();
});

describe.each(TRANSPORTS)('connections by %s', (transport) => {
  test.each([{ connections: 1 }, { connectionsUnheard: 1 }])(
    'beyond %o take the place of whoever has been silent longest, and that is told',
    async (limits) => {
      const { ears, port } = await network(transport, limits);
      const first = await peer(port);
      const second = await peer(port);
      await first.closed;
      const { violation } = await ears.next('violated');
      expect(violation).toMatchObject({
        code: 'silent-connection',
        message: 'nothing was said, and others came',
      });
      expect(violation.peer).toMatch(new RegExp(`^${transport} 127\\.0\\.0\\.1:\\d+$`));
      expect(second.socket.destroyed).toBe(false);
    },
  );

  test('beyond the number agreed for one source are closed, and that is told', async () => {
    const { ears, port } = await network(transport, { connectionsPerSource: 2 });
    await peer(port);
    await peer(port);
    const third = await peer(port);
    await third.closed;
    expect((await ears.next('violated')).violation).toMatchObject({
      code: 'too-many-connections',
      message: 'there are 2 connections from 127.0.0.1 already',
    });
  });

  test('that say nothing within ten seconds are closed, exactly then, and that is told', async () => {
    const { ears, port, clock } = await network(transport);
    const before = clock.waiting;
    const { closed } = await peer(port);
    while (clock.waiting === before) await clock.settle();
    await clock.advance(9_999);
    expect(ears.rest).not.toContain('violated');
    await clock.advance(1);
    expect((await ears.next('violated')).violation.code).toBe('silent-connection');
    await closed;
  });
});

describe('a connection', () => {
  const PING = '\r\n\r\n';

  async function webSocket(port: number): Promise<WebSocket> {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/`, 'sip');
    undo.push(() => {
      socket.terminate();
    });
    await once(socket, 'open');
    return socket;
  }

  test('beyond the number agreed, where all the others have spoken, is closed before it says anything', async () => {
    const { ears, port } = await network('tcp', { connections: 1 });
    const { socket } = await peer(port);
    socket.write('OPTIONS sip:a SIP/2.0\r\nVia: x\r\n\r\n');
    await ears.next('receive');
    const second = await peer(port);
    await second.closed;
    expect((await ears.next('violated')).violation.code).toBe('too-many-connections');
    expect(socket.destroyed).toBe(false);
  });

  test('that goes makes room for another one of its source', async () => {
    const { ears, port } = await network('tcp', { connectionsPerSource: 1 });
    const first = await peer(port);
    await ears.next('opened');
    first.socket.destroy();
    await ears.next('closed');
    await peer(port);
    await ears.next('opened');
    expect(ears.rest).not.toContain('violated');
  });

  test('of ours counts, too, and makes room when it goes', async () => {
    const there = await network('tcp');
    const here = await network('tcp', { connections: 1 });
    const flow = { transport: 'tcp', remote: { address: '127.0.0.1', port: there.port } };
    here.net.transmit(new TextEncoder().encode('1'), flow);
    const { flow: opened } = await here.ears.next('opened');
    const refused = await peer(here.port);
    await refused.closed;
    expect((await here.ears.next('violated')).violation.code).toBe('too-many-connections');
    here.net.disconnect(opened);
    await here.ears.next('closed');
    await peer(here.port);
    await here.ears.next('opened');
  });

  test('that says something, but no whole head within ten seconds, is closed', async () => {
    const { ears, port, clock } = await network('tcp');
    const { socket, closed } = await peer(port);
    socket.write('OPTIONS sip:a SIP/2.0\r\nVia: x\r\n');
    await ears.next('receive');
    await clock.advance(10_000);
    expect((await ears.next('violated')).violation.code).toBe('silent-connection');
    await closed;
  });

  test('whose first head comes in pieces is let be', async () => {
    const { ears, port, clock } = await network('tcp');
    const { socket } = await peer(port);
    socket.setNoDelay();
    const head = 'OPTIONS sip:a SIP/2.0\r\nVia: x\r\r\n\r\n';
    for (const octet of head) {
      socket.write(octet);
      await ears.next('receive');
    }
    await clock.advance(60_000);
    expect(ears.rest).not.toContain('violated');
  });

  test.each(['keep-alive', 'message'])(
    'by WebSocket that has brought a %s is no longer silent',
    async (what) => {
      const { ears, port, clock } = await network('ws');
      const socket = await webSocket(port);
      socket.send(what === 'message' ? 'OPTIONS' : PING);
      await ears.next('receive');
      await clock.advance(60_000);
      expect(ears.rest).not.toContain('violated');
    },
  );

  test('by WebSocket that says nothing after its greeting is closed', async () => {
    const { ears, port, clock } = await network('ws');
    const socket = await webSocket(port);
    const closed = once(socket, 'close');
    await ears.next('opened');
    await clock.advance(10_000);
    expect((await ears.next('violated')).violation.code).toBe('silent-connection');
    await closed;
  });

  test('on which nothing came or went for two minutes is closed within the next half', async () => {
    const { ears, port, clock } = await network('tcp');
    const { socket, closed } = await peer(port);
    socket.write(PING);
    await ears.next('receive');
    await clock.advance(119_999);
    expect(ears.rest).not.toContain('violated');
    await clock.advance(30_001);
    const { violation } = await ears.next('violated');
    expect(violation).toMatchObject({ code: 'idle-connection' });
    await closed;
    await ears.next('closed');
  });

  test('stays while keep-alives come, or anything goes', async () => {
    const { net, ears, port, clock } = await network('tcp');
    const { socket } = await peer(port);
    const { flow } = await ears.next('opened');
    for (let minutes = 0; minutes < 10; minutes += 2) {
      socket.write(PING);
      await ears.next('receive');
      await clock.advance(60_000);
      net.transmit(new TextEncoder().encode('OPTIONS'), flow);
      await clock.advance(60_000);
    }
    expect(ears.rest).not.toContain('violated');
  });

  test('by WebSocket stays while its pings come', async () => {
    const { ears, port, clock } = await network('ws');
    const socket = await webSocket(port);
    socket.send(PING);
    await ears.next('receive');
    for (let minutes = 0; minutes < 10; minutes += 1) {
      socket.ping();
      await once(socket, 'pong');
      await clock.advance(60_000);
    }
    expect(ears.rest).not.toContain('violated');
  });

  test('that a session rests on stays, and goes when the session is over', async () => {
    const { ears, port, clock } = await network('tcp');
    const { socket, closed } = await peer(port);
    const { flow } = await ears.next('opened');
    socket.write(PING);
    await ears.next('receive');
    ears.needed = () => new Set([flow.connection ?? 0]);
    await clock.advance(3_600_000);
    expect(ears.rest).not.toContain('violated');
    ears.needed = () => new Set();
    await clock.advance(30_000);
    expect((await ears.next('violated')).violation.code).toBe('idle-connection');
    await closed;
  });

  test('leaves no timer behind when the network closes', async () => {
    const { net, ears, port, clock } = await network('tls');
    await peer(port);
    while (clock.waiting < 2) await clock.settle();
    await net.close();
    await clock.settle();
    while (clock.waiting > 0) await clock.settle();
    expect(clock.waiting).toBe(0);
    expect(ears.rest).not.toContain('violated');
  });
});

import { createSocket } from 'node:dgram';
import { once } from 'node:events';

import { describe, expect, it } from '@jest/globals';
import type { SocketAddress } from '@usher/core/adapter';

import { UdpPlaces } from '../../src/node/udp-places.js';

const LOOPBACK = '127.0.0.1';
const NOTHING = { receive: () => {}, lost: () => {} };

/** A pair of ports that nobody has, the first one even. */
async function freePair(): Promise<number> {
  for (;;) {
    const socket = createSocket('udp4').bind(0, LOOPBACK);
    await once(socket, 'listening');
    const { port } = socket.address();
    socket.close();
    if (port % 2 === 0 && port < 65_000) return port;
  }
}

describe('UDP sockets for text', () => {
  it('carry octets both ways, and say where they came from', async () => {
    const places = new UdpPlaces({ address: LOOPBACK });
    const heard = new Promise<{ text: string; from: SocketAddress }>((resolve) => {
      void places
        .open({
          receive: (bytes, from) => resolve({ text: Buffer.from(bytes).toString(), from }),
          lost: () => {},
        })
        .then(async (one) => {
          const other = await places.open(NOTHING);
          other?.send(Buffer.from('hello'), { address: LOOPBACK, port: one?.port ?? 0 });
        });
    });
    const { text, from } = await heard;
    expect(text).toBe('hello');
    expect(from.address).toBe(LOOPBACK);
    expect(places.places.used).toBe(2);
    await places.close();
    expect(places.places.used).toBe(0);
  });

  it('take the even ports of their range in turn, and none beyond it', async () => {
    const first = await freePair();
    const places = new UdpPlaces({ address: LOOPBACK, ports: { first, last: first + 1 } });
    expect(places.places).toEqual({ used: 0, limit: 1 });
    const one = await places.open(NOTHING);
    expect(one?.port).toBe(first);
    expect(await places.open(NOTHING)).toBeUndefined();
    one?.close();
    const again = await places.open(NOTHING);
    expect(again?.port).toBe(first);
    await places.close();
  });

  it('pass over a port that somebody else holds', async () => {
    const first = await freePair();
    const other = createSocket('udp4').bind(first, LOOPBACK);
    await once(other, 'listening');
    const places = new UdpPlaces({ address: LOOPBACK, ports: { first, last: first + 3 } });
    const one = await places.open(NOTHING);
    expect(one?.port).toBe(first + 2);
    expect(await places.open(NOTHING)).toBeUndefined();
    expect(places.places.used).toBe(1);
    await places.close();
    other.close();
  });

  it('never throw where something cannot be sent', async () => {
    const places = new UdpPlaces({ address: LOOPBACK });
    const one = await places.open(NOTHING);
    expect(() => one?.send(new Uint8Array(), { address: '::1', port: 9 })).not.toThrow();
    expect(() => one?.send(new Uint8Array(), { address: LOOPBACK, port: 70_000 })).not.toThrow();
    one?.close();
    expect(() => one?.send(new Uint8Array(), { address: LOOPBACK, port: 9 })).not.toThrow();
    await places.close();
  });

  it('say what is wrong with a range that has no port', () => {
    const ports = { first: 30_001, last: 30_001 };
    expect(() => new UdpPlaces({ address: LOOPBACK, ports })).toThrow(/30000-30100/);
  });
});

import { createSocket } from 'node:dgram';

import { describe, expect, it } from '@jest/globals';

import { nodeEventLoop } from '../../src/node/node-event-loop.js';

describe("Node's event loop", () => {
  it('gives a turn after the datagrams that were there are read', async () => {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve) => {
      socket.bind(0, '127.0.0.1', resolve);
    });
    const seen: string[] = [];
    const turned = new Promise<void>((resolve) => {
      socket.on('message', (bytes) => {
        if (seen.length === 0) {
          nodeEventLoop.turn(() => {
            seen.push('turn');
            resolve();
          });
        }
        seen.push(bytes.toString());
      });
    });
    const { port } = socket.address();
    const peer = createSocket('udp4');
    const sent = ['a', 'b', 'c'].map(
      async (text) =>
        new Promise<void>((resolve) => {
          peer.send(text, port, '127.0.0.1', () => resolve());
        }),
    );
    await Promise.all(sent);
    await turned;
    socket.close();
    peer.close();
    expect(seen.at(-1)).toBe('turn');
  });

  it('tells once a second by how many milliseconds it was late, until it is not listened to', async () => {
    let told = 0;
    const delay = await new Promise<number>((resolve) => {
      const unwatch = nodeEventLoop.watch((late) => {
        told += 1;
        unwatch();
        resolve(late);
      });
      setTimeout(() => {
        // So does a loop that has too much to do.
        const until = performance.now() + 150;
        while (performance.now() < until);
      }, 100);
    });
    expect(delay).toBeGreaterThan(100);
    expect(told).toBe(1);
  });
});

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { accept, Address, createHost, type Host } from '@usher/core';

import { LineUserAgent } from '../src/line-user-agent.js';

const BOT = Address.parse('sip:bot@127.0.0.1');

describe('a house behind JSON lines', () => {
  let host: Host;
  let socket: Socket;
  const violated: string[] = [];

  beforeEach(async () => {
    const userAgent = new LineUserAgent(BOT, 0);
    const echo = {
      decide: () =>
        accept(async (session) => {
          for await (const { text } of session.messages) await session.send(text);
        }),
    };
    host = await createHost({
      userAgents: [userAgent],
      bots: [{ id: 'echo', plugin: echo, order: 1 }],
    });
    host.activity.subscribe((activity) => {
      if (activity.type === 'violated') violated.push(activity.code);
    });
    await host.open();
    socket = connect(userAgent.listening[0]?.port ?? 0, '127.0.0.1').setEncoding('utf8');
  });

  afterEach(async () => {
    socket.destroy();
    await host.close();
  });

  /** Says these lines, and reads until this is among what came. */
  async function until(text: string, ...lines: string[]): Promise<string> {
    for (const line of lines) socket.write(`${line}\n`);
    let read = '';
    while (!read.includes(text)) {
      // oxlint-disable-next-line no-await-in-loop -- piece by piece
      const pieces: unknown[] = await once(socket, 'data');
      read += String(pieces[0]);
    }
    return read;
  }

  it('converses with whoever writes its lines by hand', async () => {
    await until('"status":200', '{"invite":"sip:alice@example.com","to":"sip:bot@x","ask":1}');
    const body = Buffer.from('hello').toString('base64');
    const line = `{"message":"m1","contentType":"text/plain","body":"${body}","ask":2}`;
    const read = await until(`"body":"${body}"`, line);
    expect(read).toContain('"status":200,"re":2');
  });

  it.each(['no JSON', '[]', '{"invite":"nobody"}', '{"invite":3,"to":{}}'])(
    'closes the connection whose first line is %j, and says so to the house',
    async (line) => {
      violated.length = 0;
      socket.resume().write(`${line}\n`);
      await once(socket, 'close');
      expect(violated).toEqual(['bad-invite']);
    },
  );

  it('leaves a peer that never ends its line', async () => {
    socket.on('error', () => undefined);
    const closed = new Promise((resolve) => {
      socket.once('close', resolve);
    });
    socket.write('x'.repeat(1_100_000));
    await closed;
    expect(host.sessions).toBe(0);
  });

  it('refuses a message that misses its type or its octets with 400', async () => {
    await until('"status":200', '{"invite":"sip:alice@example.com","to":"sip:bot@x","ask":1}');
    const read = await until('"re":2', '{"message":"m1","ask":2}');
    expect(read).toContain('{"status":400,"re":2}');
  });
});

import { once } from 'node:events';

import { afterEach, describe, expect, test } from '@jest/globals';
import type { Flow } from '@usher/core/adapter';
import { WebSocket } from 'ws';

import type { Secured } from '../../src/node/secured.js';
import { SipNetwork } from '../../src/node/sip-network.js';
import type { SipNetworkOptions } from '../../src/node/sip-network-options.js';
import { AUTHORITY, files, pem } from './certificate.js';
import { Ears } from './ears.js';

const octets = new TextEncoder();
const undo: (() => Promise<unknown> | void)[] = [];

async function network(
  secured: Secured = files('domain'),
  options: SipNetworkOptions = {},
): Promise<{ net: SipNetwork; ears: Ears; port: number }> {
  const net = new SipNetwork(
    [{ transport: 'wss', address: '127.0.0.1', port: 0, secured }],
    options,
  );
  const ears = new Ears();
  const [listening] = await net.open(ears);
  undo.push(async () => net.close());
  return { net, ears, port: listening?.port ?? 0 };
}

async function peer(
  port: number,
  options: { protocols?: string[]; origin?: string; as?: string } = {},
): Promise<WebSocket> {
  const { protocols = ['sip'], origin, as } = options;
  const socket = new WebSocket(`wss://127.0.0.1:${port}/`, protocols, {
    ca: pem('authority'),
    ...(origin !== undefined && { origin }),
    ...(as !== undefined && { cert: pem(as), key: pem(`${as}.key`) }),
  });
  undo.push(() => {
    socket.on('error', () => undefined);
    socket.terminate();
  });
  await once(socket, 'open');
  return socket;
}

function to(port: number, name: string): Flow {
  return { transport: 'wss', remote: { address: '127.0.0.1', port }, name };
}

afterEach(async () => {
  for (const task of undo.splice(0).toReversed()) await task();
});

describe('WebSocket over TLS (RFC 7118, 5)', () => {
  test('a message comes whole with the flow of its connection, and is answered there', async () => {
    const { net, ears, port } = await network();
    const socket = await peer(port);
    expect(socket.protocol).toBe('sip');
    const { flow } = await ears.next('opened');
    expect(flow).toMatchObject({ transport: 'wss', local: { address: '127.0.0.1', port } });
    socket.send('OPTIONS');
    expect((await ears.next('receive')).flow).toBe(flow);
    const answer = once(socket, 'message');
    net.transmit(octets.encode('200'), flow);
    expect(String((await answer)[0])).toBe('200');
  });

  test('the rules of subprotocol and page hold as without TLS', async () => {
    const { ears, port } = await network(files('domain'), { origins: ['https://example.com'] });
    await expect(peer(port, { protocols: ['other'] })).rejects.toThrow('400');
    await expect(peer(port, { origin: 'https://evil.example' })).rejects.toThrow('403');
    expect(ears.rest).toEqual([]);
    await peer(port, { origin: 'https://example.com' });
    await ears.next('opened');
  });

  test('what a certificate proves comes with the flow', async () => {
    const secured = { ...files('domain'), ca: AUTHORITY, clients: 'required' } as const;
    const { ears, port } = await network(secured);
    await expect(peer(port)).rejects.toThrow(/required|hang up|ECONNRESET|handshake/);
    expect((await ears.next('violated')).violation.code).toBe('tls-failed');
    await peer(port, { as: 'alice' });
    expect((await ears.next('opened')).flow.identity?.names).toEqual(['sip:alice@example.org']);
  });

  test('a connection of ours is opened to whom it is meant for, and used for nobody else', async () => {
    const there = await network();
    const here = await network(files('domain'), { authorities: [AUTHORITY] });
    here.net.transmit(octets.encode('INVITE'), to(there.port, 'example.com'));
    here.net.transmit(octets.encode('ACK'), to(there.port, 'example.com'));
    await there.ears.length(9);
    await there.ears.next('opened');
    here.net.transmit(octets.encode('SECRET'), to(there.port, 'example.org'));
    const failed = await here.ears.next('failed');
    expect(failed.flow.name).toBe('example.org');
    expect(failed.why).toContain('not that of example.org');
    expect(there.ears.text).toBe('INVITEACK');
    expect(there.ears.rest).not.toContain('opened');
  });

  test.each([
    ['expired', 'expired'],
    ['self-signed', 'self-signed'],
    ['wildcard', 'not that of'],
  ])('nothing is sent to who has the certificate %s', async (certificate, why) => {
    const there = await network(files(certificate));
    const here = await network(files('domain'), { authorities: [AUTHORITY] });
    here.net.transmit(octets.encode('MESSAGE'), to(there.port, 'example.com'));
    expect((await here.ears.next('failed')).why).toContain(why);
    expect((await here.ears.next('violated')).violation).toMatchObject({
      code: 'untrusted-certificate',
      peer: `wss 127.0.0.1:${there.port}`,
    });
    expect(there.ears.text).toBe('');
  });
});

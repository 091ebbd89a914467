import { once } from 'node:events';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import { connect, type ConnectionOptions, createServer, type TLSSocket } from 'node:tls';

import { afterEach, describe, expect, test } from '@jest/globals';
import { type Flow, systemClock } from '@usher/core/adapter';

import type { Secured } from '../../src/node/secured.js';
import { SipNetwork } from '../../src/node/sip-network.js';
import type { SipNetworkOptions } from '../../src/node/sip-network-options.js';
import { TcpConnection } from '../../src/node/tcp-connection.js';
import { AUTHORITY, files, pem, pemFile } from './certificate.js';
import { Ears } from './ears.js';

const octets = new TextEncoder();
const undo: (() => Promise<unknown> | void)[] = [];

async function network(
  secured: Secured = files('domain'),
  options: SipNetworkOptions = {},
): Promise<{ net: SipNetwork; ears: Ears; port: number }> {
  const net = new SipNetwork(
    [{ transport: 'tls', address: '127.0.0.1', port: 0, secured }],
    options,
  );
  const ears = new Ears();
  const [listening] = await net.open(ears);
  undo.push(async () => net.close());
  return { net, ears, port: listening?.port ?? 0 };
}

/** A network that only connects to others, and trusts the tests' authority. */
async function caller(authorities = [AUTHORITY]): Promise<{ net: SipNetwork; ears: Ears }> {
  const net = new SipNetwork([], { authorities });
  const ears = new Ears();
  await net.open(ears);
  undo.push(async () => net.close());
  return { net, ears };
}

function to(port: number, name?: string): Flow {
  return {
    transport: 'tls',
    remote: { address: '127.0.0.1', port },
    ...(name !== undefined && { name }),
  };
}

async function peer(port: number, options: ConnectionOptions = {}): Promise<TLSSocket> {
  const socket = connect({
    port,
    host: '127.0.0.1',
    ca: pem('authority'),
    ...options,
    checkServerIdentity: () => undefined,
  });
  undo.push(() => {
    socket.destroy();
  });
  await once(socket, 'secureConnect');
  socket.on('error', () => undefined);
  return socket;
}

const as = (name: string): ConnectionOptions => ({ cert: pem(name), key: pem(`${name}.key`) });

afterEach(async () => {
  for (const task of undo.splice(0).toReversed()) await task();
});

describe('TLS, connections that come to us', () => {
  test('pieces come with the flow of their connection; answers go back on it', async () => {
    const { net, ears, port } = await network();
    const socket = await peer(port);
    const { flow } = await ears.next('opened');
    expect(flow).toMatchObject({
      transport: 'tls',
      local: { address: '127.0.0.1', port },
      remote: { address: '127.0.0.1', port: (socket.address() as AddressInfo).port },
    });
    expect(flow.identity).toBeUndefined();
    socket.write('OPTIONS');
    expect((await ears.next('receive')).flow).toBe(flow);
    net.transmit(octets.encode('200 '), flow);
    net.transmit(octets.encode('OK'), flow);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toBe('200 OK');
  });

  test('TLS 1.2 is spoken, and nothing older', async () => {
    const { ears, port } = await network();
    expect((await peer(port, { maxVersion: 'TLSv1.2' })).getProtocol()).toBe('TLSv1.2');
    await ears.next('opened');
    const old = {
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    } as const;
    await expect(peer(port, old)).rejects.toThrow(/version/);
    expect((await ears.next('violated')).violation).toMatchObject({ code: 'tls-failed' });
    expect(ears.rest).toEqual([]);
  });

  test('where certificates are required, who has none that holds is not let in', async () => {
    const { ears, port } = await network({
      ...files('domain'),
      ca: AUTHORITY,
      clients: 'required',
    });
    for (const [certificate, code] of [
      [{}, 'tls-failed'],
      [as('unknown'), 'untrusted-certificate'],
      [as('self-signed'), 'untrusted-certificate'],
      [as('expired'), 'untrusted-certificate'],
    ] as const) {
      const socket = connect({
        port,
        host: '127.0.0.1',
        ca: pem('authority'),
        ...certificate,
        checkServerIdentity: () => undefined,
      });
      socket.on('error', () => undefined);
      socket.resume();
      const closed = new Promise((resolve) => {
        socket.on('close', resolve);
      });
      expect((await ears.next('violated')).violation.code).toBe(code);
      await closed;
    }
    expect(ears.rest).toEqual([]);
    await peer(port, as('alice'));
    expect((await ears.next('opened')).flow.identity).toEqual({
      how: 'tls',
      names: ['sip:alice@example.org'],
    });
  });

  test('where certificates are asked for, who has none is let in as nobody, and so is who has one that does not hold', async () => {
    const { ears, port } = await network({ ...files('domain'), ca: AUTHORITY, clients: 'asked' });
    await peer(port);
    expect((await ears.next('opened')).flow.identity).toBeUndefined();
    expect(ears.rest).toEqual([]);
    await peer(port, as('unknown'));
    expect((await ears.next('opened')).flow.identity).toBeUndefined();
    expect((await ears.next('violated')).violation.code).toBe('untrusted-certificate');
    await peer(port, as('renewed'));
    expect((await ears.next('opened')).flow.identity?.names).toEqual(['sip:example.com']);
  });

  test('who is not asked has shown nothing', async () => {
    const { ears, port } = await network();
    await peer(port, as('alice'));
    expect((await ears.next('opened')).flow.identity).toBeUndefined();
  });
});

describe('TLS, connections of ours', () => {
  test('one is opened where there is none, to whom it is meant for, and used again', async () => {
    const there = await network();
    const here = await caller();
    const flow = to(there.port, 'example.com');
    here.net.transmit(octets.encode('INVITE'), flow);
    here.net.transmit(octets.encode('ACK'), flow);
    await there.ears.length(9);
    expect(there.ears.text).toBe('INVITEACK');
    const opened = await here.ears.next('opened');
    expect(opened.flow).toMatchObject(flow);
    there.net.transmit(octets.encode('200'), (await there.ears.next('receive')).flow);
    expect((await here.ears.next('receive')).flow).toBe(opened.flow);
    here.net.transmit(octets.encode('BYE'), { ...flow, name: 'EXAMPLE.com' });
    await there.ears.length(12);
    await there.ears.next('opened');
    expect(there.ears.rest).not.toContain('opened');
  });

  // RFC 5922, 7.3; RFC 3261, 26.3.1.
  test.each([
    ['domain', 'example.com', undefined],
    ['domain', undefined, undefined],
    ['dns', 'dns.example.com', undefined],
    ['common-name', 'example.com', undefined],
    ['domain', 'example.net', 'not that of example.net'],
    ['dns', undefined, 'not that of 127.0.0.1'],
    ['wildcard', 'foo.example.com', 'not that of foo.example.com'],
    ['expired', 'example.com', 'expired'],
    ['self-signed', 'example.com', 'self-signed'],
    ['unknown', 'example.com', 'unable to verify'],
  ])('the certificate %s for %s: %s', async (certificate, name, why) => {
    const there = await network(files(certificate));
    const here = await caller();
    const flow = to(there.port, name);
    here.net.transmit(octets.encode('MESSAGE'), flow);
    if (why === undefined) {
      await there.ears.length(7);
      expect(there.ears.text).toBe('MESSAGE');
      return;
    }
    const failed = await here.ears.next('failed');
    expect(failed.flow).toBe(flow);
    expect(failed.why).toContain(why);
    await there.net.close();
    // Nothing has left before it was known who is there.
    expect(there.ears.text).toBe('');
    expect((await here.ears.next('violated')).violation).toEqual({
      code: 'untrusted-certificate',
      message: `a certificate that does not hold: ${failed.why}`,
      peer: `tls 127.0.0.1:${there.port}`,
    });
    expect(here.ears.rest).toEqual([]);
  });

  test('an authority that nobody named is not trusted', async () => {
    const there = await network();
    const here = await caller([]);
    here.net.transmit(octets.encode('MESSAGE'), to(there.port, 'example.com'));
    expect((await here.ears.next('failed')).why).toContain('unable to');
  });

  test('a connection to one domain is not used for another one at the same address', async () => {
    const there = await network();
    const here = await caller();
    here.net.transmit(octets.encode('MESSAGE'), to(there.port, 'example.com'));
    await there.ears.length(7);
    here.net.transmit(octets.encode('SECRET'), to(there.port, 'example.org'));
    const failed = await here.ears.next('failed');
    expect(failed.flow.name).toBe('example.org');
    expect(failed.why).toContain('not that of example.org');
    // The one connection that there is goes on.
    here.net.transmit(octets.encode('BYE'), to(there.port, 'example.com'));
    await there.ears.length(10);
    expect(there.ears.text).toBe('MESSAGEBYE');
  });

  test('who came to us by TLS is not who we are sent to, though the address be the same', async () => {
    const { net, ears, port } = await network();
    const socket = await peer(port);
    let heard = '';
    socket.on('data', (piece: Buffer) => (heard += piece.toString()));
    const { flow } = await ears.next('opened');
    net.transmit(octets.encode('SECRET'), { transport: 'tls', remote: flow.remote });
    await ears.next('failed');
    net.transmit(octets.encode('200'), flow);
    await once(socket, 'data');
    expect(heard).toBe('200');
  });

  test('who asks for our certificate is shown that of our first place to listen', async () => {
    const there = await network({ ...files('domain'), ca: AUTHORITY, clients: 'required' });
    const here = await network(files('alice'), { authorities: [AUTHORITY] });
    here.net.transmit(octets.encode('MESSAGE'), to(there.port, 'example.com'));
    expect((await there.ears.next('opened')).flow.identity?.names).toEqual([
      'sip:alice@example.org',
    ]);
  });

  test('close lets out what was sent before the peer was known', async () => {
    const there = await network();
    const here = await caller();
    here.net.transmit(octets.encode('MESSAGE'), to(there.port, 'example.com'));
    await here.net.close();
    await there.ears.length(7);
    expect(there.ears.text).toBe('MESSAGE');
  });

  test('nothing leaves, not even in closing, before TLS has said who is there', async () => {
    const written: string[] = [];
    const wire = new Duplex({
      read: () => undefined,
      write: (piece: Buffer, _encoding, done) => {
        written.push(piece.toString());
        done();
      },
    });
    const flow = to(5061, 'example.com');
    const connection = new TcpConnection(
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as much of a socket as is needed here
      wire as Socket,
      {
        flow,
        events: new Ears(),
        backlog: 1_000,
        clock: systemClock,
        heard: () => undefined,
        gone: () => undefined,
      },
      { timeout: 60_000, made: 'secureConnect' },
    );
    connection.send(octets.encode('MESSAGE'), flow);
    connection.close();
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    expect(written).toEqual([]);
    const finished = once(wire, 'finish');
    wire.emit('secureConnect');
    await finished;
    expect(written).toEqual(['MESSAGE']);
    wire.destroy();
  });

  test('one that nobody greets back on fails in its time', async () => {
    const net = new SipNetwork([], { connectTimeout: 1 });
    const ears = new Ears();
    await net.open(ears);
    undo.push(async () => net.close());
    const mute = createServer();
    mute.removeAllListeners('connection');
    mute.on('connection', (socket: Socket) => undo.push(() => void socket.destroy()));
    mute.listen(0, '127.0.0.1');
    await once(mute, 'listening');
    undo.push(() => {
      mute.close();
    });
    net.transmit(octets.encode('1'), to((mute.address() as AddressInfo).port));
    expect((await ears.next('failed')).why).toBe('no connection within 1 ms');
  });
});

describe('the certificate of a place to listen', () => {
  async function copies(): Promise<Secured> {
    const folder = await mkdtemp(join(tmpdir(), 'usher-tls-'));
    undo.unshift(async () => rm(folder, { recursive: true }));
    const own = { certificate: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
    await replace(own, 'domain');
    return own;
  }

  async function replace({ certificate, key }: Secured, name: string): Promise<void> {
    await copyFile(pemFile(name), certificate);
    await copyFile(pemFile(`${name}.key`), key);
  }

  const shown = (socket: TLSSocket): unknown => socket.getPeerCertificate().subject.CN;

  test('is read anew while it listens, and connections that there are go on', async () => {
    const own = await copies();
    const { net, ears, port } = await network(own);
    const before = await peer(port);
    expect(shown(before)).toBe('one.example.com');
    await replace(own, 'renewed');
    expect(shown(await peer(port))).toBe('one.example.com');
    await net.reload();
    expect(shown(await peer(port))).toBe('two.example.com');
    before.write('OPTIONS');
    await ears.length(7);
    expect(ears.rest).not.toContain('closed');
    expect(ears.rest).not.toContain('violated');
  });

  test('stays where the new one is of no use, which is told once', async () => {
    const own = await copies();
    const { net, ears, port } = await network(own);
    for (const [text, why] of [
      ['nonsense', 'holds no certificate'],
      [pem('renewed'), 'is not the key of that certificate'],
    ] as const) {
      await writeFile(own.certificate, text);
      await net.reload();
      await net.reload();
      const { violation } = await ears.next('violated');
      expect(violation).toMatchObject({ code: 'bad-certificate' });
      expect(violation.message).toContain(why);
      expect(violation.message).toContain('stays in use');
      expect(ears.rest).not.toContain('violated');
      expect(shown(await peer(port))).toBe('one.example.com');
    }
    await rm(own.key);
    await net.reload();
    expect((await ears.next('violated')).violation.message).toContain('there is no such file');
    await replace(own, 'renewed');
    await net.reload();
    expect(shown(await peer(port))).toBe('two.example.com');
  });

  test.each([
    [
      'that is not there',
      { ...files('domain'), key: pemFile('nowhere') },
      'nowhere.pem cannot be read',
    ],
    [
      'that is none',
      { ...files('domain'), certificate: pemFile('domain.key') },
      'domain.key.pem holds no certificate',
    ],
    [
      'with a key that is none',
      { ...files('domain'), key: pemFile('domain') },
      'domain.pem holds no private key',
    ],
    [
      'with the key of another one',
      { ...files('domain'), key: pemFile('alice.key') },
      'alice.key.pem is not the key',
    ],
    [
      'with authorities that are none',
      { ...files('domain'), ca: pemFile('domain.key') },
      'domain.key.pem holds no certificate',
    ],
  ])('%s is an error as it is opened', async (_what, secured, why) => {
    const place = { transport: 'tls', address: '127.0.0.1', port: 0, secured } as const;
    await expect(new SipNetwork([place]).open(new Ears())).rejects.toMatchObject({
      code: 'bad-certificate',
      message: expect.stringContaining(why),
    });
  });

  test('must be there', async () => {
    const place = { transport: 'wss', address: '127.0.0.1', port: 0 } as const;
    const opened = new SipNetwork([place]).open(new Ears());
    await expect(opened).rejects.toMatchObject({ code: 'no-certificate' });
    const trusting = new SipNetwork([], { authorities: [pemFile('domain.key')] });
    await expect(trusting.open(new Ears())).rejects.toMatchObject({ code: 'bad-certificate' });
  });
});

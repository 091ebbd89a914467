import { request, type IncomingHttpHeaders } from 'node:http';
import { connect, type Socket } from 'node:net';

import { afterEach, describe, expect, it } from '@jest/globals';

import type { HttpPlace } from '../../../src/config/http-place.js';
import type { HttpListener } from '../../../src/http/http-listener.js';
import { nodeHttp } from '../../../src/http/node/node-http.js';
import type { Page, Pages } from '../../../src/http/pages.js';

const ANY: HttpPlace = { text: 'http://127.0.0.1:0', host: '127.0.0.1', port: 0 };

const PAGES: Pages = new Map<string, () => Page | Promise<Page>>([
  ['/plain', () => ({ status: 200, type: 'text/plain', body: 'grüß Gott\n' })],
  ['/late', async () => ({ status: 503, type: 'application/json', body: '{}\n' })],
  [
    '/broken',
    () => {
      throw new Error('no paper');
    },
  ],
]);

const open: HttpListener[] = [];
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await Promise.all(open.splice(0).map((one) => one.close()));
});

async function serving(failed: (error: unknown) => void = () => undefined): Promise<HttpListener> {
  const listener = await nodeHttp(ANY, PAGES, failed);
  open.push(listener);
  return listener;
}

interface Got {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

function ask(port: number, path: string, method = 'GET', body = ''): Promise<Got> {
  return new Promise((resolve, reject) => {
    const asking = request({ host: '127.0.0.1', port, path, method, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (more: string) => (text += more));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
      );
    });
    asking.on('error', reject);
    asking.end(body);
  });
}

/** A connection; what comes on it until it is closed. */
function dial(port: number): { readonly socket: Socket; readonly all: Promise<string> } {
  const socket = connect(port, '127.0.0.1');
  sockets.push(socket);
  const all = new Promise<string>((resolve) => {
    let text = '';
    socket.on('data', (more) => (text += more.toString()));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(text));
  });
  return { socket, all };
}

describe('HTTP', () => {
  it('shows a page, to be kept by nobody and taken for nothing else', async () => {
    const { port } = await serving();
    const { status, headers, body } = await ask(port, '/plain');
    expect({ status, body }).toEqual({ status: 200, body: 'grüß Gott\n' });
    expect(headers).toMatchObject({
      'content-type': 'text/plain',
      'content-length': '12',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
  });

  it('shows a page that takes its time, and says what state it is in', async () => {
    const { port } = await serving();
    expect(await ask(port, '/late')).toMatchObject({ status: 503, body: '{}\n' });
  });

  it('looks at the path alone, not at what is asked behind it', async () => {
    const { port } = await serving();
    expect(await ask(port, '/plain?really=1')).toMatchObject({ status: 200 });
  });

  it('tells HEAD all but the page', async () => {
    const { port } = await serving();
    const { status, headers, body } = await ask(port, '/plain', 'HEAD');
    expect({ status, body }).toEqual({ status: 200, body: '' });
    expect(headers['content-length']).toBe('12');
  });

  it('says at any other path what there is, and never says back what was asked for', async () => {
    const { port } = await serving();
    for (const path of ['/', '/plain/', '/Plain', '/<script>alert(1)</script>', '/%2e%2e/etc']) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const { status, body, headers } = await ask(port, path);
      expect({ status, body }).toEqual({
        status: 404,
        body: 'There are /plain, /late, /broken\n',
      });
      expect(JSON.stringify(headers)).not.toContain('script');
    }
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE'])(
    'takes no %s, whatever comes with it',
    async (method) => {
      const { port } = await serving();
      const { status, headers } = await ask(port, '/plain', method, 'x'.repeat(1_000));
      expect(status).toBe(405);
      expect(headers.allow).toBe('GET, HEAD');
    },
  );

  it('ends a connection whose request brings a body that nobody reads', async () => {
    const { port } = await serving();
    const { socket, all } = dial(port);
    socket.write('GET /plain HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nbegun');
    expect(await all).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*\r\nConnection: close\r\n/);
  });

  it.each([
    ['no HTTP at all', 'INVITE sip:x SIP/2.0\r\n\r\n', '400'],
    ['a head above 8 KiB', `GET /plain HTTP/1.1\r\nX: ${'x'.repeat(9_000)}\r\n\r\n`, '431'],
    [
      'two lengths',
      'GET /plain HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
      '400',
    ],
    ['no host', 'GET /plain HTTP/1.1\r\n\r\n', '400'],
  ])('refuses %s, and ends the connection', async (_what, octets, status) => {
    const { port } = await serving();
    const { socket, all } = dial(port);
    socket.write(octets);
    expect(await all).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  });

  it('says that a page could not be made, tells us why, and goes on', async () => {
    const errors: unknown[] = [];
    const { port } = await serving((error) => errors.push(error));
    const { status, body } = await ask(port, '/broken');
    expect({ status, body }).toEqual({ status: 500, body: 'This page could not be made\n' });
    expect(errors).toEqual([new Error('no paper')]);
    expect(await ask(port, '/plain')).toMatchObject({ status: 200 });
  });

  it('lets the oldest connection go where there are too many, so that whoever comes is heard', async () => {
    const { port } = await serving();
    const silent = Array.from({ length: 64 }, () => dial(port));
    await Promise.all(
      silent.map(
        ({ socket }) =>
          new Promise<void>((resolve) => void socket.once('connect', () => resolve())),
      ),
    );
    expect(await ask(port, '/plain')).toMatchObject({ status: 200 });
    expect(await silent[0]?.all).toBe('');
    expect(silent.filter(({ socket }) => !socket.destroyed)).toHaveLength(63);
  });

  it('names a place that is taken', async () => {
    const { port } = await serving();
    await expect(nodeHttp({ ...ANY, port }, PAGES, () => undefined)).rejects.toMatchObject({
      code: 'port-in-use',
      message: `http 127.0.0.1:${port} is in use already; stop what listens there, or take another port`,
    });
  });

  it('names a place that is not ours', async () => {
    const elsewhere = { ...ANY, host: '192.0.2.1' };
    await expect(nodeHttp(elsewhere, PAGES, () => undefined)).rejects.toMatchObject({
      code: 'cannot-listen',
      message: expect.stringContaining('http 192.0.2.1:0'),
    });
  });

  it('serves by IPv6 as well', async () => {
    const listener = await nodeHttp({ ...ANY, host: '::1' }, PAGES, () => undefined);
    open.push(listener);
    expect(listener.host).toBe('::1');
  });

  it('cuts off whoever is still connected when it is closed', async () => {
    const listener = await serving();
    const { port } = listener;
    const { socket, all } = dial(port);
    await new Promise<void>((resolve) => void socket.once('connect', () => resolve()));
    await listener.close();
    expect(await all).toBe('');
    await expect(ask(port, '/plain')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});

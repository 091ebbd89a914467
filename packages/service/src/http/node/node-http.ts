/** HTTP by Node: serves pages, and nothing that anybody sends changes anything. */
import {
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { Socket } from 'node:net';

import type { HttpPlace } from '../../config/http-place.js';
import type { OpenHttp } from '../http-listener.js';
import type { Pages } from '../pages.js';
import { cannotServe } from './cannot-serve.js';

/** The most connections at a time: of those who look at pages there are a handful. */
const CONNECTIONS = 64;
/** The most octets of a request's head. */
const HEAD = 8 * 1024;
/** Milliseconds until the head of a request is there, and until all of it is; and that a connection may be silent. */
const HEAD_WITHIN = 5_000;
const REQUEST_WITHIN = 10_000;
const SILENT = 5_000;

/** Serves pages by Node's own HTTP. */
export const nodeHttp: OpenHttp = async (place, pages, failed) => {
  const server = createServer(
    {
      maxHeaderSize: HEAD,
      headersTimeout: HEAD_WITHIN,
      requestTimeout: REQUEST_WITHIN,
      keepAliveTimeout: SILENT,
      connectionsCheckingInterval: 1_000,
    },
    (request, response) => {
      answer(request, response, pages).catch((error: unknown) => {
        failed(error);
        send(request, response, 500, text('This page could not be made'));
      });
    },
  );
  // Whoever takes an answer more slowly than that takes none.
  server.setTimeout(REQUEST_WITHIN, (socket: Socket) => socket.destroy());
  limit(server);
  await listen(server, place);
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw cannotServe(place, 'it has no port');
  return {
    host: bound.address,
    port: bound.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

/** Where there are too many, the oldest makes room: whoever comes last may be the one who must know whether we live. */
function limit(server: Server): void {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    const [oldest] = sockets;
    if (sockets.size > CONNECTIONS) oldest?.destroy();
  });
}

async function listen(server: Server, place: HttpPlace): Promise<void> {
  await new Promise<void>((resolve, refuse) => {
    server.once('error', (error) => refuse(cannotServe(place, error)));
    server.listen({ host: place.host, port: place.port, exclusive: true }, resolve);
  });
  server.removeAllListeners('error');
  // A connection that could not be taken, for want of descriptors say, is the loss of whoever wanted it.
  server.on('error', () => undefined);
}

/** What a browser or a machine in between may make of it: nothing but what it is, and not for later. */
const PLAIN = { 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' } as const;

/** A body with what is to be said of it. */
interface Content {
  readonly type: string;
  readonly body: string;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  pages: Pages,
): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    send(request, response, 405, text('Pages can be read here: GET or HEAD'), {
      Allow: 'GET, HEAD',
    });
    return;
  }
  const [path = ''] = (request.url ?? '').split('?', 1);
  const make = pages.get(path);
  if (make === undefined) {
    // What was asked for is not said back: whoever made somebody else ask must not choose our words.
    send(request, response, 404, text(`There are ${[...pages.keys()].join(', ')}`));
    return;
  }
  const page = await make();
  send(request, response, page.status, page);
}

function text(said: string): Content {
  return { type: 'text/plain; charset=utf-8', body: `${said}\n` };
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  { type, body }: Content,
  more: OutgoingHttpHeaders = {},
): void {
  const { headers } = request;
  const hasBody = 'transfer-encoding' in headers || (headers['content-length'] ?? '0') !== '0';
  response.writeHead(status, {
    ...PLAIN,
    ...more,
    'Content-Type': type,
    'Content-Length': Buffer.byteLength(body),
    // Nobody reads what comes with a request.
    ...(hasBody && { Connection: 'close' }),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

/** A TCP or TLS connection: pieces of a stream in, whole messages out, and no more of them waiting than is agreed. */
import type { Socket } from 'node:net';

import type { Instant } from '@usher/core';
import type { Flow } from '@usher/core/adapter';

import { CLOSING, type Connection, type ConnectionOptions } from './connection.js';
import { endsOf } from './ends-of.js';

/**
 * Milliseconds since the peer last spoke that our end stays open for an answer when the peer closed its own. Most who do so
 * want nothing more, and it is to be known soon that they are gone; an answer that takes longer goes to a new connection.
 */
const HALF_OPEN = 2_000;
/** The same, once an answer has gone: there may be more. */
const ANSWERED = 200;

/** The empty line that ends a head; alone, it is a keep-alive (RFC 5626, 3.5.1). */
const EMPTY_LINE = [0x0d, 0x0a, 0x0d, 0x0a];

/** How a connection of ours is made. */
export interface Making {
  /** Milliseconds. */
  readonly timeout: number;
  /** The event that says that it is made: with TLS, nothing leaves before we know who the peer is. */
  readonly made: 'connect' | 'secureConnect';
}

/** A TCP or TLS connection. */
export class TcpConnection implements Connection {
  flow: Flow;
  readonly #socket: Socket;
  readonly #options: ConnectionOptions;
  /** Who waits for the connection to be made; undefined once it is. */
  #waiting: Flow[] | undefined;
  /** Whether nothing at all may leave yet. */
  #held = false;
  #corked = false;
  #touched: Instant;
  /** How much of the empty line behind the first head has come; undefined when all of it has. */
  #emptyLine: number | undefined = 0;
  #closing = false;
  /** When the last piece came that nothing was sent after yet. */
  #unanswered: number | undefined;
  #half = false;
  #timer: NodeJS.Timeout | undefined;
  #why = 'the connection was closed';

  /** @param making undefined where it is there already. */
  constructor(socket: Socket, options: ConnectionOptions, making?: Making) {
    this.flow = options.flow;
    this.#socket = socket;
    this.#options = options;
    const { events, gone, clock } = options;
    this.#touched = clock.now();
    socket.on('data', (piece) => {
      if (this.#closing) return;
      const now = clock.now();
      this.#touched = now;
      this.#unanswered = now;
      if (this.#emptyLine !== undefined) this.#listenFor(piece);
      events.receive(piece, this.flow);
    });
    socket.on('drain', () => socket.resume());
    socket.on('end', () => {
      this.#half = true;
      const since = this.#unanswered;
      const left = since === undefined ? ANSWERED : since + HALF_OPEN - clock.now();
      this.#after(Math.max(left, 0), () => this.close());
    });
    socket.on('error', (error) => {
      this.#why = error.message;
    });
    socket.on('close', (broken) => {
      clearTimeout(this.#timer);
      gone(this);
      if (this.#waiting !== undefined) for (const to of this.#waiting) events.failed(to, this.#why);
      else if (broken) events.failed(this.flow, this.#why);
      if (this.#waiting === undefined) events.closed(this.flow);
    });
    if (making === undefined) return;
    const { timeout, made } = making;
    this.#waiting = [];
    this.#held = made === 'secureConnect';
    if (this.#held) socket.cork();
    this.#after(timeout, () => socket.destroy(new Error(`no connection within ${timeout} ms`)));
    socket.once(made, () => {
      if (!this.#closing) clearTimeout(this.#timer);
      if (this.#held) socket.uncork();
      this.#held = false;
      this.#waiting = undefined;
      const ends = endsOf(socket);
      if (ends !== undefined) this.flow = { ...this.flow, local: ends.local };
      events.opened?.(this.flow);
      if (this.#closing) socket.end();
    });
  }

  get ending(): boolean {
    return this.#half || this.#closing;
  }

  get touched(): Instant {
    return this.#touched;
  }

  send(bytes: Uint8Array, to: Flow): void {
    const socket = this.#socket;
    if (this.#closing) {
      process.nextTick(() => this.#options.events.failed(to, 'the connection is being closed'));
      return;
    }
    this.#waiting?.push(to);
    this.#unanswered = undefined;
    this.#touched = this.#options.clock.now();
    if (socket.writableLength + bytes.length > this.#options.backlog) {
      socket.destroy(new Error('the peer does not take what it is sent'));
      return;
    }
    this.#cork();
    // Who does not read answers gets nothing more to answer from us.
    if (!socket.write(bytes)) socket.pause();
    if (this.#half) this.#after(ANSWERED, () => this.close());
  }

  close(): void {
    if (this.#closing) return;
    this.#closing = true;
    this.#socket.resume();
    if (!this.#held) this.#socket.end();
    this.#after(CLOSING, () => this.#socket.destroy());
  }

  /** Tells once that a head has come. */
  #listenFor(piece: Uint8Array): void {
    let matched = this.#emptyLine ?? 0;
    for (const octet of piece) {
      if (octet === EMPTY_LINE[matched]) matched += 1;
      else matched = octet === EMPTY_LINE[0] ? 1 : 0;
      if (matched < EMPTY_LINE.length) continue;
      this.#emptyLine = undefined;
      this.#options.heard();
      return;
    }
    this.#emptyLine = matched;
  }

  /** What is sent in one turn goes out together. */
  #cork(): void {
    if (this.#corked) return;
    this.#corked = true;
    this.#socket.cork();
    process.nextTick(() => {
      this.#corked = false;
      this.#socket.uncork();
    });
  }

  #after(milliseconds: number, task: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(task, milliseconds);
    this.#timer.unref();
  }
}

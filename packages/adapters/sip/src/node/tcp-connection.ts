/** A TCP connection: pieces of a stream in, whole messages out, and no more of them waiting than is agreed. */
import type { Socket } from 'node:net';

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

/** A TCP connection. */
export class TcpConnection implements Connection {
  flow: Flow;
  readonly #socket: Socket;
  readonly #options: ConnectionOptions;
  /** Who waits for the connection to be made; undefined once it is. */
  #waiting: Flow[] | undefined;
  #corked = false;
  #closing = false;
  /** When the last piece came that nothing was sent after yet. */
  #unanswered: number | undefined;
  #half = false;
  #timer: NodeJS.Timeout | undefined;
  #why = 'the connection was closed';

  /** @param timeout milliseconds for the connection to be made; undefined where it is there already. */
  constructor(socket: Socket, options: ConnectionOptions, timeout?: number) {
    this.flow = options.flow;
    this.#socket = socket;
    this.#options = options;
    const { events, gone } = options;
    socket.on('data', (piece) => {
      if (this.#closing) return;
      this.#unanswered = performance.now();
      events.receive(piece, this.flow);
    });
    socket.on('drain', () => socket.resume());
    socket.on('end', () => {
      this.#half = true;
      const since = this.#unanswered;
      const left = since === undefined ? ANSWERED : since + HALF_OPEN - performance.now();
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
    if (timeout === undefined) return;
    this.#waiting = [];
    this.#after(timeout, () => socket.destroy(new Error(`no connection within ${timeout} ms`)));
    socket.once('connect', () => {
      if (!this.#closing) clearTimeout(this.#timer);
      this.#waiting = undefined;
      const ends = endsOf(socket);
      if (ends !== undefined) this.flow = { ...this.flow, local: ends.local };
      events.opened?.(this.flow);
    });
  }

  get ending(): boolean {
    return this.#half || this.#closing;
  }

  send(bytes: Uint8Array, to: Flow): void {
    const socket = this.#socket;
    if (this.#closing) {
      process.nextTick(() => this.#options.events.failed(to, 'the connection is being closed'));
      return;
    }
    this.#waiting?.push(to);
    this.#unanswered = undefined;
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
    this.#socket.end();
    this.#after(CLOSING, () => this.#socket.destroy());
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

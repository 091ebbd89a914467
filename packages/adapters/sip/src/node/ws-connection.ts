/** A WebSocket connection: one SIP message to a WebSocket message (RFC 7118, 5). */
import { isUtf8 } from 'node:buffer';

import type { Instant } from '@usher/core';
import type { Flow } from '@usher/core/adapter';
import { WebSocket } from 'ws';

import { CLOSING, type Connection, type ConnectionOptions } from './connection.js';

/** Octets waiting to be sent at which we stop reading until they are gone. */
const PAUSE = 65_536;
/** RFC 6455, 7.4.1: normal closure. */
const NORMAL = 1_000;

/** A WebSocket connection. */
export class WsConnection implements Connection {
  readonly flow: Flow;
  readonly #socket: WebSocket;
  readonly #options: ConnectionOptions;
  /** What waits for the connection to be made; undefined once it is. */
  #waiting: { readonly bytes: Uint8Array; readonly to: Flow }[] | undefined;
  #waitingOctets = 0;
  /** Whether the peer last spoke in text: browsers do, and want to be answered alike. */
  #text = true;
  #closing = false;
  #touched: Instant;
  #silent = true;
  #timer: NodeJS.Timeout | undefined;
  #why: string | undefined;

  constructor(socket: WebSocket, options: ConnectionOptions) {
    this.flow = options.flow;
    this.#socket = socket;
    this.#options = options;
    const { events, gone, clock, heard } = options;
    this.#touched = clock.now();
    const touch = (): void => {
      this.#touched = clock.now();
    };
    socket.on('ping', touch).on('pong', touch);
    socket.on('message', (data, isBinary) => {
      touch();
      this.#text = !isBinary;
      if (this.#silent) heard();
      this.#silent = false;
      if (!this.#closing && data instanceof Uint8Array) events.receive(data, this.flow);
    });
    socket.on('error', (error) => {
      this.#why = error.message;
    });
    socket.on('close', () => {
      clearTimeout(this.#timer);
      gone(this);
      const why = this.#why ?? 'the connection was closed';
      if (this.#waiting !== undefined) for (const { to } of this.#waiting) events.failed(to, why);
      else if (this.#why !== undefined) events.failed(this.flow, why);
      if (this.#waiting === undefined) events.closed(this.flow);
    });
    if (socket.readyState === WebSocket.OPEN) return;
    this.#waiting = [];
    socket.once('open', () => {
      const waiting = this.#waiting ?? [];
      this.#waiting = undefined;
      events.opened?.(this.flow);
      for (const { bytes } of waiting) this.#write(bytes);
      if (this.#closing) this.#end();
    });
  }

  get ending(): boolean {
    return this.#closing || this.#socket.readyState > WebSocket.OPEN;
  }

  get touched(): Instant {
    return this.#touched;
  }

  send(bytes: Uint8Array, to: Flow): void {
    if (this.ending) {
      process.nextTick(() => this.#options.events.failed(to, 'the connection is being closed'));
      return;
    }
    this.#touched = this.#options.clock.now();
    this.#waiting?.push({ bytes, to });
    if (this.#waiting !== undefined) this.#waitingOctets += bytes.length;
    const octets =
      this.#waiting === undefined
        ? this.#socket.bufferedAmount + bytes.length
        : this.#waitingOctets;
    if (octets > this.#options.backlog) {
      this.#why = 'the peer does not take what it is sent';
      this.#socket.terminate();
    } else if (this.#waiting === undefined) {
      this.#write(bytes);
    }
  }

  close(): void {
    if (this.#closing) return;
    this.#closing = true;
    if (this.#waiting === undefined) this.#end();
  }

  #write(bytes: Uint8Array): void {
    const binary = !this.#text || !isUtf8(bytes);
    if (this.#socket.bufferedAmount + bytes.length <= PAUSE) {
      this.#socket.send(bytes, { binary }, ignore);
      return;
    }
    // Who does not read answers gets nothing more to answer from us.
    this.#socket.pause();
    this.#socket.send(bytes, { binary }, () => {
      if (this.#socket.bufferedAmount <= PAUSE) this.#socket.resume();
    });
  }

  #end(): void {
    if (this.#socket.isPaused) this.#socket.resume();
    this.#socket.close(NORMAL);
    this.#timer = setTimeout(() => this.#socket.terminate(), CLOSING);
    this.#timer.unref();
  }
}

/** A connection that breaks tells so by its `close`; without a callback each single send would be told as an error, too. */
function ignore(): void {
  // Nothing is left to do.
}

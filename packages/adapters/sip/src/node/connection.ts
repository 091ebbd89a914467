/** One connection, whatever it is made of: what the network needs to use it and let it go. */
import type { Instant } from '@usher/core';
import type { Clock, Flow, NetworkEvents } from '@usher/core/adapter';

/** One connection. */
export interface Connection {
  readonly flow: Flow;
  /** Whether one of its ends is closed already: answers may still go, and nothing new is begun on it. */
  readonly ending: boolean;
  /** When something last came or went. */
  readonly touched: Instant;
  /** Sends when it can: while the connection is being made the bytes wait. `to` is whom to tell of where that fails. */
  send(bytes: Uint8Array, to: Flow): void;
  /** Closes it when all that was sent has gone out; what still comes is dropped. */
  close(): void;
}

/** What each connection has in common. */
export interface ConnectionOptions {
  readonly flow: Flow;
  readonly events: NetworkEvents;
  /** Octets that may wait to be sent; a peer that lets more pile up is cut off. */
  readonly backlog: number;
  readonly clock: Clock;
  /** Told once: the head of a first message is there, or a keep-alive. */
  readonly heard: () => void;
  /** The connection is gone. */
  readonly gone: (connection: Connection) => void;
}

/** How connections find out that a peer is gone without a word: by probes of the system, once a minute of silence has passed. */
export const KEEP_ALIVE = { keepAlive: true, keepAliveInitialDelay: 60_000 } as const;

/** Milliseconds that a peer has to close its end once we closed ours. */
export const CLOSING = 2_000;

/** Whether TLS is spoken there, so that it counts who the peer is. */
export function isSecure(transport: string): boolean {
  return transport === 'tls' || transport === 'wss';
}

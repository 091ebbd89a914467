/** A protocol without input, output or clock: bytes, intents and time go in; bytes to send and events come out. */
import type { Instant } from '../words/duration.js';

/** One end of a flow. */
export interface SocketAddress {
  readonly address: string;
  readonly port: number;
}

/** What a connection's peer proved of itself as the connection was made. */
export interface FlowIdentity {
  readonly how: 'tls';
  /** The SIP URIs that it may speak for: `sip:alice@example.com` is one user, `sip:example.com` all of a domain (RFC 5922, 7.1). */
  readonly names: readonly string[];
}

/** The way that bytes came, and by which an answer goes back. */
export interface Flow {
  /** `udp`, `tcp`, `ws`, …, in lower case. */
  readonly transport: string;
  /** Our end; absent on a flow that is yet to be opened. */
  readonly local?: SocketAddress;
  readonly remote: SocketAddress;
  /** Names one connection; absent for datagrams, and on a flow that is yet to be opened. */
  readonly connection?: number;
  /**
   * Whose certificate the remote end must have, or has shown: a domain, on a flow that we open over TLS (RFC 5922, 7.3). Where
   * it is absent there, the remote address is meant. Flows of two names are two flows, whatever their addresses.
   */
  readonly name?: string;
  /** What the peer proved of itself; absent where it proved nothing. */
  readonly identity?: FlowIdentity;
}

/** What a machine wants done. */
export type Output<Event> =
  | { readonly type: 'transmit'; readonly bytes: Uint8Array; readonly to?: Flow }
  | { readonly type: 'event'; readonly event: Event };

/** Three doors in, one out. Nothing else reaches a machine, so that it can be tested to the millisecond. */
export interface Machine<Command, Event> {
  /** Bytes in: one datagram, or the next piece of a stream. */
  receive(bytes: Uint8Array, now: Instant, from?: Flow): Output<Event>[];
  /** Intent in. */
  execute(command: Command, now: Instant): Output<Event>[];
  /** Time in. */
  elapse(now: Instant): Output<Event>[];
  /** When to call `elapse`; undefined while nothing waits. */
  readonly deadline: Instant | undefined;
}

/** A protocol without input, output or clock: bytes, intents and time go in; bytes to send and events come out. */
import type { Instant } from '../words/duration.js';

/** One end of a flow. */
export interface SocketAddress {
  readonly address: string;
  readonly port: number;
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

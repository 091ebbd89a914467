/** Where the text of sessions comes and goes: sockets under `node/`, or the simulated ones of tests. */
import type { Gauge, SocketAddress } from '@usher/core/adapter';

/** What a place for one session tells of. */
export interface DatagramEvents {
  receive(bytes: Uint8Array, from: SocketAddress): void;
  /** The place is gone. */
  lost(): void;
}

/** The place of one session. */
export interface DatagramPlace {
  readonly port: number;
  /** Never throws: what cannot be sent is lost, as on the way. */
  send(bytes: Uint8Array, to: SocketAddress): void;
  close(): void;
}

/** Where the text of sessions comes and goes. */
export interface Datagrams {
  /** The IP address of all places. */
  readonly address: string;
  /** How many places are taken, and how many there are. */
  readonly places: Gauge;
  /** A place for one more session; undefined where none is free. */
  open(events: DatagramEvents): Promise<DatagramPlace | undefined>;
  /** Closes every place that is still open. */
  close(): Promise<void>;
}

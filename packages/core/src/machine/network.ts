/** What bytes travel on: sockets under `node/`, or the simulated one of tests. It knows nothing of any protocol. */
import type { Gauge, Listening, Violation } from '../ports/user-agent.js';
import type { Pipe } from './drive.js';
import type { Flow } from './machine.js';

/** What a network tells of. */
export interface NetworkEvents {
  /** One datagram or WebSocket message, or the next piece of a stream. */
  receive(bytes: Uint8Array, from: Flow): void;
  /** A connection is there, whoever opened it. */
  opened?(flow: Flow): void;
  /** A connection is gone, and with it what it had not delivered. */
  closed(flow: Flow): void;
  /** Bytes could not be sent to this flow: nobody listens there, or the connection broke. */
  failed(flow: Flow, why: string): void;
  /** A peer kept to no agreement of the network's own, or the network has trouble that is to be known. */
  violated?(violation: Violation): void;
  /** The numbers of those connections that must not be closed for being silent: a session rests on them. */
  needed?(): ReadonlySet<number>;
}

/** What bytes travel on. */
export interface Network extends Pipe {
  /** How many connections there are, and may be; where it can tell. */
  readonly connections?: Gauge;
  /**
   * Begins to listen everywhere it was told to.
   * @throws when any place to listen cannot be had, naming it; then none is held.
   */
  open(events: NetworkEvents): Promise<readonly Listening[]>;
  /**
   * Sends to a flow. On a connection that is gone, or none yet, one to `to.remote` is reused or opened; datagrams leave
   * from `to.local`, or from the first listener of that transport. Never throws: what fails is told by `failed`.
   */
  transmit(bytes: Uint8Array, to: Flow): void;
  /** Closes one connection, after what was sent on it has gone out. */
  disconnect(flow: Flow): void;
  /** Stops listening and closes every connection, after what was sent has gone out. */
  close(): Promise<void>;
}

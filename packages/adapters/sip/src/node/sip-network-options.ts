/** How much a network of sockets takes, and from whom. */
import { type Clock, systemClock } from '@usher/core/adapter';

/** How much a network takes, and from whom. */
export interface SipNetworkOptions {
  /** The most connections at a time, incoming and outgoing; 10,000 unless given. */
  readonly connections?: number;
  /** The most of those that come from one source, an IPv4 address or a network of IPv6; 100 unless given. */
  readonly connectionsPerSource?: number;
  /** The most of those that came and have said nothing yet: beyond, the longest silent one makes room; 1,000 unless given. */
  readonly connectionsUnheard?: number;
  /** Milliseconds until the head of its first message that a new connection has; 10,000 unless given. */
  readonly firstMessage?: number;
  /**
   * Milliseconds without an octet in either direction after which a connection is closed, or up to a quarter later. Keep-alives
   * count, and a connection that a session rests on stays. 120,000 unless given.
   */
  readonly idle?: number;
  /** The most octets that may wait for one peer to take them; beyond, it is cut off. 1 MiB unless given. */
  readonly backlog?: number;
  /** The most octets of one WebSocket message; 80 KiB unless given, a head and a body of the usual limits. */
  readonly message?: number;
  /** Milliseconds for a connection of ours to be made, TLS included; 5000 unless given. */
  readonly connectTimeout?: number;
  /** The pages whose browsers may connect by WebSocket, such as `https://example.com`; none unless given. */
  readonly origins?: readonly string[];
  /** Files, in PEM, of authorities that we trust besides the usual ones when we connect to others by TLS. */
  readonly authorities?: readonly string[];
  /** The system's unless given. */
  readonly clock?: Clock;
}

/** What holds unless something else is given. */
export const DEFAULTS: Required<SipNetworkOptions> = {
  connections: 10_000,
  connectionsPerSource: 100,
  connectionsUnheard: 1_000,
  firstMessage: 10_000,
  idle: 120_000,
  backlog: 1024 * 1024,
  message: 80 * 1024,
  connectTimeout: 5_000,
  origins: [],
  authorities: [],
  clock: systemClock,
};

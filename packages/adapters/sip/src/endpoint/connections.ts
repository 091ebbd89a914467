/** The connections that are open: what each has brought so far, and which sessions hang on it. */
import type { Flow } from '@usher/core/adapter';

import type { SipLimits } from '../syntax/limits.js';
import { Framer } from '../transport/framer.js';

/** One open connection. */
export interface Connection<Usage> {
  readonly flow: Flow;
  /** Cuts the stream into messages; undefined where they come whole. */
  readonly framer: Framer | undefined;
  /** Whether an alarm is set for an unfinished message. */
  watched: boolean;
  /** The sessions whose peer can be reached nowhere else. */
  readonly bound: Set<Usage>;
}

/** The connections that are open. */
export class Connections<Usage> {
  readonly #open = new Map<number, Connection<Usage>>();
  readonly #limits: SipLimits;

  constructor(limits: SipLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#open.size;
  }

  /** The connection of this flow, entered where it is new; undefined for datagrams. */
  of(flow: Flow): Connection<Usage> | undefined {
    const { connection: number, transport } = flow;
    if (number === undefined) return undefined;
    const known = this.#open.get(number);
    if (known !== undefined) return known;
    const framer = isStream(transport) ? new Framer(this.#limits) : undefined;
    const connection = { flow, framer, watched: false, bound: new Set<Usage>() };
    this.#open.set(number, connection);
    return connection;
  }

  /** Whether no message that came on this connection is unfinished. */
  isBetween({ connection }: Flow): boolean {
    return connection === undefined || this.#open.get(connection)?.framer?.begun === undefined;
  }

  /** Whether bytes can go this way: by datagram, on a connection that is open, or on one that is yet to be opened. */
  alive({ connection }: Flow): boolean {
    return connection === undefined || this.#open.has(connection);
  }

  /** A connection is gone; returns what it was. */
  close(flow: Flow): Connection<Usage> | undefined {
    if (flow.connection === undefined) return undefined;
    const connection = this.#open.get(flow.connection);
    this.#open.delete(flow.connection);
    return connection;
  }

  /** Binds a session to the flow it came on, where its peer can be reached nowhere else. */
  bind(usage: Usage, flow: Flow | undefined): void {
    const isBound = flow?.transport === 'ws' || flow?.transport === 'wss';
    // What had to wait may find its connection gone: it is not to be entered again, as nobody would close it.
    if (isBound && flow.connection !== undefined) this.#open.get(flow.connection)?.bound.add(usage);
  }

  unbind(usage: Usage, flow: Flow | undefined): void {
    if (flow?.connection !== undefined) this.#open.get(flow.connection)?.bound.delete(usage);
  }
}

function isStream(transport: string): boolean {
  return transport === 'tcp' || transport === 'tls';
}

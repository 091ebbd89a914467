/** The connections of a network, by their numbers and by their remote ends. */
import type { Instant } from '@usher/core';
import type { Flow } from '@usher/core/adapter';

import { type Connection, isSecure } from './connection.js';

/** The connections of a network. */
export class Connections {
  readonly #byNumber = new Map<number, Connection>();
  readonly #byRemote = new Map<string, Connection>();
  #last = 0;
  #whenEmpty: (() => void) | undefined;

  get size(): number {
    return this.#byNumber.size;
  }

  /** The flow of a connection to come, with a number that none had before. */
  flow(parts: Omit<Flow, 'connection'>): Flow {
    this.#last += 1;
    return { ...parts, connection: this.#last };
  }

  add(connection: Connection): void {
    const { flow } = connection;
    if (flow.connection !== undefined) this.#byNumber.set(flow.connection, connection);
    // Who came to us by TLS has not been asked for the certificate of anybody in particular: what we send to somebody must
    // not go to whoever came from the same address.
    if (!isSecure(flow.transport) || flow.name !== undefined) {
      this.#byRemote.set(remoteOf(flow), connection);
    }
  }

  delete(connection: Connection): void {
    const { flow } = connection;
    if (flow.connection !== undefined) this.#byNumber.delete(flow.connection);
    const remote = remoteOf(flow);
    if (this.#byRemote.get(remote) === connection) this.#byRemote.delete(remote);
    if (this.size === 0) this.#whenEmpty?.();
  }

  /** Those on which nothing came or went since then, and which are not about to go. */
  silentSince(instant: Instant): readonly Connection[] {
    return [...this.#byNumber.values()].filter((one) => one.touched <= instant && !one.ending);
  }

  /** The connection that the flow names, or else one to the same remote end, and name, that is not about to go. */
  find(flow: Flow): Connection | undefined {
    const named = flow.connection === undefined ? undefined : this.#byNumber.get(flow.connection);
    if (named !== undefined) return named;
    const other = this.#byRemote.get(remoteOf(flow));
    return other?.ending === true ? undefined : other;
  }

  /** Closes them all; resolves when the last is gone. */
  async close(): Promise<void> {
    if (this.size === 0) return;
    await new Promise<void>((resolve) => {
      this.#whenEmpty = resolve;
      for (const connection of this.#byNumber.values()) connection.close();
    });
  }
}

function remoteOf({ transport, remote, name = remote.address }: Flow): string {
  const place = `${transport} ${remote.address}:${remote.port}`;
  return isSecure(transport) ? `${place} ${name.toLowerCase()}` : place;
}

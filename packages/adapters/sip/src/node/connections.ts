/** The connections of a network, by their numbers and by their remote ends. */
import type { Flow, SocketAddress } from '@usher/core/adapter';

import type { Connection } from './connection.js';

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
  flow(transport: string, remote: SocketAddress, local?: SocketAddress): Flow {
    this.#last += 1;
    return { transport, remote, connection: this.#last, ...(local !== undefined && { local }) };
  }

  add(connection: Connection): void {
    const { flow } = connection;
    if (flow.connection !== undefined) this.#byNumber.set(flow.connection, connection);
    this.#byRemote.set(remoteOf(flow), connection);
  }

  delete(connection: Connection): void {
    const { flow } = connection;
    if (flow.connection !== undefined) this.#byNumber.delete(flow.connection);
    const remote = remoteOf(flow);
    if (this.#byRemote.get(remote) === connection) this.#byRemote.delete(remote);
    if (this.size === 0) this.#whenEmpty?.();
  }

  /** The connection that the flow names, or else one to the same remote end that is not about to go. */
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

function remoteOf({ transport, remote }: Flow): string {
  return `${transport} ${remote.address}:${remote.port}`;
}

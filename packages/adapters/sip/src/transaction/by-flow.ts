/** Transactions by the connection that they use, so that the loss of one costs no search among all. */
import type { Flow } from '@usher/core/adapter';

/** What has a flow: transactions, here. */
interface OnFlow {
  readonly flow: Flow;
}

/** Transactions by connection; those over datagrams are not kept here. */
export class ByFlow<T extends OnFlow> {
  readonly #sets = new Map<number | string, Set<T>>();

  add(transaction: T): void {
    const key = keyOf(transaction.flow);
    if (key === undefined) return;
    const set = this.#sets.get(key);
    if (set === undefined) this.#sets.set(key, new Set([transaction]));
    else set.add(transaction);
  }

  delete(transaction: T): void {
    const key = keyOf(transaction.flow);
    if (key === undefined) return;
    const set = this.#sets.get(key);
    if (set === undefined) return;
    set.delete(transaction);
    if (set.size === 0) this.#sets.delete(key);
  }

  /** Those on this connection, and those that were sent to its remote end before it had a number. */
  on(flow: Flow): T[] {
    const numbered = flow.connection === undefined ? undefined : this.#sets.get(flow.connection);
    return [...(numbered ?? []), ...(this.#sets.get(remoteOf(flow)) ?? [])];
  }
}

function keyOf(flow: Flow): number | string | undefined {
  return flow.transport === 'udp' ? undefined : (flow.connection ?? remoteOf(flow));
}

function remoteOf({ transport, remote, name = remote.address }: Flow): string {
  return `${transport} ${remote.address}:${remote.port} ${name}`;
}

/** The client transactions of a layer, found by what a response says of itself (RFC 3261, 17.1.3). */
import type { Flow } from '@usher/core/adapter';

import type { ClientTransaction } from './client-transaction.js';

/** The client transactions of a layer. */
export class ClientTable<User> {
  readonly #byKey = new Map<string, ClientTransaction<User>>();

  get size(): number {
    return this.#byKey.size;
  }

  /** Whether there is one with this branch. */
  has(branch: string): boolean {
    return this.#byKey.has(branch) || this.#byKey.has(keyOf(branch, 'CANCEL'));
  }

  get(branch: string | undefined, method: string): ClientTransaction<User> | undefined {
    const found = branch === undefined ? undefined : this.#byKey.get(keyOf(branch, method));
    return found?.method === method ? found : undefined;
  }

  add(transaction: ClientTransaction<User>): void {
    this.#byKey.set(keyOf(transaction.branch, transaction.method), transaction);
  }

  delete(transaction: ClientTransaction<User>): void {
    const key = keyOf(transaction.branch, transaction.method);
    if (this.#byKey.get(key) === transaction) this.#byKey.delete(key);
  }

  /** Those whose requests go to the remote end of this flow by datagrams. */
  to({ remote: { address, port } }: Flow): ClientTransaction<User>[] {
    const found: ClientTransaction<User>[] = [];
    for (const transaction of this.#byKey.values()) {
      const { transport, remote } = transaction.flow;
      if (transport === 'udp' && remote.port === port && remote.address === address) {
        found.push(transaction);
      }
    }
    return found;
  }
}

/** By branch and CSeq method; of two methods one branch can have, the other is CANCEL (RFC 3261, 9.1). */
function keyOf(branch: string, method: string): string {
  return method === 'CANCEL' ? `CANCEL ${branch}` : branch;
}

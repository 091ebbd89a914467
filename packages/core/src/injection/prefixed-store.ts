/** One bot's part of the store. */
import type { Store } from '../ports/journal.js';

/** The store under keys that begin with a prefix, so that nobody sees another's. */
export class PrefixedStore implements Store {
  readonly #store: Store;
  readonly #prefix: string;

  constructor(store: Store, prefix: string) {
    this.#store = store;
    this.#prefix = prefix;
  }

  get(key: string): Promise<unknown> {
    return this.#store.get(this.#prefix + key);
  }

  put(key: string, value: unknown): Promise<void> {
    return this.#store.put(this.#prefix + key, value);
  }

  delete(key: string): Promise<void> {
    return this.#store.delete(this.#prefix + key);
  }
}

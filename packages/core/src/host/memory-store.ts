/** The store of a house that was given none: state in memory, gone with the process. */
import type { Store } from '../ports/journal.js';

/** How many keys are kept; beyond, the one that was put longest ago is forgotten. */
const KEYS = 100_000;

/** State in memory. Values are copied in and out, as any other store does it. */
export class MemoryStore implements Store {
  readonly #values = new Map<string, unknown>();

  get(key: string): Promise<unknown> {
    return attempt(() => structuredClone(this.#values.get(key)));
  }

  put(key: string, value: unknown): Promise<void> {
    return attempt(() => {
      const copy: unknown = structuredClone(value);
      this.#values.delete(key);
      this.#values.set(key, copy);
      if (this.#values.size <= KEYS) return;
      for (const oldest of this.#values.keys()) {
        this.#values.delete(oldest);
        return;
      }
    });
  }

  delete(key: string): Promise<void> {
    return attempt(() => {
      this.#values.delete(key);
    });
  }
}

function attempt<T>(act: () => T): Promise<T> {
  return new Promise((resolve) => {
    resolve(act());
  });
}

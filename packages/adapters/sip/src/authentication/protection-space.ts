/** What was answered before and is answered again at once, in one place or one dialog (RFC 3261, 22.1 to 22.3). */
import type { KeptChallenge } from './kept-challenge.js';

/** In so many realms a request can prove who it comes from. */
export const REALMS = 16;

/** What was answered before. A space that brings up ever new realms is begun anew. */
export class ProtectionSpace {
  /** Undefined while nothing was asked here, as in most places. */
  #kept: Map<string, KeptChallenge> | undefined;

  /** By who asked and in which realm. */
  get kept(): Iterable<readonly [string, KeptChallenge]> {
    return this.#kept ?? [];
  }

  keep(key: string, challenge: KeptChallenge): void {
    const kept = (this.#kept ??= new Map());
    // One more must have room besides these.
    if (!kept.has(key) && kept.size >= REALMS - 1) kept.clear();
    kept.set(key, challenge);
  }

  /** It helped nobody. What another request has put in its place meanwhile stays. */
  forget(key: string, challenge: KeptChallenge): void {
    if (this.#kept?.get(key) === challenge) this.#kept.delete(key);
  }
}

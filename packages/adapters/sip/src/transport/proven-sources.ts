/** Who has proved to be where he seems to be: what went to an address came back from there (as RFC 9000, 8 has it for QUIC). */
import type { Instant } from '@usher/core';

/** So long after the last proof an address is taken for somebody else's: dynamic ones change hands. */
const LASTING = 600_000;
/** A proof that is no older than this need not be written down anew. */
const FRESH = 60_000;
const MOST = 16_384;

/**
 * The numeric addresses that have answered to what only they were told. Of each the whole address counts, not its network: one
 * machine of a network proves nothing for another, from which somebody may want to have it flooded.
 */
export class ProvenSources {
  readonly #most: number;
  /** When each proved it last, the oldest first. */
  readonly #proven = new Map<string, Instant>();

  /** @param most how many are remembered; beyond, the one whose proof is the oldest is forgotten. */
  constructor(most = MOST) {
    this.#most = most;
  }

  get size(): number {
    return this.#proven.size;
  }

  has(address: string, now: Instant): boolean {
    const at = this.#proven.get(address);
    return at !== undefined && now - at < LASTING;
  }

  /** This address has answered to what only it was told. */
  prove(address: string, now: Instant): void {
    const at = this.#proven.get(address);
    if (at !== undefined && now - at < FRESH) return;
    this.#proven.delete(address);
    this.#proven.set(address, now);
    if (this.#proven.size <= this.#most) return;
    const [oldest] = this.#proven.keys();
    if (oldest !== undefined) this.#proven.delete(oldest);
  }

  /** Nobody has answered from there for long: whoever is there now has to prove it anew. */
  revoke(address: string): void {
    this.#proven.delete(address);
  }
}

/** Time and chance, handed in: the real ones live under `node/`, the ones of tests under `testing/`. */
import type { Instant } from '../words/duration.js';

/** Undoes what was arranged; harmless when it already happened. */
export type Cancel = () => void;

/** What tells the time and wakes us. */
export interface Clock {
  /** The present moment; never runs backwards. */
  now(): Instant;
  /** Calls `task` once at `instant`, or as soon after as can be; never before this call returned. */
  at(instant: Instant, task: () => void): Cancel;
}

/** Where unpredictable octets come from: 128 bits and more for every tag, branch and id (RFC 3261, 19.3). */
export interface Chance {
  /** This many fresh octets. */
  octets(count: number): Uint8Array;
  /** A fresh token of 128 bits, in letters and digits only. */
  token(): string;
}

/** Who takes part in a session: two, or everybody in a conference (RFC 4575). */
import type { Address } from './address.js';

/** One who takes part. */
export interface Participant {
  readonly address: Address;
  readonly displayName?: string;
  /** Whether these are we. */
  readonly local: boolean;
  /** `attendee`, `presenter`, …, by the conference's own names; empty in a session of two. */
  readonly roles: readonly string[];
  /** Whether any device of this participant is connected (RFC 4575, 5.7.3). */
  readonly connected: boolean;
}

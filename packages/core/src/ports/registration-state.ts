/** How the binding of one of our addresses to where we are stands, as a value (RFC 3261, 10). */
import type { Instant } from '../words/duration.js';

/** How the binding of one of our addresses to where we are stands. */
export interface RegistrationState {
  /** The address-of-record: who we are there. */
  readonly address: string;
  /** Who keeps the binding. */
  readonly registrar: string;
  /** Which flow of this address it is, from 1 (RFC 5626, 4.2). */
  readonly flow: number;
  /** `registering`: it was asked for; `failed`: it is asked for again at `next`; `removed`: we took it back. */
  readonly standing: 'registering' | 'registered' | 'failed' | 'removed';
  /** Until when it holds, unless it is refreshed before; there while it is registered. */
  readonly until?: Instant;
  /** Whether it held before as well. */
  readonly refreshed?: boolean;
  /** When it is asked for again; there where it failed. */
  readonly next?: Instant;
  /** The status that it failed with; one of our own where no answer came (RFC 3261, 8.1.3.1). */
  readonly status?: number;
  /** Why it failed, in words. */
  readonly why?: string;
}

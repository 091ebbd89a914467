/** What an acceptance is made for: a session that begins, or one that goes on over another medium. */
import type { Medium, Receiver } from '../ports/medium.js';
import type { WithdrawalReason } from '../words/withdrawal.js';

/** Whoever waits for a medium, and takes what it brings from before it is there. */
export interface Prospect extends Receiver {
  /** The medium is there. */
  open(medium: Medium): void;
  /** None came. */
  gone(why: WithdrawalReason): void;
}

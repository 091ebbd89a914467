/** What happened with one bot, in numbers. */
import { Counts } from './counts.js';
import { Durations } from './durations.js';

/** What happened with one bot. Fields rather than names: this is counted for every message. */
export class BotTally {
  /** What it said of invitations, or what was done in its stead. */
  readonly verdicts = new Counts();
  accepted = 0;
  /** By status. */
  readonly rejected = new Counts();
  readonly forwarded = new Counts();
  /** How long invitations took that it decided. */
  readonly deciding = new Durations();
  started = 0;
  /** By whom. */
  readonly ended = new Counts(['bot', 'peer', 'host', 'network']);
  handedOver = 0;
  /** To another medium, by why. */
  readonly moved = new Counts(['escalated', 'again', 'lost']);
  received = 0;
  /** Messages that could not be taken, by what was in the way. */
  readonly refused = new Counts(['mailbox', 'journal']);
  delivered = 0;
  /** Messages of its own that did not get through, by status. */
  readonly undelivered = new Counts();
  /** What failed, by what it was. */
  readonly failed = new Counts();
}

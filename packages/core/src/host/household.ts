/** What all rooms of one house share. */
import type { Chance, Clock } from '../ports/clock.js';
import type { Journal } from '../ports/journal.js';
import type { Introduction } from '../ports/introduction.js';
import type { Address } from '../words/address.js';
import type { Converse } from '../words/decision.js';
import type { ActivityFeed } from './activity-feed.js';
import type { Admission } from './admission.js';
import type { Conversations } from './conversations.js';
import type { Guards } from './guards.js';
import type { Inviting, InviteResult } from './inviting.js';
import type { Outgoing } from './outgoing.js';
import type { PlacedBot } from './placed-bot.js';
import type { WaitingRoom } from './waiting-room.js';

/** Something that takes its time, and that a drain waits for and can cut short. */
export interface Underway {
  /** Ends it now, politely. */
  cut(): void;
}

/** What all rooms of one house share. */
export interface Household {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly journal: Journal;
  readonly feed: ActivityFeed;
  readonly admission: Admission;
  readonly guards: Guards;
  readonly outgoing: Outgoing;
  /** Invitations that wait for somebody outside their bot to decide. */
  readonly waiting: WaitingRoom;
  /** In the order in which they are asked. */
  readonly bots: readonly PlacedBot[];
  /** Sessions in being that have a name for their conversation. */
  readonly conversations: Conversations;
  /** Sessions in being, and invitations whose bot takes its time. */
  readonly underway: Set<Underway>;
  /** Invites somebody on the word of somebody else. */
  invite(
    target: Address,
    conversation: Converse,
    inviting: Inviting,
    introduction: Introduction,
  ): Promise<InviteResult>;
  /** Told when a session or an undecided invitation is gone: a drain may be waiting for the last one. */
  left(): void;
  /** Waits for a disposal before the house closes. */
  disposing(disposal: Promise<void>): void;
}

/** An invitation whose bot left the decision to somebody outside, and that waits for it. */
import type { Instant } from '../words/duration.js';
import type { Invitation } from '../words/invitation.js';

/** An invitation that waits in `host.pending`, until `host.decide` or its time answers it. */
export interface PendingInvitation {
  /** The invitation's id, by which it is decided. */
  readonly id: string;
  /** The invitation as the bot that deferred it saw it; its `signal` aborts where the inviter leaves. */
  readonly invitation: Invitation;
  /** The id of the bot that deferred it, on which a session of it would count. */
  readonly bot: string;
  /** Since when it waits. */
  readonly since: Instant;
  /** Until when: then what the bot named for that case counts. */
  readonly until: Instant;
  /** What is asked, in words for people, where the bot said so. */
  readonly why?: string;
}

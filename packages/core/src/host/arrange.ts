/** What an acceptance is carried out by: a session that begins, or one that is in being and goes on elsewhere. */
import type { Acceptance } from '../words/decision.js';
import type { Facts } from './asked-invitation.js';
import type { Continued } from './continued.js';
import { HostedSession } from './hosted-session.js';
import type { Household } from './household.js';
import type { Judgement } from './judgement.js';
import type { PlacedBot } from './placed-bot.js';
import type { Prospect } from './prospect.js';

/** What is accepted. */
export interface Arrangement {
  readonly userAgent: string;
  readonly facts: Facts;
  /** The session that it is about. */
  readonly continued: Continued | undefined;
}

/** Whether a session begins with it, which takes room; else one that is in being goes on elsewhere. */
export function begins(continued: Continued | undefined, { apart }: Acceptance): boolean {
  return continued === undefined || apart === true;
}

/**
 * Makes who waits for the medium.
 * @throws LocalProtocolError `not-movable`; what the constructor of a conversation class throws.
 */
export function arrange(
  household: Household,
  bot: PlacedBot,
  { invitation }: Judgement,
  acceptance: Acceptance,
  { userAgent, facts, continued }: Arrangement,
): Prospect {
  if (continued !== undefined && !begins(continued, acceptance)) {
    return continued.session.move(invitation.id, continued.why);
  }
  return new HostedSession(household, bot, { userAgent, facts, invitation, acceptance });
}

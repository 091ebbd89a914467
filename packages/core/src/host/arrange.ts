/** What an acceptance is carried out by: a session that begins, or one that is in being and goes on elsewhere. */
import type { Acceptance } from '../words/decision.js';
import type { Facts } from './asked-invitation.js';
import type { Conversing } from './conversations.js';
import { HostedSession } from './hosted-session.js';
import type { Household } from './household.js';
import type { Judgement } from './judgement.js';
import type { PlacedBot } from './placed-bot.js';
import type { Prospect } from './prospect.js';

/** What is accepted. */
export interface Arrangement {
  readonly userAgent: string;
  readonly facts: Facts;
  /** The session that it would take to a conference. */
  readonly escalated: Conversing | undefined;
}

/** Whether a session begins with it, which takes room; else one that is in being goes on elsewhere. */
export function begins(escalated: Conversing | undefined, { apart }: Acceptance): boolean {
  return escalated === undefined || apart === true;
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
  { userAgent, facts, escalated }: Arrangement,
): Prospect {
  if (escalated !== undefined && !begins(escalated, acceptance)) {
    return escalated.move(invitation.id);
  }
  return new HostedSession(household, bot, { userAgent, facts, invitation, acceptance });
}

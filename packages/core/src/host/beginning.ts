/** What a session begins with. */
import type { Acceptance } from '../words/decision.js';
import type { Invitation } from '../words/invitation.js';
import type { Facts } from './asked-invitation.js';

/** What a session begins with. */
export interface Beginning {
  /** The name of the user agent that it is held by. */
  readonly userAgent: string;
  readonly facts: Facts;
  /** The invitation as the accepting bot saw it. */
  readonly invitation: Invitation;
  readonly acceptance: Acceptance;
}

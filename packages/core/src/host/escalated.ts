/** The session that an invitation would take to a conference. */
import type { Facts } from './asked-invitation.js';
import type { Conversations, Conversing } from './conversations.js';

/** The fact by which an adapter says that content is an invitation to a conference. */
const CONFERENCE = 'conference';

/**
 * The session that an invitation would take to a conference: one of the same conversation with the same inviter; `foreign` where
 * that conversation is somebody else's. What invites to no conference is not looked into.
 */
export function escalated(
  conversations: Conversations,
  facts: Facts,
): Conversing | 'foreign' | undefined {
  const { type } = facts;
  if (type !== 'application' && type !== 'conference') return undefined;
  const { conversationId } = facts;
  if (conversationId === undefined || !conversations.has(conversationId)) return undefined;
  if (type === 'application' && !facts.context.has(CONFERENCE)) return undefined;
  return conversations.find(conversationId, facts.inviter) ?? 'foreign';
}

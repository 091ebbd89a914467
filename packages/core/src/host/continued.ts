/** The session in being that an invitation is about: its peer takes it to a conference, or has lost it and comes anew. */
import type { Facts } from './asked-invitation.js';
import type { Conversations, Conversing } from './conversations.js';

/** A session that goes on over another medium. */
export interface Continued {
  readonly session: Conversing;
  readonly why: 'escalated' | 'again';
}

/** The fact by which an adapter says that content is an invitation to a conference. */
const CONFERENCE = 'conference';

/**
 * The session that an invitation is about: one of the same conversation with the same inviter; `foreign` where what invites to a
 * conference names a conversation of somebody else. What invites to no conference is not looked into.
 */
export function continuedBy(
  conversations: Conversations,
  facts: Facts,
): Continued | 'foreign' | undefined {
  const { type, conversationId } = facts;
  if (conversationId === undefined || !conversations.has(conversationId)) return undefined;
  if (type === 'im') {
    if (facts.medium === 'pager' || facts.replaces !== undefined) return undefined;
    const session = conversations.find(conversationId, facts.inviter);
    return session?.replaceable === true ? { session, why: 'again' } : undefined;
  }
  if (type === 'application' ? !facts.context.has(CONFERENCE) : type !== 'conference') {
    return undefined;
  }
  const session = conversations.find(conversationId, facts.inviter);
  return session === undefined ? 'foreign' : { session, why: 'escalated' };
}

/** Invites the peer of a session again, to the same conversation: what carried it is dead. */
import type { Facts } from './asked-invitation.js';
import type { Household } from './household.js';
import type { Prepared } from './outgoing.js';

/** Makes an invitation to the peer of a session ready; undefined where nobody may be invited there, and then that is told. */
export function inviteAnew(
  { outgoing, chance, feed }: Household,
  facts: Facts,
  userAgent: string,
  bot: string,
): Prepared | undefined {
  const { endpoint, inviter, target, subject, conversationId = chance.token() } = facts;
  // Of an invitation of ours, the inviter is we.
  const name = target === undefined ? undefined : inviter.displayName;
  try {
    return outgoing.prepare(
      {
        target: (target ?? inviter).address,
        userAgent,
        bot,
        from: endpoint,
        conversationId,
        history: [],
        headers: [],
        ...(name !== undefined && { displayName: name }),
        ...(subject !== undefined && { subject }),
      },
      { redirects: 'tell' },
    );
  } catch (error) {
    feed.tell({ type: 'failed', what: 'user-agent', bot, session: facts.id, error });
    return undefined;
  }
}

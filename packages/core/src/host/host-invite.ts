/** The house invites somebody: what comes of it is a session like any other. */
import { accept, type ConversationClass, type Converse } from '../words/decision.js';
import { Address } from '../words/address.js';
import { LocalProtocolError } from '../words/errors.js';
import type { Introduction } from '../ports/introduction.js';
import type { Invited } from '../ports/user-agent.js';
import { AskedInvitation } from './asked-invitation.js';
import { HostedSession } from './hosted-session.js';
import type { Household } from './household.js';
import type { Inviting, InviteResult } from './inviting.js';
import type { PlacedBot } from './placed-bot.js';

/**
 * Invites somebody. Where there is no room for one more session, that is a rejection of our own: 503 for the house, 486 for the bot.
 * @throws LocalProtocolError `bad-address`, `bad-decision`, `no-such-bot`, `no-such-user-agent`, `forbidden-target`,
 * `forbidden-header`; what the hook throws, the constructor of a conversation class, or the user agent.
 */
export async function hostInvite(
  household: Household,
  to: string | Address,
  conversation: Converse | ConversationClass,
  inviting: Inviting,
  introduction?: Introduction,
): Promise<InviteResult> {
  const { outgoing } = household;
  const target = typeof to === 'string' ? Address.parse(to) : to;
  const acceptance = accept(conversation);
  const bot = botOf(household.bots, inviting.bot);
  const { displayName, subject, conversationId = household.chance.token(), signal } = inviting;
  const userAgent = outgoing.userAgent(inviting.userAgent);
  const from = typeof inviting.from === 'string' ? Address.parse(inviting.from) : inviting.from;
  const prepared = outgoing.prepare(
    {
      target,
      userAgent: userAgent.name,
      bot: bot.id,
      from: from ?? outgoing.addressOf(userAgent),
      conversationId,
      history: [],
      headers: [],
      ...(displayName !== undefined && { displayName }),
      ...(subject !== undefined && { subject }),
    },
    {
      ...(inviting.redirects !== undefined && { redirects: inviting.redirects }),
      ...(inviting.progress !== undefined && { progress: inviting.progress }),
      ...(introduction !== undefined && { introduction }),
    },
  );
  if (signal?.aborted === true) {
    return { type: 'rejected', status: 487, text: 'Request Terminated' };
  }
  const why = household.admission.admit();
  if (why !== undefined) return { type: 'rejected', status: 503, text: NO_ROOM[why] };
  // It counts as a session from now on.
  household.admission.pending -= 1;
  if (bot.full) {
    return { type: 'rejected', status: 486, text: `bot "${bot.id}" has no session left to give` };
  }
  const { invitation } = prepared;
  const session = new HostedSession(household, bot, {
    userAgent: userAgent.name,
    facts: invitation,
    invitation: AskedInvitation.ask(invitation, household.clock.now()),
    acceptance,
  });
  const underway = {
    cut: () => invitation.cancel(new DOMException('the house closes', 'AbortError')),
  };
  const abort = (): void => invitation.cancel(signal?.reason);
  household.underway.add(underway);
  signal?.addEventListener('abort', abort, { once: true });
  let invited: Invited | undefined;
  try {
    invited = await prepared.send(session);
  } finally {
    signal?.removeEventListener('abort', abort);
    household.underway.delete(underway);
    if (invited?.type !== 'accepted') session.gone('lost');
    household.left();
  }
  if (invited.type !== 'accepted') return invited;
  session.open(invited.medium);
  return { type: 'accepted', session: session.view };
}

const NO_ROOM = {
  sessions: 'the house has no session left to give',
  pending: 'too many invitations await their answer',
  draining: 'the house is closing',
  opening: 'the house is not open yet',
} as const;

function botOf(bots: readonly PlacedBot[], id: string | undefined): PlacedBot {
  const [first, second] = bots;
  const found =
    id === undefined && second === undefined ? first : bots.find((one) => one.id === id);
  if (found !== undefined) return found;
  throw new LocalProtocolError(
    'no-such-bot',
    id === undefined
      ? `say with \`bot\` whose session it is: ${bots.map((one) => `"${one.id}"`).join(', ') || 'the house has none'}`
      : `there is no bot "${id}" in this house`,
  );
}

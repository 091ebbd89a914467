/** An invitation of ours: from `AddParticipant` until it is known what became of it. */
import { type Host, type Inviting, type InviteResult, LocalProtocolError } from '@usher/core';

import { UCC_PARTICIPANT_STATE_CHANGE_REASON } from './enumerations/participant-state-change-reason.js';
import { UCC_SESSION_CONTEXT } from './enumerations/session-context.js';
import { HRESULT } from './hresult.js';
import type { UccContext } from './ucc-context.js';
import type { UccOperationContext } from './ucc-operation.js';
import type { Change } from './ucc-participant.js';
import type { UccSession, UccSessionParticipant } from './ucc-session.js';

const { UCCPSCR_NORMAL, UCCPSCR_RINGING, UCCPSCR_TRYING } = UCC_PARTICIPANT_STATE_CHANGE_REASON;
const { UCCPSCR_FAILED, UCCPSCR_REDIRECT_ACTION } = UCC_PARTICIPANT_STATE_CHANGE_REASON;

/**
 * Invites a participant of a session, and tells the session what became of it.
 * @param leave told just before the invitation leaves; to throw forbids it.
 */
export async function inviteTo(
  host: Host,
  bot: string | undefined,
  session: UccSession,
  participant: UccSessionParticipant,
  operation: UccOperationContext | undefined,
  leave: () => void,
): Promise<void> {
  const abort = new AbortController();
  session.begin(() => abort.abort());
  const converse = (line: Parameters<UccSession['connected']>[0]): void => {
    const { conversationId } = line.invitation;
    if (conversationId !== undefined)
      session.Context.AddProperty(UCC_SESSION_CONTEXT.CONVERSATION_ID, conversationId);
    session.connected(line);
  };
  let change: Change;
  try {
    leave();
    const result = await host.invite(participant.Uri.address, converse, {
      from: session.LocalParticipant.Uri.address,
      ...(bot !== undefined && { bot }),
      ...wishes(session.Context),
      signal: abort.signal,
      progress: (status, text) =>
        participant.progress({
          reason: status === 180 ? UCCPSCR_RINGING : UCCPSCR_TRYING,
          status,
          text,
        }),
    });
    change = changeOf(result, abort.signal.aborted);
    session.added(operation, change);
    if (result.type !== 'accepted') session.concluded(change);
  } catch (error) {
    const forbidden = error instanceof LocalProtocolError && error.code === 'forbidden-target';
    const hresult = forbidden ? HRESULT.UCC_E_POLICY_NOT_ALLOW : HRESULT.E_INVALIDARG;
    const text = error instanceof LocalProtocolError ? error.message : 'it could not be sent';
    change = { reason: UCCPSCR_FAILED, status: 500, text, hresult };
    session.added(operation, change);
    session.concluded(change);
    throw error;
  }
}

/** What a session's context wishes of its invitation. */
function wishes(context: UccContext): Inviting {
  const { CONVERSATION_ID, UCCSC_DISABLE_AUTOMATIC_REDIRECT } = UCC_SESSION_CONTEXT;
  const tell =
    context.IsPropertySet(UCCSC_DISABLE_AUTOMATIC_REDIRECT) &&
    context.GetProperty(UCCSC_DISABLE_AUTOMATIC_REDIRECT).BoolValue;
  return {
    ...(context.IsPropertySet(CONVERSATION_ID) && {
      conversationId: context.GetProperty(CONVERSATION_ID).StringValue,
    }),
    ...(context.IsNamedPropertySet('SessionSubject') && {
      subject: context.GetNamedProperty('SessionSubject').StringValue,
    }),
    ...(tell && { redirects: 'tell' }),
  };
}

function changeOf(result: InviteResult, wanted: boolean): Change {
  if (result.type === 'accepted') return { reason: UCCPSCR_NORMAL, status: 200, text: 'accepted' };
  if (result.type === 'rejected') {
    const { status, text } = result;
    return { reason: UCCPSCR_FAILED, status, text, wanted };
  }
  const { status, targets } = result;
  return { reason: UCCPSCR_REDIRECT_ACTION, status, text: `to ${targets.join(', ')}` };
}

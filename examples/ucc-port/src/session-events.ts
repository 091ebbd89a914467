/** UCC's sample of `OnIncomingSession`, in its own names and its own order. */
import {
  UCC_REJECT_OR_TERMINATE_REASON,
  UCC_SESSION_ENTITY_STATE,
  UCC_SESSION_TYPE,
  UccApplicationSession,
  type UccEndpoint,
  UccError,
  type UccIncomingSessionEvent,
  UccInstantMessagingSession,
  type UccSession,
  type UccSessionManagerEvents,
  type UccUri,
} from '@usher/ucc';

import { Conversations } from './conversations.js';
import type { DialogResult } from './message-box.js';

const { UCCST_INSTANT_MESSAGING, UCCST_AUDIO_VIDEO, UCCST_CONFERENCE, UCCST_APPLICATION } =
  UCC_SESSION_TYPE;
const { UCCROTR_DECLINE, UCCROTR_NOT_ACCEPTABLE } = UCC_REJECT_OR_TERMINATE_REASON;

/** The property that holds the conversation ID. */
const CONVERSATION_ID = 10_000;

/** Asks whoever sits here, and answers. */
export class SessionEvents implements Partial<UccSessionManagerEvents> {
  readonly #show: (text: string, uri: UccUri) => DialogResult;
  readonly #conversations = new Conversations();

  constructor(show: (text: string, uri: UccUri) => DialogResult) {
    this.#show = show;
  }

  OnIncomingSession(_pEventSource: UccEndpoint, pEventData: UccIncomingSessionEvent): void {
    const { Inviter, Session } = pEventData;
    const result = this.#show(`${Inviter.Uri.UserAtHost} invites you. Accept?`, Inviter.Uri);
    if (result === 'No') return pEventData.Reject(UCCROTR_DECLINE);
    if (result !== 'Yes') return pEventData.Forward(result.forward.toString());
    // Advised before the answer, so that nothing of what comes after it is missed.
    // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- there may be kinds that nobody knows yet
    switch (Session.Type) {
      case UCCST_INSTANT_MESSAGING:
        this.#instantMessaging(Session);
        break;
      case UCCST_AUDIO_VIDEO:
      case UCCST_CONFERENCE:
        break;
      case UCCST_APPLICATION:
        this.#application(Session, Inviter.Uri);
        break;
      default:
        return pEventData.Reject(UCCROTR_NOT_ACCEPTABLE);
    }
    try {
      pEventData.Accept();
    } catch (error) {
      // 0x80EE002A: the inviter has left in the meantime.
      if (!(error instanceof UccError)) throw error;
    }
  }

  #instantMessaging(session: UccSession): void {
    if (!(session instanceof UccInstantMessagingSession)) return;
    this.#conversations.keep(conversationOf(session), session);
    for (const participant of session.Participants) {
      if (participant.IsLocal) continue;
      participant.Advise({
        OnInstantMessageReceived: (_, { ContentType, Content }) =>
          session.SendMessage(ContentType, `You said: ${Content}`),
      });
    }
  }

  /** An invitation to a conference: the session between two that became it ends, once this one is accepted. */
  #application(session: UccSession, inviter: UccUri): void {
    if (!(session instanceof UccApplicationSession)) return;
    session.LocalParticipant.Advise({
      OnStateChanged: (_, { NewState }) => {
        if (NewState !== UCC_SESSION_ENTITY_STATE.UCCSES_CONNECTED) return;
        // The ID is the inviter's claim: it ends nothing that this inviter does not take part in.
        const original = this.#conversations.find(conversationOf(session), inviter);
        original?.Terminate(UCCROTR_DECLINE);
      },
    });
  }
}

/** The conversation ID of a session, where it has one: not everybody sends it. */
function conversationOf({ Context }: UccSession): string | undefined {
  if (!Context.IsPropertySet(CONVERSATION_ID)) return undefined;
  return Context.GetProperty(CONVERSATION_ID).StringValue;
}

/** One of our addresses: it raises what comes there, and begins sessions from there. */
import type { Invitation, SessionType } from '@usher/core';

import { UCC_SESSION_CONTEXT } from './enumerations/session-context.js';
import { UCC_SESSION_TYPE } from './enumerations/session-type.js';
import { EventSource } from './event-source.js';
import { HRESULT } from './hresult.js';
import { UccApplicationSession } from './ucc-application-session.js';
import { UccContext } from './ucc-context.js';
import { UccError } from './ucc-error.js';
import { type UccAnswer, UccIncomingSessionEvent } from './ucc-incoming-session-event.js';
import { UccInstantMessagingSession } from './ucc-instant-messaging-session.js';
import { type Surroundings, UccSession, type UccSessionParticipant } from './ucc-session.js';
import { UccUri } from './ucc-uri.js';

/** What an invitation of ours is about to leave for; what is set in the session's context now goes with it. */
export interface UccOutgoingSessionEvent {
  readonly Session: UccSession;
  readonly Participant: UccSessionParticipant;
}

/** What an endpoint raises of sessions. */
export interface UccSessionManagerEvents {
  /** Somebody invites us. To answer nothing is to reject it when its time is over. */
  OnIncomingSession(pEventSource: UccEndpoint, pEventData: UccIncomingSessionEvent): unknown;
  /** An invitation of ours is about to leave; to throw forbids it. */
  OnOutgoingSession(pEventSource: UccEndpoint, pEventData: UccOutgoingSessionEvent): unknown;
}

const TYPES: Readonly<Record<SessionType, UCC_SESSION_TYPE>> = {
  im: UCC_SESSION_TYPE.UCCST_INSTANT_MESSAGING,
  'audio-video': UCC_SESSION_TYPE.UCCST_AUDIO_VIDEO,
  conference: UCC_SESSION_TYPE.UCCST_CONFERENCE,
  application: UCC_SESSION_TYPE.UCCST_APPLICATION,
  unknown: UCC_SESSION_TYPE.UCCST_UNKNOWN,
};

/** One of our addresses; UCC's endpoint and session manager in one. Members in capitals are UCC's; the others are for the house. */
export class UccEndpoint extends EventSource<UccSessionManagerEvents> {
  /** Absent where it takes what is for no other one. */
  readonly Uri: UccUri | undefined;
  readonly #surroundings: Surroundings;

  constructor(uri: UccUri | undefined, surroundings: Surroundings) {
    super(surroundings.report);
    this.Uri = uri;
    this.#surroundings = surroundings;
  }

  /**
   * A session of ours, in which nobody takes part yet; nothing is sent.
   * @throws UccError 0x80070057 where it is none of instant messaging; 0x80EE0061 where this endpoint has no address.
   */
  CreateSession(type: UCC_SESSION_TYPE, context?: UccContext): UccSession {
    if (this.Uri === undefined) {
      throw new UccError(
        HRESULT.UCC_E_INVALID_OBJECT_STATE,
        'an endpoint without an address of its own begins no session',
      );
    }
    if (type !== UCC_SESSION_TYPE.UCCST_INSTANT_MESSAGING)
      throw UccError.badArgument(`a session of the kind ${type} is not ours to begin`);
    return new UccInstantMessagingSession(type, this.Uri, this.#surroundings, context);
  }

  /** Whether anybody would be told of an invitation. */
  get listening(): boolean {
    return this.listened('OnIncomingSession');
  }

  /**
   * Somebody invites us: all who are advised are told.
   * @param settle told the answer, once.
   * @param failed told where one of them failed, at once or later.
   */
  incoming(
    invitation: Invitation,
    replaced: UccSession | undefined,
    settle: (answer: UccAnswer) => void,
    failed: (error: unknown) => void,
  ): UccIncomingSessionEvent {
    const session = this.#make(invitation);
    if (replaced !== undefined)
      session.Context.AddProperty(UCC_SESSION_CONTEXT.UCCSC_REPLACES_SESSION, replaced);
    const inviter = session.CreateParticipant(new UccUri(invitation.inviter.address));
    session.Participants.add(inviter);
    const surroundings = this.#surroundings;
    const event = new UccIncomingSessionEvent(
      invitation,
      session,
      inviter,
      replaced,
      surroundings,
      settle,
    );
    session.begin((reason) => event.Reject(reason));
    this.raise('OnIncomingSession', event, failed);
    return event;
  }

  /** An invitation of ours is about to leave. @throws what one who is advised throws. */
  outgoing(session: UccSession, participant: UccSessionParticipant): void {
    const failures: unknown[] = [];
    this.raise('OnOutgoingSession', { Session: session, Participant: participant }, (error) =>
      failures.push(error),
    );
    if (failures.length > 0) throw failures[0];
  }

  #make(invitation: Invitation): UccSession {
    const { type, endpoint, application } = invitation;
    const local = new UccUri(endpoint);
    const number = TYPES[type];
    const context = contextOf(invitation);
    if (type === 'im')
      return new UccInstantMessagingSession(number, local, this.#surroundings, context);
    if (type !== 'application') return new UccSession(number, local, this.#surroundings, context);
    const session = new UccApplicationSession(number, local, this.#surroundings, context);
    if (application !== undefined) {
      session.RemoteContentType = application.contentType;
      session.RemoteSessionDescription = application.body;
    }
    return session;
  }
}

/** What an invitation says of the session, as properties. */
function contextOf({ conversationId, subject }: Invitation): UccContext {
  const context = new UccContext();
  if (conversationId !== undefined)
    context.AddProperty(UCC_SESSION_CONTEXT.CONVERSATION_ID, conversationId);
  if (subject !== undefined) context.AddNamedProperty('SessionSubject', subject);
  return context;
}

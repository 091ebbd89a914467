export { UCC_ENDPOINT_TYPE } from './enumerations/endpoint-type.js';
export { UCC_PARTICIPANT_STATE_CHANGE_REASON } from './enumerations/participant-state-change-reason.js';
export { UCC_REJECT_OR_TERMINATE_REASON } from './enumerations/reject-or-terminate-reason.js';
export { UCC_RETARGET_REASON } from './enumerations/retarget-reason.js';
export { UCC_SESSION_CONTEXT } from './enumerations/session-context.js';
export { UCC_SESSION_ENTITY_STATE } from './enumerations/session-entity-state.js';
export { UCC_SESSION_REDIRECT_METHOD } from './enumerations/session-redirect-method.js';
export { UCC_SESSION_TYPE } from './enumerations/session-type.js';
export { UCC_SOURCE_NETWORK_TYPE } from './enumerations/source-network-type.js';
export { HRESULT, hresultOf, sipStatusOf } from './hresult.js';
export { UccApplicationSession } from './ucc-application-session.js';
export { uccBot, type UccApplication, type UccBotOptions } from './ucc-bot.js';
export { UccContext } from './ucc-context.js';
export {
  UccEndpoint,
  type UccOutgoingSessionEvent,
  type UccSessionManagerEvents,
} from './ucc-endpoint.js';
export { UccError } from './ucc-error.js';
export {
  UccIncomingSessionEvent,
  type UccNameUriPair,
  type UccSessionHistoryEntry,
} from './ucc-incoming-session-event.js';
export { UccInstantMessagingSession } from './ucc-instant-messaging-session.js';
export type { UccOperationContext } from './ucc-operation.js';
export type {
  UccComposingEvent,
  UccIncomingInstantMessageEvent,
  UccParticipantEndpoint,
  UccParticipantEvents,
  UccParticipantStateChangedEvent,
} from './ucc-participant.js';
export type {
  UccParticipantCollectionEvent,
  UccParticipantCollectionEvents,
  UccParticipants,
} from './ucc-participants.js';
export { UccPlatform } from './ucc-platform.js';
export { UccProperty } from './ucc-property.js';
export {
  UccSession,
  type UccOperationEvent,
  type UccParticipantResult,
  type UccSessionEvents,
  type UccSessionParticipant,
} from './ucc-session.js';
export { UccUri } from './ucc-uri.js';

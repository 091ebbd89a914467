export { Address } from './words/address.js';
export type { Bot } from './words/bot.js';
export {
  accept,
  forward,
  pass,
  reject,
  REJECT_STATUS,
  type Acceptance,
  type Conversation,
  type ConversationClass,
  type Converse,
  type Decision,
  type Forwarding,
  type ForwardMode,
  type Passing,
  type Rejection,
  type RejectReason,
} from './words/decision.js';
export { type Duration, type Instant, milliseconds } from './words/duration.js';
export {
  LocalProtocolError,
  RemoteProtocolError,
  SessionEnded,
  Unanswered,
  UsherError,
} from './words/errors.js';
export type {
  Headers,
  Identity,
  Invitation,
  Party,
  Retargeting,
  SessionType,
} from './words/invitation.js';
export { Message, PLAIN_TEXT, plainText, type Composing, type Content, type Delivery } from './words/message.js';
export type { Asking, Messages, Session, SessionEnd } from './words/session.js';

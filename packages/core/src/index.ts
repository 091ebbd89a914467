export type { Activity, AnswerSummary, InviteAnswer, Step } from './host/activity.js';
export { createHost } from './host/create-host.js';
export type { Decoration, Draft, ExtraHeader, OutgoingHook } from './host/draft.js';
export type { ForwardingOptions } from './host/guards.js';
export { Host, type HostOptions, type HostState } from './host/host.js';
export type { PendingInvitation } from './host/pending-invitation.js';
export type { Inviting, InviteResult } from './host/inviting.js';
export type { Fallback, Placement } from './host/placement.js';
export { BadConfig, type ConfigIssue } from './injection/bad-config.js';
export { bot, botOptions, type BotClass, type BotOptions } from './injection/bot-decorator.js';
export type { BotFactory, Plugin } from './injection/plugin.js';
export {
  service,
  serviceOptions,
  type Scope,
  type ServiceClass,
  type ServiceOptions,
} from './injection/service-decorator.js';
export type { SchemaIssue, SchemaResult, StandardSchema } from './injection/standard-schema.js';
export { Bot, Clock, Config, Log, Session, Store } from './injection/tokens.js';
export { Address } from './words/address.js';
export { AddressPattern } from './words/address-pattern.js';
export {
  accept,
  defer,
  forward,
  pass,
  reject,
  REJECT_STATUS,
  type Acceptance,
  type Conversation,
  type ConversationClass,
  type Converse,
  type Decision,
  type Deferral,
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
export { glob, type Glob } from './words/glob.js';
export type {
  Application,
  Headers,
  Identity,
  Invitation,
  Party,
  ReplacedSession,
  Retargeting,
  SessionType,
  SourceNetwork,
} from './words/invitation.js';
export {
  Message,
  PLAIN_TEXT,
  plainText,
  type Composing,
  type Content,
  type Delivery,
} from './words/message.js';
export type { Participant } from './words/participant.js';
export type {
  Asking,
  Messages,
  Referral,
  Referred,
  SessionEnd,
  Transferred,
  Transferring,
} from './words/session.js';
export { Withdrawal, type WithdrawalReason } from './words/withdrawal.js';

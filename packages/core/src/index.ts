export type { Activity, AnswerSummary, Step } from './host/activity.js';
export { createHost } from './host/create-host.js';
export { Host, type HostOptions, type HostState } from './host/host.js';
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
export { glob, type Glob } from './words/glob.js';
export type {
  Headers,
  Identity,
  Invitation,
  Party,
  Retargeting,
  SessionType,
} from './words/invitation.js';
export {
  Message,
  PLAIN_TEXT,
  plainText,
  type Composing,
  type Content,
  type Delivery,
} from './words/message.js';
export type { Asking, Messages, SessionEnd } from './words/session.js';

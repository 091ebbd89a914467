export { Drive, type Pipe } from './machine/drive.js';
export type { Flow, FlowIdentity, Machine, Output, SocketAddress } from './machine/machine.js';
export type { Network, NetworkEvents } from './machine/network.js';
export { type Timer, Timers } from './machine/timers.js';
export { systemChance, systemClock } from './node/system-clock.js';
export type { Cancel, Chance, Clock } from './ports/clock.js';
export type { Entry, Journal, Store } from './ports/journal.js';
export type {
  AnsweredMedia,
  MediaAnswer,
  MediaAnswerer,
  MediaAttribute,
  MediaLine,
  MediaOffer,
  MediaOutcome,
  MediaParty,
  MediaRefusal,
} from './ports/media-answerer.js';
export type { Introduction, Replaced } from './ports/introduction.js';
export type { AskedReferral, Medium, Receipt, Receiver } from './ports/medium.js';
export type { RegistrationState } from './ports/registration-state.js';
export type {
  Answer,
  Answered,
  Door,
  Gauge,
  InvitationFacts,
  Invited,
  InviteOptions,
  Knock,
  Listening,
  UserAgent,
  UserAgentState,
  Violation,
} from './ports/user-agent.js';

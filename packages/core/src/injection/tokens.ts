/** What can be injected: a token for each thing, under the name of its type. The symbols are the same in every copy of this package. */
import type { ServiceIdentifier } from 'inversify';

import type { Store as StorePort } from '../ports/journal.js';
import type { Clock as ClockPort } from '../ports/clock.js';
import type { Bot as BotWord } from '../words/bot.js';
import type { Session as SessionWord } from '../words/session.js';
import type { Log as LogPort } from './log.js';

function token<T>(name: string): ServiceIdentifier<T> {
  return Symbol.for(`@usher/core:${name}`);
}

/** Who judges an invitation. A `ContainerModule` binds this token to its bot. */
export type Bot = BotWord;
/** Who judges an invitation. A `ContainerModule` binds this token to its bot. */
export const Bot = token<Bot>('Bot');

/** The session at hand; only what is made for one session can have it. */
export type Session = SessionWord;
/** The session at hand; only what is made for one session can have it. */
export const Session = token<Session>('Session');

/** The bot's configuration, as its schema returned it. */
export const Config: ServiceIdentifier = token('Config');

/** What tells the time and wakes us. */
export type Clock = ClockPort;
/** What tells the time and wakes us. */
export const Clock = token<Clock>('Clock');

/** State that a bot keeps beyond a session; each bot sees only its own keys. */
export type Store = StorePort;
/** State that a bot keeps beyond a session; each bot sees only its own keys. */
export const Store = token<Store>('Store');

/** Where a bot notes what people should know: it becomes activity. */
export type Log = LogPort;
/** Where a bot notes what people should know: it becomes activity. */
export const Log = token<Log>('Log');

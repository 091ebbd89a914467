/** What a plugin may export: a bot, or a way to make one. */
import type { ContainerModule } from 'inversify';

import type { Bot } from '../words/bot.js';
import type { BotClass } from './bot-decorator.js';

/** Makes a bot. */
export type BotFactory = () => Bot | Promise<Bot>;

/**
 * A bot as a value, a class of bots, a function that makes one, or a `ContainerModule` that binds the token `Bot`.
 * The house disposes what it made: a bot from a class or a function, and what a module bound in singleton scope.
 */
export type Plugin = Bot | BotClass | BotFactory | ContainerModule;

/** A bot with its container: made from a plugin, it makes the conversations of the bot's sessions. */
import type { ContainerModule } from 'inversify';

import type { Bot as BotWord } from '../words/bot.js';
import type { Conversation, ConversationClass, Converse } from '../words/decision.js';
import { LocalProtocolError } from '../words/errors.js';
import type { Session as SessionWord } from '../words/session.js';
import { BadConfig, checkConfig } from './bad-config.js';
import { type BotClass, botOptions } from './bot-decorator.js';
import { survey } from './dependencies.js';
import { loadModule } from './module-bindings.js';
import type { Plugin } from './plugin.js';
import { Scope } from './scope.js';
import { isService, type ServiceClass, serviceOptions } from './service-decorator.js';
import { Bot, Config, Session } from './tokens.js';

/** A conversation that was made for one session, and the scope that it came from. */
export interface MadeConversation {
  readonly conversation: Conversation;
  readonly scope: Scope;
}

/** One bot's container. */
export class BotScope {
  readonly #house: Scope;
  readonly #scope: Scope;
  /** For each class of conversations, the services that belong to one session. */
  readonly #forSession = new WeakMap<ConversationClass, readonly ServiceClass[]>();

  constructor(house: Scope) {
    this.#house = house;
    this.#scope = new Scope('bot', house);
  }

  /**
   * Makes the bot from a plugin; once.
   * @param bind binds what every bot has of its own.
   * @throws BadConfig; LocalProtocolError `no-bot`, `bad-plugin`, `captive-dependency`, `circular-dependency`,
   * `unknown-service`; and what the plugin throws.
   */
  async make(
    id: string,
    plugin: Plugin,
    config: unknown,
    bind: (scope: Scope) => void,
  ): Promise<BotWord> {
    bind(this.#scope);
    if (isModule(plugin)) {
      this.#scope.bind(Config, config);
      await loadModule(this.#scope, plugin, (service) => this.#provide(service));
      if (!this.#scope.container.isCurrentBound(Bot)) throw noBot(id, 'its module binds no `Bot`');
      return checkBot(id, await this.#scope.container.getAsync(Bot));
    }
    if (isBotClass(plugin)) {
      const schema = botOptions(plugin)?.config;
      this.#scope.bind(
        Config,
        schema === undefined ? config : await checkConfig(id, schema, config),
      );
      if (botOptions(plugin) === undefined && plugin.length > 0) {
        throw new LocalProtocolError(
          'bad-plugin',
          `the constructor of ${plugin.name} takes ${plugin.length}: say with @bot({ inject }) what it is given`,
        );
      }
      for (const service of survey(plugin, 'bot', (token) => this.#scope.container.isBound(token)))
        this.#provide(service);
      const bot = checkBot(id, this.#scope.construct(plugin, botOptions(plugin)?.inject ?? []));
      this.#scope.bind(Bot, bot);
      return bot;
    }
    if (config !== undefined && config !== null) {
      throw new BadConfig(id, [
        {
          path: [],
          message:
            'this bot takes no configuration; one that does is a class with @bot({ config })',
        },
      ]);
    }
    const bot = checkBot(id, typeof plugin === 'function' ? await plugin() : plugin);
    if (typeof plugin === 'function') this.#scope.keep(bot);
    this.#scope.bind(Bot, bot);
    return bot;
  }

  /**
   * Makes a conversation for a session, in a container of that session's own.
   * @throws LocalProtocolError `captive-dependency`, `circular-dependency`, `unknown-service`; and what constructors throw.
   */
  converse(target: ConversationClass, session: SessionWord): MadeConversation {
    const options = serviceOptions(target);
    let services = this.#forSession.get(target);
    if (services === undefined) {
      const all = survey(target, options?.scope ?? 'session', (token) =>
        this.#scope.container.isBound(token),
      );
      for (const service of all) this.#provide(service);
      if (options !== undefined) this.#provide(target);
      services = [...all].filter((service) => serviceOptions(service)?.scope === 'session');
      this.#forSession.set(target, services);
    }
    const scope = new Scope('session', this.#scope);
    scope.bind(Session, session);
    for (const service of services) scope.provide(service);
    const shared = options !== undefined && options.scope !== 'session';
    try {
      const conversation: Conversation = shared
        ? scope.container.get(target)
        : scope.construct(target, options?.inject ?? []);
      return { conversation, scope };
    } catch (error) {
      void scope.dispose(() => undefined);
      throw error;
    }
  }

  /** Disposes what was made for this bot, the last first. */
  dispose(report: (error: unknown) => void): Promise<void> {
    return this.#scope.dispose(report);
  }

  /** Binds a service where it lives; one of a session is bound when there is a session. */
  #provide(service: ServiceClass): void {
    const life = serviceOptions(service)?.scope;
    if (life === 'house') this.#house.provide(service);
    else if (life === 'bot') this.#scope.provide(service);
  }
}

/** Whether what a bot accepted with is a class of conversations rather than a function of the session. */
export function isConversationClass(
  conversation: Converse | ConversationClass,
): conversation is ConversationClass {
  return isService(conversation) || hasMethod(Reflect.get(conversation, 'prototype'), 'converse');
}

function isBotClass(plugin: Plugin): plugin is BotClass {
  if (typeof plugin !== 'function') return false;
  return botOptions(plugin) !== undefined || hasMethod(Reflect.get(plugin, 'prototype'), 'decide');
}

/** By its shape, since a plugin may bring its own copy of inversify. */
function isModule(plugin: Plugin): plugin is ContainerModule {
  return hasMethod(plugin, 'load') && 'id' in plugin;
}

function isBot(value: unknown): value is BotWord {
  return hasMethod(value, 'decide');
}

function hasMethod(value: unknown, name: string): boolean {
  return (
    typeof value === 'object' && value !== null && typeof Reflect.get(value, name) === 'function'
  );
}

function checkBot(id: string, bot: unknown): BotWord {
  if (isBot(bot)) return bot;
  throw noBot(id, 'what it exports has no method `decide`');
}

function noBot(id: string, why: string): LocalProtocolError {
  return new LocalProtocolError('no-bot', `the plugin of bot "${id}" makes no bot: ${why}`);
}

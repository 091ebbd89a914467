/** `@bot`: says what a class of bots is called, how it is configured, and what its constructor takes. */
import type { ServiceIdentifier } from 'inversify';

import type { Bot } from '../words/bot.js';
import { declareInjection } from './declare-injection.js';
import type { StandardSchema } from './standard-schema.js';

/** What `@bot` says of a class. */
export interface BotOptions {
  /** What the bot is called where people read of it; a house may hold several bots of one name under ids of their own. */
  readonly name: string;
  /** Checks the configuration; what it returns is what `Config` injects. */
  readonly config?: StandardSchema;
  /** The tokens and `@service` classes for the constructor, in the order of its parameters. */
  readonly inject?: readonly ServiceIdentifier[];
}

/** A class of bots. */
// oxlint-disable-next-line typescript/no-explicit-any -- a constructor's arguments are contravariant: only `any` takes all
export type BotClass = new (...dependencies: any[]) => Bot;

const OPTIONS = Symbol.for('@usher/core:bot-options');

/** Makes a class a bot that the house can build: its constructor receives what `inject` lists, and nothing by magic. */
export function bot(options: BotOptions): (target: BotClass) => void {
  return (target) => {
    Object.defineProperty(target, OPTIONS, { value: options });
    declareInjection(target, options.inject ?? []);
  };
}

/** What `@bot` said of this very class, or undefined where it said nothing. */
export function botOptions(target: object): BotOptions | undefined {
  const options: unknown = Object.getOwnPropertyDescriptor(target, OPTIONS)?.value;
  return isOptions(options) ? options : undefined;
}

function isOptions(value: unknown): value is BotOptions {
  return typeof value === 'object' && value !== null && 'name' in value;
}

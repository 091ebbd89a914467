/** `@service`: says how long a thing lives that bots and conversations are given, and what its constructor takes. */
import type { ServiceIdentifier } from 'inversify';

import { declareInjection } from './declare-injection.js';

/** How long a service lives: as long as the house, one for each bot, or one for each session. */
export type Scope = 'house' | 'bot' | 'session';

/** What `@service` says of a class. */
export interface ServiceOptions {
  readonly scope: Scope;
  /** The tokens and `@service` classes for the constructor, in the order of its parameters. */
  readonly inject?: readonly ServiceIdentifier[];
}

/** A class of services. */
// oxlint-disable-next-line typescript/no-explicit-any -- a constructor's arguments are contravariant: only `any` takes all
export type ServiceClass = new (...dependencies: any[]) => object;

const OPTIONS = Symbol.for('@usher/core:service-options');

/**
 * Makes a class a service: made at most once in its scope, when it is first needed, and disposed with the scope, in
 * reverse order of making, where it has `Symbol.asyncDispose`, `Symbol.dispose` or a method `dispose`.
 */
export function service(options: ServiceOptions): (target: ServiceClass) => void {
  return (target) => {
    Object.defineProperty(target, OPTIONS, { value: options });
    declareInjection(target, options.inject ?? []);
  };
}

/** What `@service` said of this very class, or undefined where it said nothing. */
export function serviceOptions(target: object): ServiceOptions | undefined {
  const options: unknown = Object.getOwnPropertyDescriptor(target, OPTIONS)?.value;
  return isOptions(options) ? options : undefined;
}

/** Whether a token is a class with `@service`. */
export function isService(token: unknown): token is ServiceClass {
  return typeof token === 'function' && serviceOptions(token) !== undefined;
}

function isOptions(value: unknown): value is ServiceOptions {
  return typeof value === 'object' && value !== null && 'scope' in value;
}

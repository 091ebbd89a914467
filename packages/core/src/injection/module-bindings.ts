/** What a plugin's `ContainerModule` bound, looked at once when it is loaded. */
import { Container, ContainerModule, type ServiceIdentifier } from 'inversify';

import { LocalProtocolError } from '../words/errors.js';
import type { Session as SessionWord } from '../words/session.js';
import { nameOf, survey } from './dependencies.js';
import type { Scope } from './scope.js';
import { isService, type ServiceClass, serviceOptions } from './service-decorator.js';
import { Bot, Session } from './tokens.js';

/** As much of inversify's bindings as is looked at here. */
interface Binding {
  readonly type: string;
  readonly scope?: string;
  /** Of a class. */
  readonly implementationType?: ServiceIdentifier;
  /** Of a function with a list of dependencies. */
  readonly metadata?: { readonly arguments: readonly { readonly value: unknown }[] };
}

/** As much of inversify's plan as is looked at here: what would be resolved for a token, and what for that. */
interface ServiceNode {
  readonly serviceIdentifier: ServiceIdentifier;
  readonly bindings: BindingNode | BindingNode[] | undefined;
}
interface BindingNode {
  readonly binding: Binding;
  readonly constructorParams?: readonly (ServiceNode | undefined)[];
  readonly propertyParams?: ReadonlyMap<unknown, ServiceNode>;
  readonly params?: readonly ServiceNode[];
  readonly redirection?: ServiceNode;
}

/** inversify's own door for plugins, through which bindings and plans can be seen. */
interface Inside {
  readonly bindingService: { get(token: ServiceIdentifier): Iterable<Binding> | undefined };
}
interface Api {
  onPlan(
    look: (options: unknown, plan: { readonly tree: { readonly root: ServiceNode } }) => void,
  ): void;
}

/**
 * Loads a module into a bot's scope: its singletons are disposed with the scope, the `@service` classes that its bindings
 * need are provided, and a singleton that would keep a session is refused.
 * @throws LocalProtocolError `captive-dependency`, and what the module throws.
 */
export async function loadModule(
  scope: Scope,
  module: ContainerModule,
  provide: (service: ServiceClass) => void,
): Promise<void> {
  const tokens = new Set<ServiceIdentifier>();
  const { container } = scope;
  // Always asynchronous: the synchronous load of an asynchronous module fails half-way and leaves its bindings behind.
  await container.loadAsync(
    new ContainerModule((options) =>
      module.load({
        ...options,
        bind: (token) => {
          tokens.add(token);
          return options.bind(token);
        },
      }),
    ),
  );
  const bindings = bindingsOf(container);
  const forSession = new Set<ServiceClass>();
  for (const token of tokens) {
    const bound = [...(bindings(token) ?? [])];
    if (bound.every(isMadeOnce)) {
      container.onActivation(token, (_context, made) => {
        scope.keep(made);
        return made;
      });
    }
    for (const needed of bound.flatMap(needs)) {
      for (const service of survey(needed, 'session', (other) => container.isBound(other)))
        forSession.add(service);
      forSession.add(needed);
    }
  }
  for (const service of forSession) provide(service);
  refuseCaptives(container, tokens, forSession);
}

function isMadeOnce(binding: Binding): boolean {
  return (
    binding.scope === 'Singleton' &&
    binding.type !== 'ConstantValue' &&
    binding.type !== 'ServiceRedirection'
  );
}

/** The `@service` classes that a binding names; everything else a module binds by itself. */
function needs(binding: Binding): ServiceClass[] {
  const listed = (binding.metadata?.arguments ?? []).map((argument) => argument.value);
  return [binding.implementationType, ...listed].filter(isService);
}

function bindingsOf(
  container: Container,
): (token: ServiceIdentifier) => Iterable<Binding> | undefined {
  const seen: Inside[] = [];
  lookInside(container, (_api, inside) => seen.push(inside));
  return (token) => seen[0]?.bindingService.get(token);
}

function lookInside(container: Container, look: (api: Api, inside: Inside) => void): void {
  class Look {
    readonly #inside: Inside;
    constructor(_container: Container, inside: Inside) {
      this.#inside = inside;
    }
    load(api: Api): void {
      look(api, this.#inside);
    }
  }
  // The mark by which inversify knows its plugins.
  Object.defineProperty(Look.prototype, Symbol.for('@inversifyjs/plugin/isPlugin'), {
    value: true,
  });
  container.register(Look);
}

const SEEN = new Error('the plan was seen; nothing is to be made');

/** Plans each token as a session would, makes nothing, and walks the plan. */
function refuseCaptives(
  container: Container,
  tokens: ReadonlySet<ServiceIdentifier>,
  services: ReadonlySet<ServiceClass>,
): void {
  const session = new Container({ parent: container });
  session.bind<SessionWord>(Session).toDynamicValue(() => {
    throw SEEN;
  });
  for (const service of services) {
    if (serviceOptions(service)?.scope === 'session')
      session.bind(service).toDynamicValue(() => ({}));
  }
  lookInside(session, (api) => {
    api.onPlan((_options, plan) => {
      walk(plan.tree.root, [], undefined);
      throw SEEN;
    });
  });
  for (const token of tokens) {
    try {
      session.getAll(token);
    } catch (error) {
      // What cannot be planned is told by inversify, in its own words, to whoever asks for it.
      if (error instanceof LocalProtocolError) throw error;
    }
  }
}

/** @param keeper the nearest singleton on the way. */
function walk(node: ServiceNode, path: readonly string[], keeper: string | undefined): void {
  const name = nameOf(node.serviceIdentifier);
  const here = [...path, name];
  const ofSession =
    typeof node.serviceIdentifier === 'function' &&
    serviceOptions(node.serviceIdentifier)?.scope === 'session';
  if (keeper !== undefined && (node.serviceIdentifier === Session || ofSession)) {
    throw new LocalProtocolError(
      'captive-dependency',
      `${here.join(' → ')}: ${keeper} is made once, but ${name} belongs to one session; it would keep the first one for ever`,
    );
  }
  for (const { binding, constructorParams, propertyParams, params, redirection } of [
    node.bindings ?? [],
  ].flat()) {
    // A bot is asked for once, however it is bound.
    const holder = isMadeOnce(binding) || node.serviceIdentifier === Bot ? name : keeper;
    const below = [
      ...(constructorParams ?? []),
      ...(propertyParams?.values() ?? []),
      ...(params ?? []),
      redirection,
    ];
    for (const next of below) if (next !== undefined) walk(next, here, holder);
  }
}

/** One container with what was made in it: the house's, a bot's, or a session's. */
import { Container, type ServiceIdentifier } from 'inversify';

import { Disposal } from './disposal.js';
import {
  type ServiceClass,
  type Scope as ServiceScope,
  serviceOptions,
} from './service-decorator.js';

/** A container of inversify, and what it made, in order. */
export class Scope {
  readonly life: ServiceScope;
  readonly container: Container;
  readonly #disposal = new Disposal();

  constructor(life: ServiceScope, parent?: Scope) {
    this.life = life;
    this.container = new Container(parent === undefined ? {} : { parent: parent.container });
  }

  /** Binds a token to a value that was made elsewhere, and is not disposed here. */
  bind<T>(token: ServiceIdentifier<T>, value: T): void {
    this.container.bind<T>(token).toConstantValue(value);
  }

  /**
   * Binds a service to be made here once, when it is first asked for. Its dependencies come from this container, whoever
   * asks: so a thing that lives long never sees what belongs to one session.
   */
  provide(service: ServiceClass): void {
    if (this.container.isCurrentBound(service)) return;
    this.container
      .bind(service)
      .toDynamicValue(() => this.construct(service, serviceOptions(service)?.inject ?? []))
      .inSingletonScope();
  }

  /** Makes an object of a class from what this container has. */
  // oxlint-disable-next-line typescript/no-explicit-any -- a constructor's arguments are contravariant: only `any` takes all
  construct<T>(target: new (...dependencies: any[]) => T, inject: readonly ServiceIdentifier[]): T {
    const made = new target(...inject.map((token) => this.container.get(token)));
    this.#disposal.add(made);
    return made;
  }

  /** Keeps something that was made for this scope, to be disposed with it. */
  keep(made: unknown): void {
    this.#disposal.add(made);
  }

  /** Disposes what was made here, the last first. */
  dispose(report: (error: unknown) => void): Promise<void> {
    return this.#disposal.run(report);
  }
}

/** How all that we register stands, and what follows of it for what else we send. */
import type { Address } from '@usher/core';
import type { Door, Flow, RegistrationState } from '@usher/core/adapter';

import type { Binding } from '../registration/binding.js';
import type { RegistrationEvent } from '../registration/registration-core.js';
import type { Route } from './route-to.js';

type Told = Extract<RegistrationEvent, { readonly type: 'registration' }>;

/** How one binding stands. */
interface Standing {
  state: RegistrationState;
  flow: Flow | undefined;
  route: Route | undefined;
}

/** How all that we register stands. */
export class Standings {
  /** How often a binding that stood was lost, or was refused. */
  failures = 0;
  readonly #door: Door;
  readonly #all: Standing[];
  #leaving = false;
  #left: () => void = () => {};

  constructor(door: Door, bindings: readonly Binding[]) {
    this.#door = door;
    this.#all = bindings.map(({ address, registrar, regId }) => ({
      state: { address, registrar, flow: regId, standing: 'registering' },
      flow: undefined,
      route: undefined,
    }));
  }

  get states(): readonly RegistrationState[] {
    return this.#all.map(({ state }) => state);
  }

  /** How many stand. */
  get registered(): number {
    return this.#all.filter(({ state }) => state.standing === 'registered').length;
  }

  /** The numbers of the connections on which they rest. */
  *connections(): Iterable<number> {
    for (const { flow } of this.#all) if (flow?.connection !== undefined) yield flow.connection;
  }

  /** What a registrar wants requests from this address to go by, or from any that it knows of (RFC 3608, 6.1). */
  routeFor(from: Address | undefined): Route | undefined {
    const name = from?.toString();
    const own = this.#all.find(({ state, route }) => route !== undefined && state.address === name);
    return (own ?? this.#all.find(({ route }) => route !== undefined))?.route;
  }

  /** How one stands is told. */
  observe({ state, flow, route }: Told): void {
    const one = this.#all.find(
      ({ state: known }) => known.address === state.address && known.flow === state.flow,
    );
    if (one === undefined) return;
    Object.assign(one, { state, flow, route });
    if (state.standing === 'failed') this.failures += 1;
    this.#door.registered?.(state);
    if (this.#leaving && this.#isGone) this.#left();
  }

  /** Resolves when all of them are taken back. */
  async gone(): Promise<void> {
    this.#leaving = true;
    if (this.#isGone) return;
    await new Promise<void>((resolve) => {
      this.#left = resolve;
    });
  }

  get #isGone(): boolean {
    return this.#all.every(({ state }) => state.standing === 'removed');
  }
}

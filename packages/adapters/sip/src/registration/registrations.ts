/** All that we register: each address by each of its flows. */
import type { Flow } from '@usher/core/adapter';

import type { Binding } from './binding.js';
import type { RegistrationCore } from './registration-core.js';
import { Registration } from './registration.js';

/** All that we register. */
export class Registrations {
  readonly #all: readonly Registration[];

  constructor(core: RegistrationCore, bindings: readonly Binding[]) {
    const all: Registration[] = bindings.map((binding) => {
      const isAlone = (): boolean =>
        !all.some((other) => other.address === binding.address && other.stands);
      return new Registration(core, binding, isAlone);
    });
    this.#all = all;
  }

  begin(): void {
    for (const one of this.#all) one.begin();
  }

  /** Takes all bindings back, so that nothing new comes. */
  remove(): void {
    for (const one of this.#all) one.remove();
  }

  /**
   * A piece of something has come by this flow: whoever it leads to is there.
   * @returns whether it is the answer to a ping of ours, and nothing else.
   */
  heard(bytes: Uint8Array, from: Flow): boolean {
    if (from.connection === undefined) return false;
    let isPong = false;
    for (const one of this.#all) if (one.heard(bytes, from)) isPong = true;
    return isPong;
  }

  /** Nothing can come or go on this connection any more. */
  closed(flow: Flow): void {
    for (const one of this.#all) one.closed(flow);
  }

  /** The value of our Contact in a dialog by this way, where a registrar had a say in it; else undefined. */
  contact(way: Flow, user: string | undefined): string | undefined {
    for (const one of this.#all) {
      const contact = one.contact(way, user);
      if (contact !== undefined) return contact;
    }
    return undefined;
  }
}

/** One request of ours, and the responses to it (RFC 3261, 17.1). */
import type { Flow } from '@usher/core/adapter';

import type { SipResponse } from '../syntax/message.js';
import type { Outlet } from './outlet.js';
import type { Event, Step, Telling } from './table.js';
import { type Common, Transaction } from './transaction.js';

/** One request of ours, and the responses to it. */
export abstract class ClientTransaction<User = unknown> extends Transaction {
  /** The branch of our Via: by it and the method a response finds back. */
  readonly branch: string;
  /** What the transaction user hangs on it, to know it again; until it is released. */
  user: User | undefined;
  #request: Uint8Array | undefined;

  constructor(
    method: string,
    branch: string,
    request: Uint8Array,
    flow: Flow,
    user: User,
    common: Common,
  ) {
    super(method, flow, common);
    this.branch = branch;
    this.#request = request;
    this.user = user;
  }

  protected abstract eventOf(status: number): Event;

  /** Our request as it was sent, until its final response. */
  protected get request(): Uint8Array | undefined {
    return this.#request;
  }

  /** A response to it has arrived. */
  receive(response: SipResponse, now: number, out: Outlet): Telling | undefined {
    const telling = this.step(this.eventOf(response.status), now, out);
    if (response.status >= 200) this.#request = undefined;
    return telling;
  }

  /** Its user has been told. Where that was the last it hears, it is let go of: what lingers keeps nobody alive. */
  release(): void {
    if (this.state === 'completed' || this.state === 'terminated') this.user = undefined;
  }

  override stop(): void {
    super.stop();
    this.#request = undefined;
  }

  protected transmit(_what: NonNullable<Step['send']>, out: Outlet): void {
    if (this.#request !== undefined) this.put(this.#request, out);
  }
}

/** One request that arrived, and our answers to it (RFC 3261, 17.2). */
import type { Flow } from '@usher/core/adapter';

import type { SipRequest } from '../syntax/message.js';
import { printTrying } from './trying.js';
import type { Outlet } from './outlet.js';
import type { Event, Step } from './table.js';
import { type Common, Transaction } from './transaction.js';

/** One request that arrived, and our answers to it. */
export abstract class ServerTransaction<User = unknown> extends Transaction {
  /** The flow on which the request came, as observed. */
  readonly source: Flow;
  /** The same request came before on another way: answer 482 (RFC 3261, 8.2.2.2). */
  readonly merged: boolean;
  /** What the transaction user hangs on it, to know it again; let go of with the final answer unless that is to an INVITE. */
  user: User | undefined = undefined;
  /** By what the layer finds it again. */
  readonly key: string;
  mergeKey: string | undefined = undefined;
  ackKey: string | undefined = undefined;
  #request: SipRequest | undefined;
  #response: Uint8Array | undefined;

  constructor(
    request: SipRequest,
    source: Flow,
    flow: Flow,
    common: Common,
    key: string,
    merged: boolean,
  ) {
    super(request.method, flow, common);
    this.#request = request;
    this.source = source;
    this.key = key;
    this.merged = merged;
  }

  protected abstract eventOf(status: number): Event;

  /** The request, until its final answer: what lingers keeps no message alive. */
  get request(): SipRequest | undefined {
    return this.#request;
  }

  /** Whether our final answer is still due. */
  get open(): boolean {
    return this.#request !== undefined && this.state !== 'terminated';
  }

  /** Our user answers; false where this answer comes too late to be sent. */
  respond(status: number, bytes: Uint8Array, now: number, out: Outlet): boolean {
    const event = this.eventOf(status);
    if (!this.minds(event)) return false;
    this.#response = bytes;
    this.step(event, now, out);
    if (status >= 200) this.#request = undefined;
    if (this.state !== 'proceeding' && this.state !== 'completed') this.#response = undefined;
    return true;
  }

  override stop(): void {
    super.stop();
    this.#request = undefined;
    this.#response = undefined;
  }

  protected transmit(what: NonNullable<Step['send']>, out: Outlet): void {
    if (what === '100' || (what === 'response or 100' && this.#response === undefined)) {
      if (this.#request === undefined) return;
      this.#response = printTrying(this.#request, this.source);
    }
    if (this.#response !== undefined)
      out.push({ type: 'transmit', bytes: this.#response, to: this.flow });
  }
}

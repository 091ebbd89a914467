/** One request that arrived, and our answers to it (RFC 3261, 17.2). */
import type { Flow } from '@usher/core/adapter';

import type { SipRequest } from '../syntax/message.js';
import { printTrying } from './trying.js';
import type { Outlet } from './outlet.js';
import type { Event, Step } from './table.js';
import { type Common, Transaction } from './transaction.js';

/** Where the status stands in a response, and how a provisional one begins. */
const STATUS_AT = 'SIP/2.0 '.length;
const DIGIT_1 = 0x31;

/** One request that arrived, and our answers to it. */
export abstract class ServerTransaction<User = unknown> extends Transaction {
  /** The flow on which the request came, as observed. */
  readonly source: Flow;
  /** What the transaction user hangs on it, to know it again; let go of with the final answer unless that is to an INVITE. */
  user: User | undefined = undefined;
  /** By what the layer finds it again. */
  readonly key: string;
  mergeKey: string | undefined = undefined;
  /** The Request-URI from which its sender was sent on, where he was. */
  left: string | undefined = undefined;
  ackKey: string | undefined = undefined;
  /** Whether a provisional answer was sent. */
  #isAwaited = false;
  #request: SipRequest | undefined;
  #response: Uint8Array | undefined;

  constructor(request: SipRequest, source: Flow, flow: Flow, common: Common, key: string) {
    super(request.method, flow, common);
    this.#request = request;
    this.source = source;
    this.key = key;
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
    if (!this.minds(event) || (status < 200 && this.#isTooDear(bytes))) return false;
    this.#response = bytes;
    this.step(event, now, out);
    if (status >= 200) this.#request = undefined;
    if (!this.#mayComeAgain) this.#response = undefined;
    return true;
  }

  override stop(): void {
    super.stop();
    this.#request = undefined;
    this.#response = undefined;
  }

  /** Whether the answer may have to be sent again from here. */
  get #mayComeAgain(): boolean {
    const { state } = this;
    // What there was no credit for goes when the INVITE comes again, and brings some.
    return (
      state === 'proceeding' ||
      state === 'completed' ||
      (state === 'accepted' && this.credit !== undefined)
    );
  }

  /**
   * An answer for which there is no credit; but not one that has been sent before, unless the peer waits for it: after a
   * provisional one he sends his INVITE no more.
   */
  protected override get mayBorrow(): boolean {
    return this.state === 'proceeding' || this.state === 'trying' || this.#isAwaited;
  }

  /** Whether a stranger has to do without this provisional answer: the 100 that is shorter may be paid for before it. */
  #isTooDear({ length }: Uint8Array): boolean {
    const { credit } = this;
    return credit !== undefined && !credit.coversProvisional(length);
  }

  protected transmit(what: NonNullable<Step['send']>, out: Outlet): void {
    if (what === '100' || (what === 'response or 100' && this.#response === undefined)) {
      if (this.#request === undefined) return;
      this.#response = printTrying(
        this.#request,
        this.source,
        this.feedback,
        this.credit !== undefined,
      );
    }
    const response = this.#response;
    if (response === undefined) return;
    const isProvisional = response[STATUS_AT] === DIGIT_1;
    if (this.put(response, out, isProvisional) && isProvisional) this.#isAwaited = true;
  }
}

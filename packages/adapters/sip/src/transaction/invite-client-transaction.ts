/** An INVITE of ours, and the responses to it (RFC 3261, 17.1.1, with the states of RFC 6026, 7.2). */
import type { SipResponse } from '../syntax/message.js';
import { printAck } from './ack.js';
import { ClientTransaction } from './client-transaction.js';
import type { Outlet } from './outlet.js';
import type { Event, Step, Table, Telling } from './table.js';
import type { TimerName } from './timing.js';

/**
 * RFC 6026, figure 6. `proceeding` has no timer: how long it may ring is for the user to say (RFC 3261, 13.2.1, Expires).
 * The ACK to a 2xx is not ours but the user's (RFC 3261, 13.2.2.4), hence each 2xx is told.
 */
export const INVITE_CLIENT: Table = {
  initial: {
    begin: { send: 'request', next: 'calling', start: ['A', 'B'] },
  },
  calling: {
    A: { send: 'request', start: ['A'] },
    '1xx': { stop: ['A', 'B'], next: 'proceeding', tell: 'response' },
    '2xx': { stop: ['A', 'B'], next: 'accepted', start: ['M'], tell: 'response' },
    '300-699': { stop: ['A', 'B'], send: 'ack', next: 'completed', start: ['D'], tell: 'response' },
    failed: { next: 'terminated', tell: 'unreachable' },
    B: { next: 'terminated', tell: 'timeout' },
  },
  proceeding: {
    '1xx': { tell: 'response' },
    '2xx': { next: 'accepted', start: ['M'], tell: 'response' },
    '300-699': { send: 'ack', next: 'completed', start: ['D'], tell: 'response' },
    failed: { next: 'terminated', tell: 'unreachable' },
  },
  accepted: {
    '2xx': { tell: 'response' },
    M: { next: 'terminated' },
  },
  completed: {
    '300-699': { send: 'ack' },
    // The user has its final response already: that the ACK did not arrive is nothing to act upon.
    failed: { next: 'terminated' },
    D: { next: 'terminated' },
  },
};

/** An INVITE of ours, and the responses to it. */
export class InviteClientTransaction<User = unknown> extends ClientTransaction<User> {
  #ack: Uint8Array | undefined;

  protected get table(): Table {
    return INVITE_CLIENT;
  }

  protected get repeats(): TimerName {
    return 'A';
  }

  override receive(response: SipResponse, now: number, out: Outlet): Telling | undefined {
    if (response.status >= 300 && this.request !== undefined) {
      this.#ack = printAck(this.request, response);
    }
    return super.receive(response, now, out);
  }

  override stop(): void {
    super.stop();
    this.#ack = undefined;
  }

  protected eventOf(status: number): Event {
    if (status < 200) return '1xx';
    return status < 300 ? '2xx' : '300-699';
  }

  protected override transmit(what: NonNullable<Step['send']>, out: Outlet): void {
    if (what !== 'ack') super.transmit(what, out);
    else if (this.#ack !== undefined)
      out.push({ type: 'transmit', bytes: this.#ack, to: this.flow });
  }

  /** RFC 3261, 17.1.1.2: timer A doubles each time and knows no bound but timer B. */
  protected override nextInterval(interval: number): number {
    return 2 * interval;
  }
}

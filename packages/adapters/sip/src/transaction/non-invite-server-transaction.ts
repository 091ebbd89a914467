/** A request other than INVITE that arrived, and our answers to it (RFC 3261, 17.2.2, with RFC 4320). */
import type { Outlet } from './outlet.js';
import { ServerTransaction } from './server-transaction.js';
import type { Event, Table } from './table.js';

/**
 * RFC 3261, figure 8. RFC 4320, 4.1: 100 is sent when the request has waited for as long as a timer E takes to reach T2.
 * Section 4.2: past 64*T1 an answer reaches nobody, and 408 says nothing, so the transaction ends in silence.
 */
export const NON_INVITE_SERVER: Table = {
  initial: {
    begin: { next: 'trying', start: ['late'] },
  },
  trying: {
    late: { send: '100', next: 'proceeding', start: ['end'] },
    '1xx': { send: 'response', next: 'proceeding' },
    '200-699': { stop: ['late'], send: 'response', next: 'completed', start: ['J'] },
    failed: { next: 'terminated', tell: 'unreachable' },
  },
  proceeding: {
    request: { send: 'response' },
    late: { start: ['end'] },
    '1xx': { send: 'response' },
    '200-699': { stop: ['late', 'end'], send: 'response', next: 'completed', start: ['J'] },
    failed: { next: 'terminated', tell: 'unreachable' },
    end: { next: 'terminated', tell: 'unanswered' },
  },
  completed: {
    request: { send: 'response' },
    failed: { next: 'terminated' },
    J: { next: 'terminated' },
  },
};

/** A request other than INVITE that arrived, and our answers to it. */
export class NonInviteServerTransaction<User = unknown> extends ServerTransaction<User> {
  /** With the final answer its user has nothing more to hear, and is not kept alive for as long as the answer is. */
  override respond(status: number, bytes: Uint8Array, now: number, out: Outlet): boolean {
    const taken = super.respond(status, bytes, now, out);
    if (taken && status >= 200) this.user = undefined;
    return taken;
  }

  protected get table(): Table {
    return NON_INVITE_SERVER;
  }

  protected get repeats(): undefined {
    return undefined;
  }

  protected eventOf(status: number): Event {
    return status < 200 ? '1xx' : '200-699';
  }
}

/** A request of ours other than INVITE and ACK, and the responses to it (RFC 3261, 17.1.2). */
import { ClientTransaction } from './client-transaction.js';
import type { Event, Table } from './table.js';
import type { TimerName } from './timing.js';

/** RFC 3261, figure 6. */
export const NON_INVITE_CLIENT: Table = {
  initial: {
    begin: { send: 'request', next: 'trying', start: ['E', 'F'] },
  },
  trying: {
    E: { send: 'request', start: ['E'] },
    '1xx': { next: 'proceeding', tell: 'response' },
    '200-699': { stop: ['E', 'F'], next: 'completed', start: ['K'], tell: 'response' },
    failed: { next: 'terminated', tell: 'unreachable' },
    F: { next: 'terminated', tell: 'timeout' },
  },
  proceeding: {
    E: { send: 'request', start: ['E'] },
    '1xx': { tell: 'response' },
    '200-699': { stop: ['E', 'F'], next: 'completed', start: ['K'], tell: 'response' },
    failed: { next: 'terminated', tell: 'unreachable' },
    F: { next: 'terminated', tell: 'timeout' },
  },
  completed: {
    K: { next: 'terminated' },
  },
};

/** A request of ours other than INVITE and ACK, and the responses to it. */
export class NonInviteClientTransaction<User = unknown> extends ClientTransaction<User> {
  protected get table(): Table {
    return NON_INVITE_CLIENT;
  }

  protected get repeats(): TimerName {
    return 'E';
  }

  protected eventOf(status: number): Event {
    return status < 200 ? '1xx' : '200-699';
  }

  /** RFC 3261, 17.1.2.2: in `proceeding` timer E is T2 from the first time that it fires there. */
  protected override nextInterval(interval: number, t2: number): number {
    return this.state === 'proceeding' ? t2 : super.nextInterval(interval, t2);
  }
}

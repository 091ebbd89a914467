/** An INVITE that arrived, and our answers to it (RFC 3261, 17.2.1, with the states of RFC 6026, 7.1). */
import { ServerTransaction } from './server-transaction.js';
import type { Event, Table } from './table.js';
import type { TimerName } from './timing.js';

/**
 * RFC 6026, figure 5. A failure to send changes no state (7.1): the INVITE that is sent again must still be known.
 * In `accepted` the sending again of our 2xx is its user's (RFC 3261, 13.3.1.4), and an INVITE that comes again is of no use to
 * anybody; but where its sender has not proved to be there, it brings the credit for our answer, which is kept so long.
 */
export const INVITE_SERVER: Table = {
  initial: {
    begin: { next: 'proceeding', start: ['100'] },
  },
  proceeding: {
    request: { stop: ['100'], send: 'response or 100' },
    '100': { send: '100' },
    '1xx': { stop: ['100'], send: 'response' },
    '2xx': { stop: ['100'], send: 'response', next: 'accepted', start: ['L'] },
    '300-699': { stop: ['100'], send: 'response', next: 'completed', start: ['G', 'H'] },
    failed: { tell: 'unreachable' },
  },
  accepted: {
    request: { send: 'response' },
    '2xx': { send: 'response' },
    ack: { tell: 'ack' },
    failed: { tell: 'unreachable' },
    L: { next: 'terminated' },
  },
  completed: {
    request: { send: 'response' },
    G: { send: 'response', start: ['G'] },
    ack: { stop: ['G', 'H'], next: 'confirmed', start: ['I'] },
    failed: { tell: 'unreachable' },
    H: { next: 'terminated', tell: 'unacknowledged' },
  },
  confirmed: {
    I: { next: 'terminated' },
  },
};

/** An INVITE that arrived, and our answers to it. */
export class InviteServerTransaction<User = unknown> extends ServerTransaction<User> {
  protected get table(): Table {
    return INVITE_SERVER;
  }

  protected get repeats(): TimerName {
    return 'G';
  }

  protected eventOf(status: number): Event {
    if (status < 200) return '1xx';
    return status < 300 ? '2xx' : '300-699';
  }
}

/** What becomes of a transaction without its peer, for its user. */
import { ClientTransaction } from './client-transaction.js';
import type { ServerTransaction } from './server-transaction.js';
import type { Telling } from './table.js';

/** A transaction in which something was to come and did not. */
export type Lapse<ServerUser, ClientUser> =
  | {
      readonly type: 'client';
      /** As though this status had arrived: 408 where no answer came in time, 503 where the request could not be sent (RFC 3261, 8.1.3.1). */
      readonly status: 408 | 503;
      readonly transaction: ClientTransaction<ClientUser>;
    }
  | {
      readonly type: 'server';
      /**
       * `unacknowledged`: no ACK came for our answer of 300 to 699 (timer H). `unanswered`: a request other than INVITE had
       * no answer of ours within 64*T1 (RFC 4320, 4.2). Both have ended. `unreachable`: the answer could not be sent; an
       * INVITE lives on for all that (RFC 6026, 7.1), any other has ended.
       */
      readonly why: 'unacknowledged' | 'unanswered' | 'unreachable';
      readonly transaction: ServerTransaction<ServerUser>;
    };

/** What came to nothing, where that is what a transaction tells. */
export function lapseOf<ServerUser, ClientUser>(
  transaction: ServerTransaction<ServerUser> | ClientTransaction<ClientUser>,
  telling: Telling | undefined,
): Lapse<ServerUser, ClientUser> | undefined {
  if (transaction instanceof ClientTransaction) {
    if (telling === 'timeout') return { type: 'client', status: 408, transaction };
    return telling === 'unreachable' ? { type: 'client', status: 503, transaction } : undefined;
  }
  return telling === 'unacknowledged' || telling === 'unanswered' || telling === 'unreachable'
    ? { type: 'server', why: telling, transaction }
    : undefined;
}

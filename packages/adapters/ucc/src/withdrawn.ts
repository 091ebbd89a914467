/** Why nobody waits for an answer any more, as UCC says it. */
import { Withdrawal } from '@usher/core';

import { UCC_PARTICIPANT_STATE_CHANGE_REASON } from './enumerations/participant-state-change-reason.js';
import { HRESULT } from './hresult.js';
import type { Change } from './ucc-participant.js';

const { UCCPSCR_NORMAL, UCCPSCR_FAILED, UCCPSCR_ERROR, UCCPSCR_REMOTE_HANGUP_ACTION } =
  UCC_PARTICIPANT_STATE_CHANGE_REASON;

/** What the `reason` of an invitation's signal says of its session. */
export function withdrawn(reason: unknown): Change {
  if (!(reason instanceof Withdrawal)) {
    const hresult = HRESULT.UCC_E_USER_NOT_ANSWERED;
    return { reason: UCCPSCR_FAILED, status: 480, text: 'not answered in time', hresult };
  }
  switch (reason.why) {
    case 'cancelled':
      return { reason: UCCPSCR_REMOTE_HANGUP_ACTION, status: 487, text: 'the inviter has left' };
    case 'elsewhere':
      // RFC 3326, 2: nobody was missed.
      return { reason: UCCPSCR_NORMAL, status: 200, text: 'accepted elsewhere' };
    case 'lost':
      return { reason: UCCPSCR_ERROR, status: 408, text: 'the inviter is lost' };
  }
}

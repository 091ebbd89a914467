/** Why a session ended, as UCC says it. */
import type { SessionEnd } from '@usher/core';

import { UCC_PARTICIPANT_STATE_CHANGE_REASON } from './enumerations/participant-state-change-reason.js';
import type { Change } from './ucc-participant.js';

const { UCCPSCR_NORMAL, UCCPSCR_REMOTE_HANGUP_ACTION, UCCPSCR_ERROR, UCCPSCR_TRANSFER_ACTION } =
  UCC_PARTICIPANT_STATE_CHANGE_REASON;

/** The change that the end of a session is for its participants. */
export function endedAs({ by, why, status }: SessionEnd): Change {
  if (why === 'transferred' || why === 'replaced')
    return { reason: UCCPSCR_TRANSFER_ACTION, status: 200, text: why };
  if (by === 'peer') return { reason: UCCPSCR_REMOTE_HANGUP_ACTION, status: 200, text: why };
  if (by === 'network') return { reason: UCCPSCR_ERROR, status: status ?? 408, text: why };
  return { reason: UCCPSCR_NORMAL, status: 200, text: why };
}

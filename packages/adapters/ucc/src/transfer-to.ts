/** A session's other side is sent to somebody else. */
import { type Address, LocalProtocolError, type Session } from '@usher/core';

import { UCC_PARTICIPANT_STATE_CHANGE_REASON } from './enumerations/participant-state-change-reason.js';
import { HRESULT } from './hresult.js';
import type { Change } from './ucc-participant.js';

const { UCCPSCR_TRANSFER_ACTION, UCCPSCR_FAILED } = UCC_PARTICIPANT_STATE_CHANGE_REASON;

/** Sends the other side of a session there, to take the place of ours in `replacing` where that is given; and what became of it. */
export async function transferTo(
  line: Pick<Session, 'transfer'>,
  target: Address,
  replacing: Session | undefined,
): Promise<Change> {
  try {
    const outcome = await line.transfer(target, replacing === undefined ? {} : { replacing });
    if (outcome.type === 'transferred')
      return { reason: UCCPSCR_TRANSFER_ACTION, status: 200, text: 'transferred' };
    return { reason: UCCPSCR_FAILED, status: outcome.status, text: outcome.reason };
  } catch (error) {
    const refused = error instanceof LocalProtocolError && error.code === 'not-transferable';
    const hresult = refused
      ? HRESULT.UCC_E_REFER_NOT_ACCEPTED
      : HRESULT.UCC_E_INVALID_SESSION_STATE;
    return { reason: UCCPSCR_FAILED, status: 500, text: 'not transferred', hresult };
  }
}

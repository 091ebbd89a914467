/** Nobody waits for the answer to an invitation any more: why `invitation.signal` aborts before there is one. */

/**
 * Why nobody waits any more. `cancelled`: the inviter took the invitation back (RFC 3261, 9). `elsewhere`: somebody else has
 * taken it up, so that nobody was missed (RFC 3326, 2). `lost`: the way to the inviter is gone.
 */
export type WithdrawalReason = 'cancelled' | 'elsewhere' | 'lost';

/** The `reason` of an invitation's `signal` where the inviter left: an `AbortError` that says why. */
export class Withdrawal extends DOMException {
  constructor(
    readonly why: WithdrawalReason,
    message: string,
  ) {
    super(message, 'AbortError');
  }
}

/** Why nobody waits any more, as an aborted signal's `reason` has it; `cancelled` where that says nothing of it. */
export function withdrawalReason(reason: unknown): WithdrawalReason {
  return reason instanceof Withdrawal ? reason.why : 'cancelled';
}

/** Of what several targets have answered, what the inviter hears (RFC 3261, 16.7, step 6). */

/** How one target has failed. */
export interface Failure {
  readonly status: number;
  readonly text: string;
}

/** What only whoever sent the request can do anything about; and a redirection that was not followed is nobody there. */
const OURS: ReadonlySet<number> = new Set([401, 407, 420, 421, 422, 487, 494]);

const NOBODY: Failure = { status: 480, text: 'Temporarily Unavailable' };

/** A 6xx where there is one; else the lowest, and the first of several alike. */
export function bestOf(failures: readonly Failure[]): Failure {
  let best: Failure | undefined;
  for (const failure of failures.map(toldToInviter)) {
    if (failure.status >= 600) return failure;
    if (best === undefined || failure.status < best.status) best = failure;
  }
  return best ?? NOBODY;
}

function toldToInviter(failure: Failure): Failure {
  const { status } = failure;
  if (status < 400 || OURS.has(status)) return NOBODY;
  // 503 would say that we are overloaded (RFC 3261, 16.7, step 6).
  return status === 503 ? { status: 500, text: 'Server Internal Error' } : failure;
}

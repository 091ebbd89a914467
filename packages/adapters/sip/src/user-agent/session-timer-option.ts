/** After how long a session that nobody refreshes is over, as an option says it. */
import { type Duration, LocalProtocolError, milliseconds } from '@usher/core';

import { LONGEST_INTERVAL, SHORTEST_INTERVAL } from '../dialog/session-expires.js';

/**
 * Whole seconds; 0 where sessions are not to be timed.
 * @throws LocalProtocolError `bad-session-timer`.
 */
export function intervalOf(timer: Duration | 'off' = '30m'): number {
  if (timer === 'off') return 0;
  const seconds = Math.ceil(milliseconds(timer) / 1_000);
  if (seconds >= SHORTEST_INTERVAL && seconds <= LONGEST_INTERVAL) return seconds;
  throw new LocalProtocolError(
    'bad-session-timer',
    `sessionTimer is ${SHORTEST_INTERVAL}s to 24h, or off; ${String(timer)} is neither`,
  );
}

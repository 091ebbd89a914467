/** What is said where a bot has no session left to give. */
import { LocalProtocolError } from '../words/errors.js';
import type { Verdict } from './judgement.js';
import type { PlacedBot } from './placed-bot.js';

/** After how long a bot that is full may be asked again, in milliseconds. */
export const RETRY_AFTER = 10_000;

/** What counts in the place of the acceptance of a bot that is full. */
export function fullVerdict(bot: PlacedBot): Verdict {
  const why = whyFull(bot);
  return {
    decision: { type: 'reject', status: 486, retryAfter: RETRY_AFTER },
    outcome: 'full',
    why,
    diagnostic: why,
  };
}

/** The error of whoever accepts in the name of a bot that is full. */
export function noRoom(bot: PlacedBot): LocalProtocolError {
  return new LocalProtocolError('no-room', whyFull(bot));
}

function whyFull({ id }: PlacedBot): string {
  return `bot "${id}" has no session left to give`;
}

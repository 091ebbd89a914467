/** The law that every user agent keeps, whatever its protocol: `for (const law of userAgentContract) it(law.name, …)`. */
import { invitationLaws } from './invitation-laws.js';
import type { Law } from './law.js';
import { lifetimeLaws } from './lifetime-laws.js';
import { pagerLaws } from './pager-laws.js';
import { sessionLaws } from './session-laws.js';

/** All laws. Each wants a fresh witness, which it closes; each uses the port alone and lets only the witness's time pass. */
export const userAgentContract: readonly Law[] = [
  ...invitationLaws,
  ...sessionLaws,
  ...pagerLaws,
  ...lifetimeLaws,
];

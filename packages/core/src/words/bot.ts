/** Who judges an invitation. */
import type { ObservableInput } from 'rxjs';

import type { Decision } from './decision.js';
import type { Invitation } from './invitation.js';

/** A bot has one verb: it decides what becomes of an invitation. */
export interface Bot {
  /** Returns one decision: a value, a promise of it, or an observable of which the first value counts. */
  decide(invitation: Invitation): Decision | ObservableInput<Decision>;
}

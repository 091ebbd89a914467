/** Whether new invitations should come here, and where not, why. */
import type { Host } from '@usher/core';
import type { Clock, UserAgent } from '@usher/core/adapter';

import { registrationText } from '../log/registration-text.js';
import type { Shedding } from './shedding.js';
import type { TimedJournal } from './timed-journal.js';

/** How long a commit may take, in milliseconds: whoever waits longer for an answer has begun to repeat the question. */
const COMMIT = 200;
/** For how long invitations may be turned away before they should go elsewhere, in milliseconds. */
const TURNED_AWAY = 10_000;

/** What readiness depends on. */
export interface ReadinessParts {
  readonly host: Pick<Host, 'state'>;
  readonly userAgents: readonly Pick<UserAgent, 'name' | 'listening' | 'state' | 'registrations'>[];
  readonly clock: Clock;
  readonly shedding: Shedding;
  /** Where there is one that anything survives. */
  readonly journal: TimedJournal | undefined;
}

/** What may keep new invitations from coming here. */
export const CONDITIONS = ['listening', 'draining', 'registration', 'journal', 'shedding'] as const;

/** Why new invitations should not come here: each condition that does not hold, in words; empty where all do. */
export type Failing = ReadonlyMap<(typeof CONDITIONS)[number], string>;

/** Whether new invitations should come here. */
export class Readiness {
  readonly #parts: ReadinessParts;

  constructor(parts: ReadinessParts) {
    this.#parts = parts;
  }

  get failing(): Failing {
    const failing = new Map<(typeof CONDITIONS)[number], string>();
    for (const condition of CONDITIONS) {
      const why = this[condition];
      if (why !== undefined) failing.set(condition, why);
    }
    return failing;
  }

  private get listening(): string | undefined {
    const { host, userAgents } = this.#parts;
    if (host.state.door === 'opening') return 'the house is not open yet';
    const deaf = userAgents.find(({ listening }) => listening.length === 0);
    return deaf && `${deaf.name} listens nowhere`;
  }

  private get draining(): string | undefined {
    const { door, sessions } = this.#parts.host.state;
    return door === 'draining'
      ? `the house is closing; sessions that are left: ${sessions.used}`
      : undefined;
  }

  /** An address that is bound by none of its flows is reached by nobody. */
  private get registration(): string | undefined {
    const all = this.#parts.userAgents.flatMap(({ registrations = [] }) => registrations);
    const bound = new Set(
      all.filter(({ standing }) => standing === 'registered').map(({ address }) => address),
    );
    const lost = all.find(({ address }) => !bound.has(address));
    if (lost === undefined || this.#parts.host.state.door === 'draining') return undefined;
    return registrationText(lost);
  }

  private get journal(): string | undefined {
    const { journal } = this.#parts;
    if (journal?.failing === true) return 'the last message could not be recorded';
    const delay = Math.round(journal?.delay ?? 0);
    return delay < COMMIT ? undefined : `to record a message takes ${delay} ms`;
  }

  private get shedding(): string | undefined {
    const { userAgents, shedding, clock } = this.#parts;
    const edge = userAgents.map(({ state }) => state?.sheddingFor ?? 0);
    const longest = Math.max(shedding.lasting(clock.now()), ...edge);
    return longest > TURNED_AWAY
      ? `invitations have been turned away for ${Math.round(longest / 1_000)} s`
      : undefined;
  }
}

/** Who takes part in a session, for whoever wants to know: made only then. */
import { type Observable, Subject } from 'rxjs';

import type { Cancel } from '../ports/clock.js';
import type { Medium } from '../ports/medium.js';
import type { Invitation } from '../words/invitation.js';
import type { Participant } from '../words/participant.js';
import { type Guard, GuardedObservable } from './guarded-observable.js';

/** Who takes part in a session. */
export class Participants {
  /** The present ones at once, where they are known, and then as they change. */
  readonly changes: Observable<readonly Participant[]>;
  readonly #medium: () => Medium | undefined;
  readonly #invitation: Invitation;
  readonly #told = new Subject<readonly Participant[]>();
  #present: readonly Participant[] | undefined;
  /** Which medium tells of them, and what ends that. */
  #watched: Medium | undefined;
  #cancel: Cancel | undefined;
  #over = false;

  /** @param medium what carries the session at the moment. */
  constructor(guard: Guard, medium: () => Medium | undefined, invitation: Invitation) {
    this.#medium = medium;
    this.#invitation = invitation;
    this.changes = new GuardedObservable(guard, (subscriber) => {
      this.carried();
      if (this.#present !== undefined && !this.#over) subscriber.next(this.#present);
      return this.#told.subscribe(subscriber);
    });
  }

  /** Something carries it now, or something else than before. */
  carried(): void {
    const medium = this.#medium();
    if (this.#over || medium === undefined || medium === this.#watched) return;
    this.#cancel?.();
    this.#watched = medium;
    this.#cancel = medium.participants?.((present) => this.#tell(present));
    if (medium.participants === undefined) this.#tell(twoOf(this.#invitation));
  }

  /** The session is over, or in other hands. */
  complete(): void {
    this.#over = true;
    this.#cancel?.();
    this.#told.complete();
  }

  #tell(present: readonly Participant[]): void {
    this.#present = present;
    this.#told.next(present);
  }
}

/** We and the peer. */
function twoOf({ endpoint, inviter, target }: Invitation): readonly Participant[] {
  const { address, displayName } = target ?? inviter;
  return [
    { address: endpoint, local: true, roles: [], connected: true },
    {
      address,
      ...(displayName !== undefined && { displayName }),
      local: false,
      roles: [],
      connected: true,
    },
  ];
}

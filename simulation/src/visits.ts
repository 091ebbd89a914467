/** Everybody who knocks at the door of one house, and how often each was answered. */
import type { Door, Knock } from '@usher/core/adapter';

/** One invitation at the door. */
interface Visit {
  readonly invitation: Knock['invitation'];
  readonly draining: boolean;
  refused: boolean;
  answers: number;
}

/** Everybody who knocks at the door of one house. */
export class Visits {
  readonly #visits: Visit[] = [];

  /** The same door, watched. */
  watch(door: Door, draining: () => boolean): Door {
    return {
      ...door,
      knock: (knock) => {
        const { invitation } = knock;
        const visit: Visit = { invitation, draining: draining(), refused: false, answers: 0 };
        this.#visits.push(visit);
        const refusal = door.knock({
          invitation,
          answer: (answer) => {
            visit.answers += 1;
            return knock.answer(answer);
          },
        });
        visit.refused = refusal !== undefined;
        return refusal;
      },
    };
  }

  /** One decision for each invitation, whatever happens; and none is let in while the house drains. */
  check(accuse: (what: string) => void): void {
    for (const { invitation, refused, answers, draining } of this.#visits) {
      const { id, signal } = invitation;
      if (answers > 1) accuse(`invitation ${id} was answered ${answers} times`);
      if (answers > 0 && refused) accuse(`invitation ${id} was refused and answered`);
      if (answers === 0 && !signal.aborted && !refused)
        accuse(`invitation ${id} was never decided`);
      if (draining && !refused) accuse(`invitation ${id} was let in while draining`);
    }
  }
}

/** A door that keeps who knocked, and lets a law wait for them. */
import type { Door, Knock, Violation } from '../../ports/user-agent.js';

/** The house, as far as a law needs one. */
export class RecordingDoor implements Door {
  readonly knocks: Knock[] = [];
  readonly violations: Violation[] = [];
  /** What it says to those who knock; nothing lets them in. */
  refusal: { readonly status: number; readonly retryAfter?: number } | undefined;
  readonly #waiting = new Set<() => void>();

  knock(knock: Knock): { readonly status: number; readonly retryAfter?: number } | undefined {
    if (this.refusal !== undefined) return this.refusal;
    this.knocks.push(knock);
    for (const look of this.#waiting) look();
    return undefined;
  }

  violated(violation: Violation): void {
    this.violations.push(violation);
  }

  /** The knock of this number, counted from 1, as soon as it is there. */
  knocked(number: number): Promise<Knock> {
    return new Promise((resolve) => {
      const look = (): void => {
        const knock = this.knocks[number - 1];
        if (knock === undefined) return;
        this.#waiting.delete(look);
        resolve(knock);
      };
      this.#waiting.add(look);
      look();
    });
  }
}

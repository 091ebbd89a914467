/** The door of an end that invites, and is not invited: it keeps what went wrong for whoever asks why. */
import type { Door, Violation } from '@usher/core/adapter';

/** The door of an end that is not invited. */
export class QuietDoor implements Door {
  readonly #seen = new Map<string, string>();

  knock(): { readonly status: number } {
    return { status: 480 };
  }

  violated({ code, message }: Violation): void {
    this.#seen.set(code, message);
  }

  /** What was last said under this code; undefined where nothing was. */
  said(code: string): string | undefined {
    return this.#seen.get(code);
  }
}

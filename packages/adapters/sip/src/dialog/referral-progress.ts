/** What a peer that referred us to somebody hears of how that goes (RFC 3515, 2.4.4 to 2.4.7). */
import type { Field } from '../syntax/printer.js';
import type { Alarm, Core } from './core.js';
import { printSipfrag, SIPFRAG } from './sipfrag.js';

/** Whoever takes longer than this is waited for no more, in seconds. */
const LIFETIME = 180;

/** What a peer that referred us to somebody hears of it. */
export class ReferralProgress {
  readonly #core: Pick<Core<never>, 'start' | 'stop'>;
  readonly #event: string;
  readonly #notify: (fields: readonly Field[], body: Uint8Array) => void;
  readonly #ending: Alarm;
  #over = false;

  /**
   * @param id names it, where the dialog has seen another REFER before.
   * @param notify sends a NOTIFY.
   */
  constructor(
    core: Pick<Core<never>, 'start' | 'stop'>,
    id: number | undefined,
    notify: (fields: readonly Field[], body: Uint8Array) => void,
  ) {
    this.#core = core;
    this.#event = id === undefined ? 'refer' : `refer;id=${id}`;
    this.#notify = notify;
    this.#ending = core.start(LIFETIME * 1_000, () => {
      this.#over = true;
      this.#say(100, 'terminated;reason=timeout');
    });
    // RFC 3515, 2.4.4: at once, whatever there is to be said.
    this.#say(100, `active;expires=${LIFETIME}`);
  }

  get over(): boolean {
    return this.#over;
  }

  /** It came to this: nothing is told after it. */
  conclude(status: number): void {
    if (this.#over) return;
    this.close();
    this.#say(status, 'terminated;reason=noresource');
  }

  /** Nobody is there to hear of it any more. */
  close(): void {
    this.#over = true;
    this.#core.stop(this.#ending);
  }

  #say(status: number, state: string): void {
    const fields: Field[] = [
      ['Event', this.#event],
      ['Subscription-State', state],
      ['Content-Type', `${SIPFRAG};version=2.0`],
    ];
    this.#notify(fields, printSipfrag(status));
  }
}

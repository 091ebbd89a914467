/** Looks after sessions that last only for as long as they are refreshed: one alarm for all of them, however many (RFC 4028). */
import type { Instant } from '@usher/core';

import type { Alarm, Core } from '../dialog/core.js';
import type { InviteUsage } from '../dialog/invite-usage.js';
import { attend } from '../dialog/refreshing.js';

/** Seconds from one look at all of them to the next, at least. */
const PAUSE = 5;
/** So many are looked at without a pause; then what has arrived meanwhile is heard first. */
const MOST_AT_ONCE = 4_096;
const BREATH = 10;

/** Looks after sessions that last only for as long as they are refreshed. */
export class SessionWatch {
  readonly #core: Core<InviteUsage>;
  readonly #sessions: ReadonlyMap<string, InviteUsage>;
  /** The second in which the first of them is due. */
  #next = Infinity;
  #alarm: Alarm | undefined;
  /** Whether a look at all of them has begun and is not through. */
  #looking = false;

  constructor(core: Core<InviteUsage>, sessions: ReadonlyMap<string, InviteUsage>) {
    this.#core = core;
    this.#sessions = sessions;
  }

  /** Something is due in this second. */
  expect(due: number): void {
    if (due >= this.#next) return;
    this.#next = due;
    if (!this.#looking) this.#arrange(0);
  }

  /** There is no session any more. */
  rest(): void {
    this.#core.stop(this.#alarm);
    this.#alarm = undefined;
    this.#next = Infinity;
  }

  #arrange(pause: number): void {
    this.#core.stop(this.#alarm);
    this.#alarm = undefined;
    if (this.#next === Infinity) return;
    const at: Instant = this.#next * 1_000;
    const after = Math.max(at - this.#core.now, pause * 1_000);
    this.#alarm = this.#core.start(after, () => {
      this.#looking = true;
      this.#next = Infinity;
      this.#look(this.#sessions.values());
    });
  }

  #look(sessions: Iterator<InviteUsage>): void {
    const core = this.#core;
    const second = core.now / 1_000;
    for (let count = 0; count < MOST_AT_ONCE; count += 1) {
      const step = sessions.next();
      if (step.done === true) {
        this.#looking = false;
        this.#arrange(PAUSE);
        return;
      }
      const usage = step.value;
      const { timer } = usage;
      if (timer === undefined) continue;
      if (timer.due <= second) attend(core, usage);
      const { due = Infinity } = usage.timer ?? {};
      if (due < this.#next && usage.state !== 'over') this.#next = due;
    }
    core.start(BREATH, () => this.#look(sessions));
  }
}

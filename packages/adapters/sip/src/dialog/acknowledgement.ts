/** A 2xx of ours to an INVITE that awaits its ACK: sent again and again until that comes (RFC 3261, 13.3.1.4). */
import type { Alarm, Core } from './core.js';
import type { OutgoingRequest } from './outgoing-request.js';

/** The wait for one ACK. */
export class Acknowledgement {
  /** The CSeq number that the ACK will have. */
  readonly sequence: number;
  /** What was asked for meanwhile, and waits for it as well. */
  held: OutgoingRequest[] | undefined = undefined;
  readonly #core: Pick<Core<never>, 'start' | 'stop' | 'times'>;
  readonly #repeat: () => void;
  #interval: number;
  #repeating: Alarm;
  readonly #ending: Alarm;

  /**
   * @param repeat sends the 2xx once more: over every transport, since a proxy between may have lost it elsewhere.
   * @param giveUp told after 64*T1.
   */
  constructor(
    core: Pick<Core<never>, 'start' | 'stop' | 'times'>,
    sequence: number,
    repeat: () => void,
    giveUp: () => void,
  ) {
    this.#core = core;
    this.sequence = sequence;
    this.#repeat = repeat;
    this.#interval = core.times.t1;
    this.#repeating = core.start(this.#interval, () => this.#again());
    this.#ending = core.start(64 * core.times.t1, () => {
      this.stop();
      giveUp();
    });
  }

  stop(): void {
    this.#core.stop(this.#repeating);
    this.#core.stop(this.#ending);
  }

  #again(): void {
    this.#repeat();
    this.#interval = Math.min(2 * this.#interval, this.#core.times.t2);
    this.#repeating = this.#core.start(this.#interval, () => this.#again());
  }
}

/** The way of our requests within one dialog: found once, and kept for as long as neither side moves. */
import type { Flow } from '@usher/core/adapter';

import type { Core } from './core.js';

/** The way of our requests within one dialog. */
export class DialogWay {
  #hop: string | undefined;
  #from: Flow | undefined;
  #way: Flow | undefined;

  /**
   * The way to this hop; undefined where it has to be looked up.
   * @param from the way that the peer's last message came.
   * @param direct whether nobody stands between.
   */
  find(core: Core<never>, hop: string, from: Flow, direct: boolean): Flow | undefined {
    const way = this.#way;
    if (way !== undefined && hop === this.#hop && isSame(from, this.#from) && core.alive(way))
      return way;
    this.#hop = hop;
    this.#from = from;
    this.#way = core.wayBack(hop, from, direct);
    return this.#way;
  }

  /** This way led to the hop: it need not be looked up again. */
  learn(hop: string, way: Flow | undefined): void {
    if (hop === this.#hop) this.#way ??= way;
  }
}

function isSame(one: Flow, other: Flow | undefined): boolean {
  return (
    one === other ||
    (one.connection === other?.connection &&
      one.remote.port === other?.remote.port &&
      one.remote.address === other.remote.address)
  );
}

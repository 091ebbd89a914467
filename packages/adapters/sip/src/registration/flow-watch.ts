/** Keeps the flow alive that we registered on, and finds out when it is dead (RFC 5626, 4.4). */
import type { Flow } from '@usher/core/adapter';

import type { Alarm } from '../dialog/core.js';
import { keepAlive } from '../transport/keep-alive.js';
import { between } from './recovery.js';
import type { RegistrationCore } from './registration-core.js';

const PING: Uint8Array = Uint8Array.of(13, 10, 13, 10);
/** RFC 5626, 4.4.1: milliseconds between pings on a connection. */
const CONNECTION = { least: 95_000, most: 120_000 } as const;
/** RFC 5626, 4.4.2: and by datagrams, so that an address translator keeps its entry. */
const DATAGRAM = { least: 24_000, most: 29_000 } as const;
/** RFC 5626, 4.4.1: whoever has not answered after so many milliseconds is gone. */
const ANSWER = 10_000;
/** Nobody makes us ping more often than every so many milliseconds. */
const SHORTEST = 5_000;

/** Keeps one flow alive. */
export class FlowWatch {
  readonly flow: Flow;
  readonly #core: RegistrationCore;
  readonly #lost: () => void;
  readonly #pause: { readonly least: number; readonly most: number };
  /** Whether it answers to pings: it has agreed to, or did so once. */
  #answers: boolean;
  #next: Alarm | undefined;
  #waiting: Alarm | undefined;

  /**
   * @param answers whether whoever is there has agreed to answer; where not, he is held to it once he does.
   * @param flowTimer seconds of silence after which the other side gives up, where it says so.
   * @param lost called once it is known to be dead.
   */
  constructor(
    core: RegistrationCore,
    flow: Flow,
    { answers, flowTimer }: { readonly answers: boolean; readonly flowTimer: number | undefined },
    lost: () => void,
  ) {
    this.#core = core;
    this.flow = flow;
    this.#answers = answers && flow.connection !== undefined;
    this.#lost = lost;
    const usual = flow.connection === undefined ? DATAGRAM : CONNECTION;
    const most = flowTimer === undefined ? undefined : Math.max(flowTimer * 1_000, SHORTEST);
    this.#pause = most === undefined ? usual : { least: 0.8 * most, most };
    this.#arrange();
  }

  /** Something has come by this flow; returns whether it is the answer to a ping of ours, and nothing else. */
  heard(bytes: Uint8Array): boolean {
    if (this.#waiting === undefined) return false;
    const isPong = keepAlive(bytes) === 'pong';
    if (isPong) this.#answers = true;
    this.#core.stop(this.#waiting);
    this.#waiting = undefined;
    return isPong;
  }

  stop(): void {
    this.#core.stop(this.#next);
    this.#core.stop(this.#waiting);
    this.#waiting = undefined;
  }

  #arrange(): void {
    const { least, most } = this.#pause;
    this.#next = this.#core.start(between(least, most, this.#core.chance), () => this.#ping());
  }

  #ping(): void {
    this.#core.transmit(PING, this.flow);
    this.#arrange();
    if (this.flow.connection === undefined || this.#waiting !== undefined) return;
    this.#waiting = this.#core.start(ANSWER, () => {
      this.#waiting = undefined;
      if (!this.#answers) return;
      this.stop();
      this.#lost();
    });
  }
}

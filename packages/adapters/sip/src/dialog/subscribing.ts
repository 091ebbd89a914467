/** A subscription that is asked for in a dialog, kept up while somebody wants it, and given back (RFC 6665, 4.1.2). */
import type { Field } from '../syntax/printer.js';
import type { Alarm, Core } from './core.js';
import type { Outcome } from './outgoing-request.js';
import { Subscription } from './subscription.js';

/** What is subscribed to. */
export interface SubscribeParts {
  /** `conference`, …. */
  readonly event: string;
  /** The media type of what it tells. */
  readonly accept: string;
}

/** Where it is kept, and hears of NOTIFYs. */
export interface Hearing {
  subscribing: { ask(tell: (outcome: Outcome) => void): void } | undefined;
  subscribe(subscription: Subscription): boolean;
}

/** The dialog that it is in. */
export interface Subscribed {
  readonly further: Hearing | undefined;
  extend(): Hearing;
  request(
    method: string,
    fields: readonly Field[],
    body: Uint8Array | undefined,
    conclude: (outcome: Outcome) => void,
  ): unknown;
}

/** Seconds that are asked for. */
const LASTING = 3_600;
/** Nobody refreshes it any more, or can: it is over after so many milliseconds. */
const LAPSE = LASTING * 1_000 + 64_000;
/** After how many milliseconds it is refreshed: the longest of these that leaves a fifth of its time. */
const REFRESHES = [2_700_000, 1_200_000, 600_000, 240_000, 60_000, 20_000];

/** Subscribes, or refreshes what is subscribed to already, so that its full state is told anew (RFC 6665, 4.1.2.2). */
export function subscribe<Usage extends Subscribed>(
  core: Core<Usage>,
  usage: Usage,
  reference: number,
  parts: SubscribeParts,
): void {
  const further = usage.further ?? usage.extend();
  const tell = ({ status, text }: Outcome): void =>
    core.tell({ type: 'delivered', reference, status, text });
  further.subscribing ??= new Subscribing(core, usage, further, parts);
  further.subscribing.ask(tell);
}

/** One subscription of ours. */
export class Subscribing<Usage extends Subscribed = Subscribed> {
  readonly #core: Core<Usage>;
  readonly #usage: Usage;
  readonly #parts: SubscribeParts;
  readonly #subscription: Subscription;
  readonly #further: Hearing;
  #alarm: Alarm | undefined;
  /** Whether nobody wants to hear of it any more. */
  #stopped = false;

  constructor(core: Core<Usage>, usage: Usage, further: Hearing, parts: SubscribeParts) {
    this.#core = core;
    this.#usage = usage;
    this.#further = further;
    this.#parts = parts;
    // A NOTIFY may come before the answer to the SUBSCRIBE (RFC 6665, 4.4.1).
    this.#subscription = new Subscription(
      core,
      { event: parts.event, id: undefined },
      LAPSE,
      (notice) => {
        if (notice === undefined || notice.state === 'terminated') this.close();
        if (!this.#stopped) core.tell({ type: 'notified', usage, notice });
      },
    );
    further.subscribe(this.#subscription);
  }

  /** Asks for it, or for more of it. */
  ask(tell: (outcome: Outcome) => void = () => {}): void {
    this.#send(LASTING, (outcome) => {
      tell(outcome);
      this.#answered(outcome);
    });
  }

  /** Gives it back: its last NOTIFY is still taken, and told to nobody. */
  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#rest();
    if (this.#subscription.over) return;
    this.#subscription.prolong(64 * this.#core.times.t1);
    this.#send(0, () => {});
  }

  /** There is nothing left of it. */
  close(): void {
    this.#rest();
    this.#subscription.close();
    if (this.#further.subscribing === this) this.#further.subscribing = undefined;
  }

  #send(expires: number, conclude: (outcome: Outcome) => void): void {
    const { event, accept } = this.#parts;
    const fields: Field[] = [
      ['Event', event],
      ['Accept', accept],
      ['Expires', String(expires)],
    ];
    this.#usage.request('SUBSCRIBE', fields, undefined, conclude);
  }

  #answered({ status, response }: Outcome): void {
    if (this.#stopped || this.#subscription.over) return;
    if (status < 300) {
      const granted = response?.expires ?? LASTING;
      this.#subscription.prolong(LAPSE);
      this.#rest();
      const most = granted * 800;
      const after = REFRESHES.find((length) => length <= most) ?? 20_000;
      this.#alarm = this.#core.start(after, () => this.ask());
    } else if (this.#alarm === undefined || status === 481) {
      // It has not begun, or the peer knows nothing of it any more.
      this.#subscription.end();
    }
  }

  #rest(): void {
    this.#core.stop(this.#alarm);
    this.#alarm = undefined;
  }
}

/** A subscription of ours to what goes on at a peer, from its NOTIFYs (RFC 6665): of a REFER (RFC 3515), or to any other event. */
import { RemoteProtocolError } from '@usher/core';

import type { SipRequest } from '../syntax/message.js';
import { parseParameters } from '../syntax/parameters.js';
import type { Alarm, Core } from './core.js';
import type { Notice } from './notice.js';

/** Which event a message is about (RFC 6665, 8.2.1). */
export interface EventName {
  /** `refer`, `conference`, …, in lower case. */
  readonly event: string;
  readonly id: string | undefined;
}

/** Which event a message is about; undefined where it does not say, or not so that it can be read. */
export function eventOf(request: SipRequest): EventName | undefined {
  const value = request.get('Event');
  if (value === undefined) return undefined;
  const end = value.indexOf(';');
  const event = (end < 0 ? value : value.slice(0, end)).trim().toLowerCase();
  try {
    return { event, id: end < 0 ? undefined : parseParameters(value.slice(end)).get('id') };
  } catch (error) {
    if (error instanceof RemoteProtocolError) return undefined;
    throw error;
  }
}

/** A subscription of ours. */
export class Subscription {
  readonly event: string;
  /** Which one of several to the same event; undefined for the only one, whatever name its NOTIFYs give it (RFC 3515, 2.4.6). */
  readonly id: string | undefined;
  readonly #core: Pick<Core<never>, 'start' | 'stop'>;
  readonly #hear: (notice: Notice | undefined) => void;
  #lapsing: Alarm | undefined;
  #over = false;

  /**
   * @param lifetime milliseconds after which it is over, unless it is over before.
   * @param hear told of each NOTIFY; of undefined where nothing will come any more.
   */
  constructor(
    core: Pick<Core<never>, 'start' | 'stop'>,
    { event, id }: EventName,
    lifetime: number,
    hear: (notice: Notice | undefined) => void,
  ) {
    this.#core = core;
    this.event = event;
    this.id = id;
    this.#hear = hear;
    this.#lapsing = core.start(lifetime, () => this.end());
  }

  /** Whether nothing is heard of it any more. */
  get over(): boolean {
    return this.#over;
  }

  matches({ event, id }: EventName): boolean {
    const named = id === undefined || this.id === undefined || id === this.id;
    return !this.#over && event === this.event && named;
  }

  /** A NOTIFY about it has come, and is answered 200. */
  take(request: SipRequest): void {
    const { state, reason } = stateOf(request.get('Subscription-State') ?? '');
    if (state === 'terminated') this.close();
    this.#hear({ state, reason, mediaType: request.mediaType, body: request.body });
  }

  /** It lasts for so many milliseconds more. */
  prolong(lifetime: number): void {
    if (this.#over) return;
    this.#core.stop(this.#lapsing);
    this.#lapsing = this.#core.start(lifetime, () => this.end());
  }

  /** Nothing will come any more: whoever hears of it is told so. */
  end(): void {
    if (this.#over) return;
    this.close();
    this.#hear(undefined);
  }

  /** Nobody wants to hear of it any more. */
  close(): void {
    this.#over = true;
    this.#core.stop(this.#lapsing);
    this.#lapsing = undefined;
  }
}

/** RFC 6665, 8.2.3; what is none of the three counts as active (4.1.3). */
function stateOf(value: string): Pick<Notice, 'state' | 'reason'> {
  const end = value.indexOf(';');
  const word = (end < 0 ? value : value.slice(0, end)).trim().toLowerCase();
  const state = word === 'terminated' || word === 'pending' ? word : 'active';
  if (end < 0) return { state };
  try {
    return { state, reason: parseParameters(value.slice(end)).get('reason')?.slice(0, 64) };
  } catch (error) {
    if (error instanceof RemoteProtocolError) return { state };
    throw error;
  }
}

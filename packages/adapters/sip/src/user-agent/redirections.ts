/** Where redirections send an invitation of ours, and whether it goes there (RFC 3261, 8.1.3.4). */
import { type Address, RemoteProtocolError, type Retargeting } from '@usher/core';
import type { InviteOptions } from '@usher/core/adapter';

import { NO_PARAMETERS } from '../syntax/parameters.js';
import type { SipResponse } from '../syntax/message.js';
import { parseUri, printUri, type SipUri, toAddress } from '../syntax/uri.js';

/** So many redirections are followed, one after the other or side by side. */
const MOST = 5;

/** One target. */
export interface Target {
  /** As it stands in the Request-URI. */
  readonly uri: string;
  readonly address: Address;
}

/** The way of one invitation from target to target. */
export class Redirections {
  /** The addresses that were left, the first one first. */
  readonly history: Retargeting[];
  readonly #allows: (target: Address) => boolean;
  readonly #follows: boolean;
  /** Every URI that it was or will be sent to. */
  readonly #known: Set<string>;
  #waiting: { readonly target: Target; readonly q: number }[] = [];
  #left = MOST;

  constructor(
    public current: Target,
    { redirects, allows = () => true, history = [] }: InviteOptions,
  ) {
    this.history = [...history];
    this.#allows = allows;
    this.#follows = redirects === 'follow';
    this.#known = new Set([current.uri]);
  }

  /**
   * The present target has answered like this: where to go next; undefined where that is the last word.
   * @param targets of a redirection, the preferred one first.
   */
  next(status: number, text: string, targets: readonly Preferred[]): Target | undefined {
    // RFC 3261, 21.6: who answers so speaks for all of them.
    if (!this.#follows || this.#left === 0 || status >= 600) return undefined;
    const secure = this.current.address.scheme === 'sips';
    for (const { uri, q } of targets) this.#add(uri, q, secure);
    const next = this.#waiting.shift();
    if (next === undefined) return undefined;
    this.#left -= 1;
    this.history.push({ address: this.current.address, status, reason: text });
    this.current = next.target;
    return next.target;
  }

  #add(contact: string, q: number, secure: boolean): void {
    const parsed = parseUri(contact);
    if (parsed === undefined) return;
    const target = targetOf(parsed);
    // RFC 3261, 8.1.3.4: no URI twice; and who asked for a secure way is not to be lured from it.
    if (target === undefined || this.#known.has(target.uri)) return;
    if (secure && target.address.scheme !== 'sips') return;
    if (this.#known.size > 8 * MOST || !this.#allows(target.address)) return;
    this.#known.add(target.uri);
    this.#waiting.push({ target, q });
    this.#waiting.sort((one, other) => other.q - one.q);
  }
}

/** A contact of a redirection, and how much it is preferred. */
export interface Preferred {
  readonly uri: string;
  readonly q: number;
}

/** RFC 3261, 8.1.3.4 and 20.10: where to go instead, the preferred one first. */
export function targetsOf(response: SipResponse | undefined): readonly Preferred[] {
  try {
    return (response?.contacts ?? [])
      .map(({ uri, params }) => ({ uri, q: preference(params.get('q')) }))
      .toSorted((one, other) => other.q - one.q);
  } catch (error) {
    if (error instanceof RemoteProtocolError) return [];
    throw error;
  }
}

/** Of what makes no sense, as of what is not there, 1. */
function preference(q: string | undefined): number {
  const value = Number(q ?? 1);
  return value >= 0 && value <= 1 ? value : 1;
}

/** RFC 3261, 19.1.5: no header of a foreign URI is ours to send, and the method is INVITE. */
function targetOf(uri: SipUri): Target | undefined {
  const params = new Map([...uri.params].filter(([name]) => name !== 'method'));
  const plain = printUri({
    ...uri,
    password: undefined,
    headers: new Map(),
    params: params.size === 0 ? NO_PARAMETERS : params,
  });
  const address = toAddress(plain);
  return address && { uri: plain, address };
}

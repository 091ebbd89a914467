/** Where the peer of one dialog is: by what its requests are known to be its own, and which way ours go to it. */
import type { Flow } from '@usher/core/adapter';

import { Credit } from '../transaction/credit.js';
import { assuranceOf, isSamePeer } from '../transport/same-peer.js';
import type { Core } from './core.js';

/** What an INVITE and its ACK come to, at least: so much may go to where they say that the peer can be reached. */
const OPENING = 1_000;

/** Where the peer of one dialog is. */
export class DialogPeer {
  /** The way that its last request came, or its answer to our INVITE; undefined before that. */
  flow: Flow | undefined;
  /** The address that our tag went to; undefined where that was a place of our own choice. */
  readonly told: string | undefined;
  /** Whether it, or whoever is where it says that it can be reached, has yet to prove to be there. */
  isDoubted = false;
  /** What may go to where it says that it can be reached and nobody has proved to be: as much as comes from it. */
  funds: Credit | undefined = undefined;
  readonly #core: Core<never>;
  /** Whether nobody stands between, as far as can be told. */
  readonly #direct: boolean;
  /** How much could be relied on the way that the dialog began on. */
  readonly #assurance: number;
  /** The way of our requests: found once, and kept for as long as neither side moves. */
  #hop: string | undefined;
  #from: Flow | undefined;
  #way: Flow | undefined;

  /** @param isTold whether it has our tag by an answer to what came on this way. */
  constructor(core: Core<never>, flow: Flow | undefined, direct: boolean, isTold: boolean) {
    this.#core = core;
    this.flow = flow;
    this.#direct = direct;
    this.told = isTold ? flow?.remote.address : undefined;
    this.#assurance = flow === undefined ? 0 : assuranceOf(flow);
    this.isDoubted = isTold && flow !== undefined && !core.isProven(flow);
  }

  /**
   * Whether this way leads to the peer: it is the same as before, as far as can be told, or leads to where the peer said that
   * it can be reached, which is where an ACK comes from that the proxies between have no part in (RFC 3261, 13.2.2.4).
   * @param hop of our requests; undefined while there is no dialog.
   * @param origin the address that the INVITE began at, where proxies have no part in what follows it.
   */
  comesFrom(from: Flow, hop: string | undefined, origin: string | undefined): boolean {
    const { flow } = this;
    if (flow === undefined) return false;
    if (isSamePeer(flow, from, this.#assurance)) return true;
    if (flow.identity !== undefined || !this.assures(from)) return false;
    const { address } = from.remote;
    return address === origin || (hop !== undefined && this.find(hop)?.remote.address === address);
  }

  /** Whether this way can be relied on as much as the one that the dialog began on. */
  assures(from: Flow): boolean {
    return assuranceOf(from) >= this.#assurance;
  }

  /** The way to this hop; undefined where it has to be looked up. */
  find(hop: string): Flow | undefined {
    const { flow } = this;
    if (flow === undefined) return undefined;
    const way = this.#way;
    const core = this.#core;
    if (way !== undefined && hop === this.#hop && isSame(flow, this.#from) && core.alive(way)) {
      return way;
    }
    this.#hop = hop;
    this.#from = flow;
    this.#way = core.wayBack(hop, flow, this.#direct);
    return this.#way;
  }

  /** This way led to the hop: it need not be looked up again. */
  learn(hop: string, way: Flow | undefined): void {
    if (hop === this.#hop) this.#way ??= way;
  }

  /** What may go this way: as much as there is to be said, unless nobody has been heard from there. */
  creditFor(way: Flow | undefined): Credit | undefined {
    if (!this.isDoubted && way?.remote.address === this.flow?.remote.address) return undefined;
    if (way !== undefined && this.#core.isProven(way)) this.funds = undefined;
    else {
      this.funds ??= new Credit(OPENING, false);
      this.isDoubted = true;
    }
    return this.funds;
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

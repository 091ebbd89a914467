/** Who is known to be where he seems to be; and how much goes to whoever is not: no more octets than have come from there. */
import type { Instant } from '@usher/core';
import type { Flow } from '@usher/core/adapter';

import { type Bucket, TokenBuckets } from '../overload/token-buckets.js';
import { Credit } from '../transaction/credit.js';
import type { Reach } from '../transaction/reach.js';
import { ProvenSources } from '../transport/proven-sources.js';
import type { Trust } from './trust.js';

/** So many strangers are remembered; beyond, the one that was heard of first is forgotten. */
const MOST_PURSES = 16_384;
/** Nobody lays up more than this. */
const LARGEST_PURSE = 65_536;
/** Loans to all strangers together: few enough that a flood of feigned messages is not answered by more than it brings. */
const LOANS = { perSecond: 5, burst: 20 } as const;

/** What a stranger has brought by messages outside any dialog, and whether he has been lent anything. */
class Purse extends Credit {
  lent = false;
}

/** Who is known to be where he seems to be. */
export class Reachability implements Reach {
  readonly #proven = new ProvenSources();
  /** By address. */
  readonly #purses = new Map<string, Purse>();
  readonly #loans = new TokenBuckets(LOANS, 1);
  readonly #loan: Bucket;
  readonly #trust: Trust;
  readonly #clock: { readonly now: Instant };

  constructor(trust: Trust, clock: { readonly now: Instant }) {
    this.#trust = trust;
    this.#clock = clock;
    this.#loan = this.#loans.of('', clock.now);
  }

  /** How many sources have proved to be there, and how many strangers are remembered. */
  get counts(): { readonly proven: number; readonly strangers: number } {
    return { proven: this.#proven.size, strangers: this.#purses.size };
  }

  /** Whether somebody is known to be at the other end: nobody opens a connection from where he is not. */
  isProven(flow: Flow): boolean {
    return (
      flow.transport !== 'udp' ||
      this.#proven.has(flow.remote.address, this.#clock.now) ||
      this.#trust.trusts(flow)
    );
  }

  /** Whoever is at the other end has said what only he was told. */
  prove({ transport, remote }: Flow): void {
    if (transport !== 'udp') return;
    this.#proven.prove(remote.address, this.#clock.now);
    this.#purses.delete(remote.address);
  }

  /** Nobody was heard from there for long. */
  revoke({ transport, remote }: Flow): void {
    if (transport === 'udp') this.#proven.revoke(remote.address);
  }

  /** Whether a stranger may have more than he has brought, once: what cannot be said in less, or what a bot says of its own. */
  lends({ remote }: Flow): boolean {
    const purse = this.#purseOf(remote.address);
    if (purse.lent || !this.#loans.take(this.#loan, this.#clock.now)) return false;
    purse.lent = true;
    return true;
  }

  /** What may go to a stranger for a request: of messages outside any dialog, one after the other pays into the same purse. */
  creditOf(method: string, octets: number, { remote }: Flow): Credit {
    if (method !== 'MESSAGE') return new Credit(octets);
    const purse = this.#purseOf(remote.address);
    purse.octets = Math.min(purse.octets + octets, LARGEST_PURSE);
    return purse;
  }

  /** What may go to a stranger of its own. */
  purse({ remote }: Flow): Credit {
    return this.#purseOf(remote.address);
  }

  #purseOf(address: string): Purse {
    const known = this.#purses.get(address);
    if (known !== undefined) return known;
    if (this.#purses.size >= MOST_PURSES) {
      const [first] = this.#purses.keys();
      if (first !== undefined) this.#purses.delete(first);
    }
    const purse = new Purse(0);
    this.#purses.set(address, purse);
    return purse;
  }
}

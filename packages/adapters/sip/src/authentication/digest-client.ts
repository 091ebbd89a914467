/** Proves who we are to those who ask for a password, without ever sending it (RFC 3261, 22.2, 22.3; RFC 8760, 2.4). */
import type { Chance } from '@usher/core/adapter';

import type { Account } from './account.js';
import { Accounts } from './accounts.js';
import { DigestExchange, type ExchangedRequest } from './digest-exchange.js';
import type { DigestHash } from './digest-hash.js';
import { ProtectionSpace } from './protection-space.js';

/** How a digest client is set up. */
export interface DigestClientOptions {
  readonly hash: DigestHash;
  readonly chance: Chance;
  /** Who we are, by realm. */
  readonly accounts: readonly Account[];
}

/** Whatever lasts longer than one request, and keeps what was answered in it: a dialog (RFC 3261, 22.3). */
export interface Lasting {
  protection: ProtectionSpace | undefined;
}

/** So many places are remembered. */
const SPACES = 1_000;

/** Proves who we are. What a place challenged us with is kept, and answered at once in what is sent there next. */
export class DigestClient {
  readonly #hash: DigestHash;
  readonly #chance: Chance;
  readonly #accounts: Accounts;
  readonly #spaces = new Map<string, ProtectionSpace>();

  /** @throws LocalProtocolError `bad-account`, which says what to write. */
  constructor({ hash, chance, accounts }: DigestClientOptions) {
    this.#hash = hash;
    this.#chance = chance;
    this.#accounts = new Accounts(accounts, hash);
  }

  /**
   * A request of ours is made, outside any dialog.
   * @param to names where it goes, such as the host: what was kept for one place is sent to no other.
   * @param proxy names the proxy of ours that it goes by. What other proxies ask is not kept for further requests (RFC 3261, 22.3).
   */
  begin(request: ExchangedRequest, to: string, proxy?: string): DigestExchange {
    return this.#exchange(
      request,
      this.#spaceOf(`peer ${to}`),
      proxy === undefined ? undefined : this.#spaceOf(`proxy ${proxy}`),
    );
  }

  /** A request of ours is made, within a dialog. */
  beginWithin(request: ExchangedRequest, dialog: Lasting): DigestExchange {
    const space = (dialog.protection ??= new ProtectionSpace());
    return this.#exchange(request, space, space);
  }

  #exchange(
    request: ExchangedRequest,
    peer: ProtectionSpace,
    proxy: ProtectionSpace | undefined,
  ): DigestExchange {
    const surroundings = {
      hash: this.#hash,
      chance: this.#chance,
      accounts: this.#accounts,
      spaces: { peer, proxy },
    };
    return new DigestExchange(surroundings, request);
  }

  #spaceOf(place: string): ProtectionSpace {
    const known = this.#spaces.get(place);
    const space = known ?? new ProtectionSpace();
    // What was used last goes last.
    if (known !== undefined) this.#spaces.delete(place);
    this.#spaces.set(place, space);
    if (this.#spaces.size > SPACES) {
      for (const oldest of this.#spaces.keys()) {
        this.#spaces.delete(oldest);
        break;
      }
    }
    return space;
  }
}

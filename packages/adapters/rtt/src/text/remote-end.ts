/** Where the peer's text comes from, and where ours goes: what it says in its description, and what it shows (RFC 4961). */
import type { SocketAddress } from '@usher/core/adapter';

/**
 * Whose packets are taken. `offered`: only from the address and port that the peer told. `peer`: the first to come from
 * the host that it told, or the one that the invitation came from. `anybody`: the first that comes at all.
 */
export type Sources = 'offered' | 'peer' | 'anybody';

/** Whom we exchange text with. */
export interface Whom {
  readonly sources: Sources;
  /** The IP address that the invitation came from. */
  readonly host: string;
  /** Whether text goes to a host that nothing was heard of, neither an invitation nor text. */
  readonly unheard: 'wait' | 'send';
}

/** Where the peer's text comes from, and where ours goes. */
export class RemoteEnd {
  readonly #whom: Whom;
  #offered: SocketAddress | undefined;
  #heard: SocketAddress | undefined;

  constructor(whom: Whom, offered: SocketAddress | undefined) {
    this.#whom = whom;
    this.#offered = offered;
  }

  /** Where ours goes; undefined where we must hear from the peer first. */
  get to(): SocketAddress | undefined {
    if (this.#heard !== undefined) return this.#heard;
    const { host, unheard } = this.#whom;
    // A description is no proof: text to whoever it names would be a way to have others flooded.
    return unheard === 'send' || this.#offered?.address === host ? this.#offered : undefined;
  }

  /** The peer's description says this now. */
  agree(offered: SocketAddress | undefined): void {
    if (isSame(offered, this.#offered)) return;
    this.#offered = offered;
    this.#heard = undefined;
  }

  /** Whether what comes from there may be the peer's. */
  admits(from: SocketAddress): boolean {
    if (this.#heard !== undefined) return isSame(from, this.#heard);
    const { sources, host } = this.#whom;
    if (sources === 'anybody') return true;
    if (sources === 'offered') return isSame(from, this.#offered);
    return from.address === host || from.address === this.#offered?.address;
  }

  /** It was the peer's: from now on nobody else's is taken. */
  hear(from: SocketAddress): void {
    this.#heard ??= from;
  }
}

function isSame(one: SocketAddress | undefined, other: SocketAddress | undefined): boolean {
  return one?.address === other?.address && one?.port === other?.port;
}

/** Which peers are trusted: what they say of others is believed, and they need not prove who they are (RFC 3324; RFC 3325, 3). */
import { Address, LocalProtocolError } from '@usher/core';
import type { Flow, FlowIdentity } from '@usher/core/adapter';

import { AddressBlock, addressGroups } from './address-block.js';

/** Which peers are trusted; nobody is unless given. */
export interface TrustOptions {
  /** The networks that they are in: `10.0.0.0/8`, `2001:db8::/32`, or one address. */
  readonly networks?: readonly string[] | undefined;
  /** Whom their certificates name: `proxy.example.com`, or one user as `sip:alice@example.com` (RFC 5922, 7.1). */
  readonly certificates?: readonly string[] | undefined;
}

/** Which peers are trusted. */
export class Trust {
  readonly #blocks: readonly AddressBlock[];
  readonly #names: ReadonlySet<string>;
  /** Connections of ours, by their numbers, at whose other end somebody is trusted because we went there. */
  readonly #relied = new Set<number>();
  /** A connection shows its certificate once. */
  readonly #known = new WeakMap<FlowIdentity, boolean>();
  /** One message is asked about several times over. */
  #last = '';
  #within = false;

  /** @throws LocalProtocolError `bad-trust`, which says what to write. */
  constructor({ networks = [], certificates = [] }: TrustOptions = {}) {
    this.#blocks = networks.map(blockOf);
    this.#names = new Set(certificates.map(nameOf));
  }

  /** Whether anybody can be trusted at all. */
  get isEmpty(): boolean {
    return this.#blocks.length === 0 && this.#names.size === 0;
  }

  /** Whether the peer at the other end of this flow is trusted. */
  trusts({ remote, identity, connection }: Flow): boolean {
    if (this.#relied.size > 0 && connection !== undefined && this.#relied.has(connection)) {
      return true;
    }
    if (this.#blocks.length > 0 && this.#isWithin(remote.address)) return true;
    if (identity === undefined || this.#names.size === 0) return false;
    const known = this.#known.get(identity);
    if (known !== undefined) return known;
    const trusted = identity.names.some((name) => this.#names.has(plain(name) ?? ''));
    this.#known.set(identity, trusted);
    return trusted;
  }

  /** Who is at the other end of this connection of ours is trusted for as long as it lasts; or is no longer. */
  rely({ connection }: Flow, relied: boolean): void {
    if (connection === undefined) return;
    if (relied) this.#relied.add(connection);
    else this.#relied.delete(connection);
  }

  #isWithin(address: string): boolean {
    if (address !== this.#last) {
      const groups = addressGroups(address);
      this.#last = address;
      this.#within = groups !== undefined && this.#blocks.some((block) => block.contains(groups));
    }
    return this.#within;
  }
}

/** @throws LocalProtocolError `bad-trust`. */
function blockOf(network: string): AddressBlock {
  const block = AddressBlock.from(network);
  if (block !== undefined) return block;
  const found = JSON.stringify(network.slice(0, 80));
  const message = `${found} is no network; write one like 10.0.0.0/8, 2001:db8::/32 or 192.0.2.7`;
  throw new LocalProtocolError('bad-trust', message);
}

/** @throws LocalProtocolError `bad-trust`. */
function nameOf(certificate: string): string {
  const written = certificate.includes(':') ? certificate : `sip:${certificate}`;
  const name = plain(written);
  if (name !== undefined && name.startsWith('sip:')) return name;
  const found = JSON.stringify(certificate.slice(0, 80));
  const message = `${found} is no name in a certificate; write one like proxy.example.com or sip:alice@example.com`;
  throw new LocalProtocolError('bad-trust', message);
}

/** One way of writing for what means the same. RFC 5922, 7.2: a wildcard names nobody. */
function plain(name: string): string | undefined {
  return Address.from(name)?.toString();
}

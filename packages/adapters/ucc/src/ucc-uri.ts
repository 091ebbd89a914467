/** An address as UCC shows it. */
import { Address } from '@usher/core';

import { UccError } from './ucc-error.js';

/** An address as UCC shows it. */
export class UccUri {
  constructor(
    /** The address in the words of the house. */
    readonly address: Address,
  ) {}

  /** @throws UccError 0x80070057 where the text names no address. */
  static parse(text: string): UccUri {
    const address = Address.from(text);
    if (address !== undefined) return new UccUri(address);
    throw UccError.badArgument(`${JSON.stringify(text.slice(0, 80))} is no address`);
  }

  /** `sip:alice@example.com`. */
  get Value(): string {
    return this.address.toString();
  }

  /** `sip:alice@example.com`: the house keeps no parameters. */
  get AddressOfRecord(): string {
    return this.address.toString();
  }

  /** `alice@example.com`: what to show a person. */
  get UserAtHost(): string {
    return this.address.userAtHost;
  }

  get User(): string {
    return this.address.user;
  }

  get Host(): string {
    return this.address.host;
  }

  /** 0 where none is named. */
  get Port(): number {
    return this.address.port ?? 0;
  }

  toString(): string {
    return this.Value;
  }
}

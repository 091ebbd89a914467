/** Where an application of UCC begins: it makes the endpoints. */
import type { Address } from '@usher/core';

import { UCC_ENDPOINT_TYPE } from './enumerations/endpoint-type.js';
import { UccEndpoint } from './ucc-endpoint.js';
import { UccError } from './ucc-error.js';
import type { Surroundings } from './ucc-session.js';
import { UccUri } from './ucc-uri.js';

/** Makes the endpoints of an application; the house registers and opens them. */
export class UccPlatform {
  readonly #surroundings: Surroundings;
  readonly #endpoints: UccEndpoint[] = [];

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
  }

  /**
   * An endpoint, which is its session manager as well.
   * @param uri for which of our addresses; one without takes what no other one does.
   * @throws UccError 0x80070057 where the kind is another, the text names no address, or there is one for it.
   */
  CreateEndpoint(type: UCC_ENDPOINT_TYPE, uri?: string | UccUri): UccEndpoint {
    if (!Object.values(UCC_ENDPOINT_TYPE).includes(type))
      throw UccError.badArgument(`an endpoint of the kind ${type} cannot be made`);
    const address = typeof uri === 'string' ? UccUri.parse(uri) : uri;
    if (this.#endpoints.some(({ Uri }) => same(Uri, address)))
      throw UccError.badArgument(`there is an endpoint for ${address?.Value ?? 'all addresses'}`);
    const endpoint = new UccEndpoint(address, this.#surroundings);
    this.#endpoints.push(endpoint);
    return endpoint;
  }

  /** The endpoint that an invitation to that address is for. */
  at(address: Address): UccEndpoint | undefined {
    return (
      this.#endpoints.find(({ Uri }) => Uri?.address.equals(address)) ??
      this.#endpoints.find(({ Uri }) => Uri === undefined)
    );
  }
}

function same(one: UccUri | undefined, other: UccUri | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return one.address.equals(other.address);
}

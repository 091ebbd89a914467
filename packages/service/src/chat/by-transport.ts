/** An address together with the transport that leads there (RFC 3261, 19.1.1: the `transport` parameter of a URI). */
import type { Address } from '@usher/core';

/** Chooses the transport; UDP is what a SIP URI means without one. */
export function byTransport(target: Address, transport: 'udp' | 'tcp' | 'ws'): Address {
  if (transport === 'udp') return target;
  // An `Address` has no parameters, since they are not part of who somebody is; a user agent sends to what it is written as.
  const written = `${target.toString()};transport=${transport}`;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the same address in all but how it is written
  return Object.create(target, { toString: { value: () => written } }) as Address;
}

/** By what addresses we are known: so that nobody is sent to us by us. */
import { Address } from '@usher/core';

import type { Place } from '../endpoint/places.js';
import type { Ourselves } from './ourselves.js';

/** Who we are where nobody says, and then where we can be reached. */
export function ownAddresses(ourselves: Ourselves, places: readonly Place[]): readonly Address[] {
  const uris = places.map(
    ({ host, port }) => `sip:${host.includes(':') ? `[${host}]` : host}:${port}`,
  );
  return [ourselves.from({}).uri, ...uris].map((uri) => Address.parse(uri));
}

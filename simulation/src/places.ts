/** Who is where in every run (RFC 5737: addresses for examples). */
import type { Listening } from '@usher/core/adapter';

/** Where every house of a run is to be found. */
export const HOUSE = '192.0.2.100';

/** Where each of them listens. */
export const HOUSE_PLACES: readonly Listening[] = [
  { transport: 'udp', address: HOUSE, port: 5060 },
  { transport: 'tcp', address: HOUSE, port: 5060 },
  { transport: 'ws', address: HOUSE, port: 8080 },
];

/** What the addresses of callers begin with, and those of strangers; a digit follows. */
export const CALLERS = '192.0.2.1';
export const STRANGERS = '192.0.2.5';

/** Who this house is, however often it is started: a name that no other one has (RFC 5626, 4.1). */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

import { uuidOf } from '../registration/uuid.js';

/** Made when the system was installed, and kept by systemd and D-Bus. */
const MACHINE = '/etc/machine-id';

/** The name of whoever listens at these places of this machine, as a `urn:uuid:`. */
export function instanceOf(places: readonly string[]): string {
  const parts = ['usher', machine(), hostname(), ...places];
  return `urn:uuid:${uuidOf(createHash('sha256').update(parts.join('\n')).digest())}`;
}

function machine(): string {
  try {
    return readFileSync(MACHINE, 'utf8').trim();
  } catch {
    return '';
  }
}

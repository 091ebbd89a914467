/** What is known of whoever sends a request, once a PASSporT of theirs holds. */
import type { Identity } from '@usher/core';

import type { Provenance } from '../endpoint/provenance.js';
import type { About } from '../passport/passport-judge.js';

/**
 * Where a request comes from, now that a PASSporT holds. What the sender has proved in person stays, as does what is known
 * otherwise where the signer does not vouch for the address (attestation `B` or `C`); who is meant by both has the attestation too.
 */
export function withPassport(
  provenance: Provenance,
  { address, asserted }: About,
  attestation: Identity['attestation'],
): Provenance {
  const { identity } = provenance;
  const proves = attestation === undefined || attestation === 'A';
  const said: Identity = {
    how: 'passport',
    ...(proves && { address }),
    ...(attestation !== undefined && { attestation }),
    ...(provenance.private && { private: true }),
  };
  const stays = provenance.proven || (identity.how !== 'none' && !proves);
  if (!stays) return { ...provenance, identity: said };
  // What is proven of a peer itself is its From.
  const same = asserted === (identity.how === 'asserted');
  if (!same || attestation === undefined) return provenance;
  return { ...provenance, identity: { ...identity, attestation } };
}

/** Whether somebody who comes anew is the one who is there already: as an address that anybody can claim is no proof. */
import type { Identity, Party } from '../words/invitation.js';

/** How much each way of knowing somebody is worth, beside the others: proof of their own, a signature, a word. */
const WORTH: Readonly<Record<Identity['how'], number>> = {
  none: 0,
  asserted: 1,
  passport: 2,
  tls: 3,
  digest: 3,
};

/**
 * Whether `comer` is `known`: of the same address, known at least as well, and proven to be the same where `known` was proven. Who is
 * proven to be somebody else is not the one whom they say they are.
 */
export function isSameParty(comer: Party, known: Party): boolean {
  if (!comer.address.equals(known.address)) return false;
  if (WORTH[comer.identity.how] < WORTH[known.identity.how]) return false;
  const proven = known.identity.address;
  if (proven === undefined) return comer.identity.address?.equals(known.address) ?? true;
  return comer.identity.address?.equals(proven) === true;
}

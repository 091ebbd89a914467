/** Which header fields of a request nobody in the house is to see. */
import { EDGE_TRUST } from '../dialect/source-network.js';
import type { Provenance } from '../endpoint/provenance.js';

/** Proofs are for the edge, and for nobody to write down. */
const CREDENTIALS = new Set(['authorization', 'proxy-authorization']);
/** What only a peer that is trusted may say, besides all that begins with `P-` (RFC 3325, 8; RFC 7315, 7). */
const TRUSTED = new Set([
  'remote-party-id',
  'rpid-privacy',
  'attestation-info',
  'origination-id',
  EDGE_TRUST,
]);
/** What says who somebody is, though they want that to be told to nobody (RFC 3325, 7). */
const ASSERTED = new Set(['remote-party-id', 'p-asserted-identity', 'p-preferred-identity']);
/** Every name of all these begins with one of: a, m, o, p, r. Most fields do not, and are looked at no closer. */
const LETTERS = new Set(['a', 'm', 'o', 'p', 'r'].map((letter) => letter.charCodeAt(0)));
const P = 0x70;

/** Whether a header field of this name, in any case, is hidden. */
export type Hidden = (name: string) => boolean;

/** Which header fields of a request from there nobody in the house is to see. */
export function hiddenBy({ trusted, private: hides }: Provenance): Hidden {
  if (!trusted) return hiddenOfStrangers;
  return hides ? hiddenOfPrivate : isCredential;
}

function isCredential(name: string): boolean {
  return LETTERS.has(letterOf(name)) && CREDENTIALS.has(name.toLowerCase());
}

function hiddenOfPrivate(name: string): boolean {
  if (!LETTERS.has(letterOf(name))) return false;
  const lower = name.toLowerCase();
  return CREDENTIALS.has(lower) || ASSERTED.has(lower);
}

function hiddenOfStrangers(name: string): boolean {
  const letter = letterOf(name);
  if (!LETTERS.has(letter)) return false;
  // Fields that begin so are for closed networks (RFC 5727, 4), and `P_Asserted-Identity` is not to pass for one of them.
  if (letter === P && /^[^a-z0-9]/i.test(name.slice(1))) return true;
  const lower = name.toLowerCase();
  return CREDENTIALS.has(lower) || TRUSTED.has(lower);
}

/** The first letter, in lower case. */
function letterOf(name: string): number {
  return name.charCodeAt(0) | 0x20;
}
